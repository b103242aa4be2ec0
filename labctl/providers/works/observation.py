"""A bench as it is now: from its processes and their interfaces, not from what was written."""

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from labctl.core.ids import NodeName
from labctl.providers.base import BenchCondition, BenchStatus, NodeCondition
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces import network
from labctl.providers.namespaces.bench import Bench, Phase
from labctl.providers.namespaces.processes import Process
from labctl.providers.works.guests import Guests, NoGuests
from labctl.seal.document import SealPhase, read_phase

_READY = "run/labctl/ready"


def observe(
    place: Bench, guests: Guests | None = None, differences: Sequence[str] = ()
) -> BenchStatus:
    """Look at a bench, and at its machines that are no namespaces; changes nothing.

    ``differences`` are what is known to differ from the plan in machines that run.
    """
    if is_hidden(place):
        return BenchStatus(place.number, BenchCondition.UNKNOWN, {})
    others, ours = guests or NoGuests(), place.scan()
    running = {*ours, *others.scan()}
    started = {node: process.say_started() for node, process in ours.items()}
    phase = read_phase(place.folder)
    if phase not in (None, SealPhase.OPEN):
        return _observe_closed(place, running, is_ended=phase is SealPhase.SEALED)
    state = benches.read_state(place)
    if state is None or state.phase is Phase.BUILDING:
        is_begun = bool(running) or place.number in benches.list_benches()
        condition = BenchCondition.INTERRUPTED if is_begun else BenchCondition.ABSENT
        nodes = dict.fromkeys(running, NodeCondition.RUNNING)
        return BenchStatus(place.number, condition, nodes, started=started)
    plan = benches.read_plan(place)
    nodes = {
        name: NodeCondition.RUNNING if name in running else NodeCondition.STOPPED
        for name in plan.nodes
    }
    holders = network.add_host(ours, others.outside)
    missing = network.find_missing(network.list_cables(plan, others.outside), holders)
    lines = (*map(network.name_cable, missing), *others.find_faults(), *differences)
    is_whole = not lines and NodeCondition.STOPPED not in nodes.values()
    whole = BenchCondition.OPENED if place.is_opened else BenchCondition.READY
    condition = whole if is_whole else BenchCondition.DAMAGED
    if state.phase is not Phase.READY:
        condition = BenchCondition.INTERRUPTED
    return BenchStatus(place.number, condition, nodes, lines, started)


def _observe_closed(place: Bench, running: Collection[NodeName], *, is_ended: bool) -> BenchStatus:
    """Tell that a bench is sealed only when nothing of it runs."""
    nodes = dict.fromkeys(benches.list_nodes(place), NodeCondition.STOPPED)
    seen = nodes | dict.fromkeys(running, NodeCondition.RUNNING)
    is_sealed = is_ended and not running
    condition = BenchCondition.SEALED if is_sealed else BenchCondition.INTERRUPTED
    return BenchStatus(place.number, condition, seen)


def is_hidden(place: Bench) -> bool:
    """Tell whether only root can say what a bench is: something is there, and we are not root.

    The tags of machines are in the environment of root's processes, which others cannot read: not
    to see them says nothing of what runs.
    """
    if os.geteuid() == 0:
        return False
    try:
        return any(path.name != benches.LOCK for path in place.folder.iterdir())
    except FileNotFoundError:
        return False
    except OSError:
        return True


def says_ready(process: Process) -> bool:
    """Tell whether the start of a machine reached its end."""
    return Path(f"/proc/{process.pid}/root/{_READY}").exists()
