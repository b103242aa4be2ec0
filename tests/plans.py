"""The shipped example, planned: what most tests start from."""

from dataclasses import replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from labctl.core.ids import NodeName
from labctl.plan.build import build_plan, hosting_of
from labctl.plan.model import Hosting, Plan
from labctl.providers.libvirt.rooms import VmHost
from labctl.providers.registry import list_room_rules
from labctl.spec.cahier import Cahier, list_kinds_of, load_cahier
from labctl.spec.demand import Demand
from labctl.spec.kind import Kind, load_kind
from labctl.spec.room import Room, load_room
from labctl.spec.topology import End

WORKSTATION = "poste"
ROOT = Path(__file__).resolve().parent.parent
CAHIER = ROOT / "inventories" / "cahiers" / "tai-tp-pme-01.cdc.yml"
ROOM = ROOT / "inventories" / "rooms" / "demo.room.yml"
SESSION = ROOT / "inventories" / "sessions" / "demo.session.yml"

PROVIDERS = list_room_rules()
SECOND = NodeName("poste2")


def host_of_machines(uri: str, virt_type: str = "qemu") -> Hosting:
    """Return this machine as a host of virtual machines."""
    host = VmHost.model_validate(
        {
            **{"nom": "ici", "uri": uri, "virt_type": virt_type},
            **{"memoire_mib": 6000, "disque_mib": 16000, "coeurs": 2},
        }
    )
    return hosting_of(host)


class Desk(StrEnum):
    """The kinds of machine that the shipped room may have as a workstation."""

    LINUX = "workstation-linux"
    SIMULATED = "windows-standin"
    WINDOWS = "windows-11"

    @property
    def word(self) -> str:
        """Return what a room calls it."""
        return load_kind(self).desk or ""

    @property
    def faces(self) -> tuple[str, ...]:
        """Return the ways it is spoken to."""
        return load_kind(self).faces

    @classmethod
    def called(cls, word: str) -> "Desk":
        """Return the one that a room calls so."""
        return next(kind for kind in cls if kind.word == word)


def desk_of(plan: Plan) -> Desk:
    """Return what the workstation of a plan is."""
    return Desk(plan.desks[0].kind)


def machines_with(desk: str) -> tuple[Kind, ...]:
    """Return the kinds of the machines of a bench whose workstation is of a kind."""
    kinds = list_kinds_of(example_cahier().source, "A", {WORKSTATION: desk})
    return tuple(load_kind(name) for name in kinds)


WITH_CIM = frozenset({Desk.SIMULATED, Desk.WINDOWS})
"""Those that answer as a Windows does."""


@cache
def example_cahier() -> Cahier:
    """Return the shipped cahier."""
    return load_cahier(CAHIER)


@cache
def example_room() -> Room:
    """Return the shipped room."""
    return load_room(ROOM, PROVIDERS)


@cache
def plan_of(bench: int, kind: Desk = Desk.LINUX) -> Plan:
    """Return the plan of a bench of the shipped room: 1 is variant A, 2 is C, 3 is B."""
    return build_plan(example_cahier(), room_with(kind), bench)


def asking(plan: Plan, demand: Demand) -> Plan:
    """Return a plan whose cahier asks otherwise for a topic."""
    return replace(plan, demands={**plan.demands, demand.topic: demand.write()})


def with_second(plan: Plan, kind: Desk) -> Plan:
    """Return a plan with a second workstation, of which all is asked that is asked of the first."""
    first = plan.desks[0]
    second = replace(first, name=SECOND, kind=kind, faces=kind.faces)
    demands = {
        topic: {**asked, "on": [*asked["on"], SECOND]}
        if isinstance(asked, dict) and first.name in asked.get("on", ())
        else asked
        for topic, asked in plan.demands.items()
    }
    cable = next(one for one in plan.links if one.b.node == first.name)
    beside = replace(cable, a=End(cable.a.node, "gi12"), b=End(SECOND, cable.b.interface))
    nodes, links = {**plan.nodes, SECOND: second}, (*plan.links, beside)
    return replace(plan, nodes=nodes, links=links, demands=demands)


def room_with(kind: Desk) -> Room:
    """Return the shipped room, every bench with a workstation of this kind."""
    room = example_room()
    document = room.document.model_copy(update={"kinds": {WORKSTATION: str(kind)}})
    return replace(room, document=document)
