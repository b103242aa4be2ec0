"""Cut the power of machines and start them again: what was not kept on a disk is gone.

On the embedded bench a machine is killed, its memory with it; what it had written is in the cache
of this computer's kernel, which does not lose power: it survives without having been synced.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from labctl.core import store
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.progress import log, silent
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench, Phase
from labctl.providers.works import building, construction, sealing
from labctl.providers.works.construction import Works

_READY_S = 20.0
"""How long each machine is waited for alone, once one of them was not ready in time."""


def cut(works: Works, names: Sequence[NodeName]) -> str:
    """Cut the power of machines, start them again; return what keeps one from being ready.

    What is under way is written first: a restart that was killed is ended by the next ``up``, or
    by the next cut. No name: only such a restart is ended.
    """
    place = works.bench
    if not names and not _is_begun(place):
        return ""
    state = sealing.require_built(place)
    building.check_plan(works, state)
    cut_off = tuple(dict.fromkeys((*state.nodes, *names)))
    begun = replace(state, phase=Phase.RESTARTING, nodes=cut_off)
    with store.writing(place.folder):
        benches.write_state(place, begun)
        works.guests.stop([name for name in cut_off if name in works.others])
        trouble = ""
        try:
            half_s = works.deadline.remaining_s() / 2  # the rest is for those that are ready
            building.repair(replace(works, deadline=works.deadline.within(half_s)), begun)
        except ProviderError as exc:
            log.debug("restart of bench %s: %s", place.name, exc)
            trouble = _wait_for_each(works, cut_off, exc)
        construction.write_endpoints(works, place.scan())
        benches.write_state(place, replace(state, phase=Phase.READY, nodes=()))
    return trouble


def _is_begun(place: Bench) -> bool:
    state = benches.read_state(place)
    return state is not None and state.phase is Phase.RESTARTING


def _wait_for_each(works: Works, names: Sequence[NodeName], error: ProviderError) -> str:
    """Wait for the machines one by one; return those that are not ready, with the first reason.

    ProviderError when none of them runs: then it is not the candidate who keeps them from it.
    """
    running = {*works.bench.scan(), *works.guests.scan()}
    if not running.intersection(names):
        raise error

    def finish(wanted: Sequence[NodeName], seconds: float) -> None:
        limit = works.deadline.within(seconds)
        construction.finish(replace(works, report=silent, deadline=limit), wanted)

    return name_late(names, finish, error)


def name_late(
    names: Sequence[NodeName],
    finish: Callable[[Sequence[NodeName], float], None],
    error: ProviderError,
) -> str:
    """Wait for machines one by one; return what is said of those that are not ready, or empty.

    ``finish`` waits for machines so many seconds; ``error`` is why all of them were not.
    """
    late = []
    for name in names:
        try:
            finish((name,), _READY_S)
        except ProviderError:
            late.append(name)
    if not late:
        return ""
    values = {"names": ", ".join(late), "why": error.message}
    return _("Pas prêtes après la coupure : %(names)s (%(why)s).") % values
