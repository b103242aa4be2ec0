"""A bench as its cluster shows it: what runs, what is gone, what somebody changed (pure)."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from labctl.core.i18n import _
from labctl.core.ids import BenchId, NodeName
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition, BenchStatus, NodeCondition
from labctl.providers.incus import layout
from labctl.providers.incus.inventory import Machine, Network, Project
from labctl.providers.incus.layout import Tag
from labctl.providers.incus.settings import CONTAINER_SETTINGS, LATER_SETTINGS, list_settings
from labctl.providers.namespaces.bench import Phase
from labctl.seal.document import SealPhase

_NAMED = (
    *("network", "hwaddr", "name", "path", "pool", "size", "source", "type", layout.TAGGED),
    "io.bus",  # what a Windows was not installed on, it does not start from
)
"""Settings of a device that labctl gives: the others are the cluster's own."""


def observe(
    plan: Plan,
    projects: Collection[Project],
    machines: Collection[Machine],
    networks: Collection[Network],
    seal: SealPhase | None = None,
) -> BenchStatus:
    """Return the status of the bench of a plan, from everything that carries a tag.

    ``seal`` is the phase of its seal, as its folder has it.
    """
    bench = BenchId(plan.bench)
    own = [each for each in projects if each.tag.bench == plan.bench]
    there = {
        NodeName(each.tag.node): each
        for each in machines
        if each.tag.bench == plan.bench and each.tag.node != layout.READER
    }
    left = [each.name for each in networks if each.tag.bench == plan.bench and each.is_whole]
    if not own:
        is_begun = bool(there or left)
        condition = BenchCondition.INTERRUPTED if is_begun else BenchCondition.ABSENT
        return BenchStatus(bench, condition, {})
    seated = layout.list_seated(plan)
    nodes = {
        name: _look_at(there.get(seated[0] if name in seated else name)) for name in plan.nodes
    }
    lines = tuple(_list_drift(plan, own[0], there, left))
    if seal not in (None, SealPhase.OPEN):
        is_closed = seal is SealPhase.SEALED and all(each.is_stopped for each in there.values())
        is_sealed = is_closed and NodeCondition.ABSENT not in nodes.values()
        condition = BenchCondition.SEALED if is_sealed else BenchCondition.INTERRUPTED
        return BenchStatus(bench, condition, nodes, lines)
    is_whole = not lines and set(nodes.values()) == {NodeCondition.RUNNING}
    whole = BenchCondition.OPENED if seal is SealPhase.OPEN else BenchCondition.READY
    condition = whole if is_whole else BenchCondition.DAMAGED
    if NodeCondition.ABSENT in nodes.values() or own[0].phase != Phase.READY:
        condition = BenchCondition.INTERRUPTED
    return BenchStatus(bench, condition, nodes, lines)


def _look_at(machine: Machine | None) -> NodeCondition:
    if machine is None:
        return NodeCondition.ABSENT
    return NodeCondition.RUNNING if machine.is_running else NodeCondition.STOPPED


def _list_drift(
    plan: Plan, project: Project, there: Mapping[NodeName, Machine], networks: Sequence[str]
) -> Iterator[str]:
    """Yield what differs from the plan, a line each."""
    for name in layout.list_networks(plan, project.tag):
        if name not in networks:
            yield _("réseau absent : %(name)s") % {"name": name}
    for node, machine in sorted(there.items()):
        if node not in plan.nodes:
            yield _("machine en trop : %(name)s") % {"name": node}
            continue
        if not (machine.is_running or machine.is_stopped):
            yield _("%(node)s est gelée") % {"node": node}
        yield from list_moves(project.member, machine)
        for what in list_changes(plan, project.tag, machine):
            yield _("%(node)s : %(what)s a changé") % {"node": node, "what": what}


def list_moves(member: str, machine: Machine) -> Iterator[str]:
    """Yield where a machine is, when that is not the member of its bench: its cables end there."""
    if machine.member != member:
        said = _("%(node)s est sur %(there)s, le banc sur %(member)s")
        yield said % {"node": machine.tag.node, "there": machine.member, "member": member}


def list_changes(plan: Plan, tag: Tag, machine: Machine) -> Iterator[str]:
    """Yield the devices and settings of a machine that are not those it was made with."""
    node = plan.nodes[NodeName(machine.tag.node)]
    wanted = layout.list_devices(plan, tag, node)
    if layout.DISC in machine.devices:  # until its first start is over
        wanted |= {layout.DISC: layout.describe_disc(plan, node.name)}
    for device in sorted({*wanted, *machine.devices}):
        if _read_named(machine.devices.get(device)) != _read_named(wanted.get(device)):
            yield device
    settings = {
        key: value
        for key, value in machine.config.items()
        if not key.startswith(("image.", "user.", "volatile."))
    }
    made_with = list_settings(node)
    is_older = made_with is CONTAINER_SETTINGS  # a Windows always had all of its own
    older = LATER_SETTINGS - settings.keys() if is_older else frozenset()
    for key in sorted({*made_with, *settings} - older):
        if settings.get(key) != made_with.get(key):
            yield key


def _read_named(device: Mapping[str, str] | None) -> dict[str, str] | None:
    """Return the settings of a device that labctl gave it, None when there is no device."""
    if device is None:
        return None
    return {key: value for key, value in device.items() if key in _NAMED}
