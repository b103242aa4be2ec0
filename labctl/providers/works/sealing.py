"""Close a bench for its jury, and open it on a throw-away copy above what was sealed."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from labctl.core import store
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.progress import Report
from labctl.core.wait import until
from labctl.plan.model import Plan
from labctl.providers.doors import entry
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces import processes
from labctl.providers.namespaces.bench import LOCK, OPENED, Bench, BenchState, Phase
from labctl.providers.roles import layers
from labctl.providers.works import building, construction
from labctl.providers.works.construction import Works
from labctl.providers.works.guests import Guests
from labctl.seal.document import FOLDER
from labctl.seal.manifest import Subject
from labctl.seal.tree import Root
from labctl.spec.topology import NodeState

PRIVATE = "private"
"""Where playbooks run from: labctl's own, nothing of the candidate's."""
_WRITERS_S = 10.0
BUILT = (Phase.READY, Phase.RESTARTING)
"""Phases of a bench that was built to its end, with no reset of it under way."""


def close(place: Bench, guests: Guests, report: Report, deadline: Deadline) -> None:
    """Cut the network, then stop every machine; throw away what a jury did.

    The candidate goes first, and what they handed in is kept. The jury's vantage and the observers
    follow: whoever is outside the candidate's machines is gone before the first of them stops.
    """
    state, plan = require_built(place), benches.read_plan(place)
    entry.close_door(place, deadline)
    report(_("coupure du réseau"))
    building.kill_spawners(place, deadline)
    running = place.scan()
    outside = tuple(running[name] for name in running if is_outside(plan, name))
    processes.kill(outside, deadline)
    report(_("arrêt de %(count)d machines") % {"count": len(state.layers)})
    guests.close()
    building.kill_all(place, deadline)
    store.remove(place.folder / OPENED)
    if not until(lambda: not any(_list_writers(place.folder)), deadline.within(_WRITERS_S)):
        message = _("le banc %(bench)s est encore écrit par : %(names)s")
        names = ", ".join(map(str, _list_writers(place.folder)))
        raise ProviderError(message % {"bench": place.name, "names": names})
    os.sync()


def describe(place: Bench, isolation: str, homes: Mapping[NodeName, Path]) -> Subject:
    """Return the folder of the bench and its images, and which machine stands on which.

    ``homes`` are the folders of the images of machines that stand on no layers.
    """
    state = require_built(place)
    stacks = {str(node): " ".join(names) for node, names in state.layers.items()}
    images = {
        name: homes.get(node, layers.folder()) / name
        for node, names in state.layers.items()
        for name in names
    }
    return Subject(
        facts={"isolation": isolation, "plan": state.plan, **stacks},
        roots={
            "banc": describe_folder(place),
            **{f"image {name}": Root(path) for name, path in sorted(images.items())},
        },
    )


def describe_folder(place: Bench) -> Root:
    """Return what counts of the folder of a bench."""
    return Root(place.folder, frozenset({LOCK, FOLDER, OPENED, PRIVATE}))


def open_above(works: Works, ready_s: float) -> str:
    """Start the machines of an opened bench above what was sealed; return what is not ready.

    Machines that run and are not ready in time are the candidate's, who may have left them so.
    """
    place, plan = works.bench, works.plan
    state = require_built(Bench(place.number))
    building.kill_all(place, works.deadline)
    works.guests.remove()
    store.remove(place.workspace)
    begun = BenchState(Phase.RESTARTING, state.plan, state.layers, tuple(plan.nodes))
    benches.write_state(place, begun)
    trouble = ""
    try:
        with store.writing(place.workspace):
            works.guests.lift()
            building.repair(replace(works, deadline=works.deadline.within(ready_s)), begun)
    except ProviderError as exc:
        if not set(plan.nodes) <= {*place.scan(), *works.guests.scan()}:
            raise
        trouble = exc.message
    construction.write_endpoints(works, place.scan())
    benches.write_state(place, BenchState(Phase.READY, state.plan, state.layers))
    return trouble


def require_built(place: Bench) -> BenchState:
    """Return the intent record of a bench that was built to its end; ProviderError otherwise."""
    state = benches.read_state(place)
    if state is None or state.phase not in BUILT:
        raise refuse_unbuilt(place)
    return state


def refuse_unbuilt(place: Bench) -> ProviderError:
    """Return the refusal of an act on a bench that was not built to its end."""
    message = _("le banc %(bench)s n'est pas construit, ou pas jusqu'au bout")
    return ProviderError(message % {"bench": place.name}, hint="labctl status")


def is_outside(plan: Plan, name: NodeName) -> bool:
    """Tell whether a machine is none of the candidate's."""
    return name not in plan.nodes or plan.nodes[name].state is NodeState.OBSERVER


def _list_writers(folder: Path) -> Iterator[int]:
    """Yield the processes that have a file of a machine open: what writes its log outlives it."""
    nodes = f"{folder / 'nodes'}/"
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if any(os.readlink(fd).startswith(nodes) for fd in process.glob("fd/*")):  # noqa: PTH115
                yield int(process.name)
