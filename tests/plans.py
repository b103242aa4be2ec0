"""The shipped example, planned: what most tests start from."""

from functools import cache
from pathlib import Path

from labctl.plan.build import build_plan
from labctl.plan.model import Plan
from labctl.spec.cahier import Cahier, load_cahier
from labctl.spec.room import Room, load_room

ROOT = Path(__file__).resolve().parent.parent
CAHIER = ROOT / "inventories" / "cahiers" / "tai-tp-pme-01.cdc.yml"
ROOM = ROOT / "inventories" / "rooms" / "demo.room.yml"


@cache
def example_cahier() -> Cahier:
    """Return the shipped cahier."""
    return load_cahier(CAHIER)


@cache
def example_room() -> Room:
    """Return the shipped room."""
    return load_room(ROOM)


@cache
def plan_of(bench: int) -> Plan:
    """Return the plan of a bench of the shipped room: 1 is variant A, 2 is C, 3 is B."""
    return build_plan(example_cahier(), example_room(), bench)
