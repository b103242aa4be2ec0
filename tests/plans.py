"""The shipped example, planned: what most tests start from."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from labctl.core.kind import Kind
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
def plan_of(bench: int, kind: Kind = Kind.LINUX) -> Plan:
    """Return the plan of a bench of the shipped room: 1 is variant A, 2 is C, 3 is B."""
    return build_plan(example_cahier(), room_with(kind), bench)


def room_with(kind: Kind) -> Room:
    """Return the shipped room, every bench with a workstation of this kind."""
    room = example_room()
    document = room.document.model_copy(update={"workstation": kind.value})
    return replace(room, document=document)
