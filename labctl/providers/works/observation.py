"""A bench as it is now: from its processes and their interfaces, not from what was written."""

from pathlib import Path

from labctl.providers.base import BenchCondition, BenchStatus, NodeCondition
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces import network
from labctl.providers.namespaces.bench import Bench, Phase
from labctl.providers.namespaces.processes import Process

_READY = "run/labctl/ready"


def observe(place: Bench) -> BenchStatus:
    """Look at a bench; changes nothing."""
    running = place.scan()
    state = benches.read_state(place)
    if state is None or state.phase is Phase.BUILDING:
        is_begun = bool(running) or place.number in benches.list_benches()
        condition = BenchCondition.INTERRUPTED if is_begun else BenchCondition.ABSENT
        return BenchStatus(place.number, condition, dict.fromkeys(running, NodeCondition.RUNNING))
    plan = benches.read_plan(place)
    nodes = {
        name: NodeCondition.RUNNING if name in running else NodeCondition.STOPPED
        for name in plan.nodes
    }
    missing = network.find_missing(network.list_cables(plan), running)
    is_whole = not missing and NodeCondition.STOPPED not in nodes.values()
    condition = BenchCondition.READY if is_whole else BenchCondition.DAMAGED
    if state.phase is not Phase.READY:
        condition = BenchCondition.INTERRUPTED
    return BenchStatus(place.number, condition, nodes, tuple(map(network.name_cable, missing)))


def says_ready(process: Process) -> bool:
    """Tell whether the start of a machine reached its end."""
    return Path(f"/proc/{process.pid}/root/{_READY}").exists()
