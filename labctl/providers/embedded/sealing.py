"""Close an embedded bench for its jury, and open it on a throw-away copy."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import Report
from labctl.core.wait import until
from labctl.plan.model import NodeState, Plan
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces import processes
from labctl.providers.namespaces.bench import LOCK, OPENED, Bench, BenchState, Phase
from labctl.providers.roles import layers
from labctl.providers.works import building, construction
from labctl.providers.works.construction import Works
from labctl.seal.document import FOLDER
from labctl.seal.manifest import Subject
from labctl.seal.tree import Root

PRIVATE = "private"
"""Where playbooks run from: labctl's own, nothing of the candidate's."""
_WRITERS_S = 10.0
_READY_S = 45.0
_BUILT = (Phase.READY, Phase.RESTARTING)


class EmbeddedSealer:
    """What is sealed is the folder of the bench and the layers its machines stand on."""

    def close(self, bench: BenchId, report: Report, deadline: Deadline) -> None:
        """Cut the network, then stop every machine; throw away what a jury did.

        The jury's vantage and the observers go first: whoever is outside the candidate's
        machines is gone before the first of them stops.
        """
        place = Bench(bench)
        state, plan = _require_built(place), benches.read_plan(place)
        report(_("coupure du réseau"))
        building.kill_spawners(place, deadline)
        running = place.scan()
        outside = tuple(running[name] for name in running if _is_outside(plan, name))
        processes.kill(outside, deadline)
        report(_("arrêt de %(count)d machines") % {"count": len(state.layers)})
        building.kill_all(place, deadline)
        shutil.rmtree(place.folder / OPENED, ignore_errors=True)
        if not until(lambda: not any(_list_writers(place.folder)), deadline.within(_WRITERS_S)):
            message = _("le banc %(bench)s est encore écrit par : %(names)s")
            names = ", ".join(map(str, _list_writers(place.folder)))
            raise ProviderError(message % {"bench": place.name, "names": names})
        os.sync()

    def subject(self, bench: BenchId) -> Subject:
        """Return the folder of the bench and its layers, and which machine stands on which."""
        place = Bench(bench)
        state = _require_built(place)
        stacks = {str(node): " ".join(names) for node, names in state.layers.items()}
        used = sorted({name for names in state.layers.values() for name in names})
        left_out = frozenset({LOCK, FOLDER, OPENED, PRIVATE})
        return Subject(
            facts={"isolation": "namespace", "plan": state.plan, **stacks},
            roots={
                "banc": Root(place.folder, left_out),
                **{f"image {name}": Root(layers.folder() / name) for name in used},
            },
        )

    def open(self, bench: BenchId, report: Report, deadline: Deadline) -> str:
        """Start the machines with what was sealed as one more read-only layer."""
        sealed, place = Bench(bench), Bench(bench, is_opened=True)
        state, plan = _require_built(sealed), benches.read_plan(sealed)
        building.kill_all(place, deadline)
        shutil.rmtree(place.workspace, ignore_errors=True)
        works = replace(construction.open_works(plan, report, deadline), bench=place)
        names = tuple(plan.nodes)
        begun = BenchState(Phase.RESTARTING, state.plan, state.layers, names)
        benches.write_state(place, begun)
        construction.start(works, state.layers, names)
        trouble = _wait_ready(works, names)
        construction.write_endpoints(works, place.scan())
        benches.write_state(place, BenchState(Phase.READY, state.plan, state.layers))
        return trouble


def _require_built(place: Bench) -> BenchState:
    """Return the intent record of a bench that was built to its end."""
    state = benches.read_state(place)
    if state is None or state.phase not in _BUILT:
        message = _("le banc %(bench)s n'est pas construit, ou pas jusqu'au bout")
        raise ProviderError(message % {"bench": place.name}, hint="labctl status")
    return state


def _is_outside(plan: Plan, name: NodeName) -> bool:
    return name not in plan.nodes or plan.nodes[name].state is NodeState.OBSERVER


def _list_writers(folder: Path) -> Iterator[int]:
    """Yield the processes that have a file of a machine open: what writes its log outlives it."""
    nodes = f"{folder / 'nodes'}/"
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if any(os.readlink(fd).startswith(nodes) for fd in process.glob("fd/*")):  # noqa: PTH115
                yield int(process.name)


def _wait_ready(works: Works, names: tuple[NodeName, ...]) -> str:
    limited = replace(works, deadline=works.deadline.within(_READY_S))
    try:
        construction.finish(limited, names)
    except ProviderError as exc:
        return exc.message
    return ""
