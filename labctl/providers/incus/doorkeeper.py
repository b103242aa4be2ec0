"""Let a candidate in to a bench of a cluster: by the same door as elsewhere, on this computer.

The node that they come in to, its gate and its depot are those of every bench. Only windows differ:
each is a command of this computer (``window``), which asks the cluster for a console.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from labctl.core import store
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _, language
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import Report
from labctl.plan.model import Plan
from labctl.providers.base import DoorStatus, Doorway, NodeCondition, WayIn
from labctl.providers.doors import entry
from labctl.providers.doors.keeper import Keeper
from labctl.providers.doors.road import Road, keep_environment
from labctl.providers.incus import clusters, layout, works
from labctl.providers.incus.client import Refused
from labctl.providers.incus.clusters import PROVIDER
from labctl.providers.incus.provider import IncusProvider
from labctl.providers.incus.works import Works
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench, instance

_WINDOW = "labctl.providers.incus.window"
_HOLD_S = 50.0
"""How long the machines of a bench may take to be frozen, or to go on."""


class IncusDoorkeeper(Keeper):
    """A node without network on this computer, in front of machines of a cluster."""

    provider = PROVIDER

    def open(self, plan: Plan, way_in: WayIn, report: Report, deadline: Deadline) -> DoorStatus:
        """Open the way in, or leave it open; ProviderError for a bench that does not run."""
        place = Bench(plan.bench)
        seen = IncusProvider().status(plan.bench)
        if NodeCondition.RUNNING not in seen.nodes.values():
            message = _("le banc %(bench)s n’est pas construit") % {"bench": place.name}
            raise ProviderError(message, hint=f"labctl up {plan.bench}")
        road = Road(
            self.provider,
            {each.name: _open_window(plan.bench, each) for each in way_in.machines},
            keep_environment() | {"LABCTL_LANG": language()},
            is_paused=_mark(place).exists(),
        )
        return entry.open_door(place, way_in, road, report, deadline)

    def close(self, bench: BenchId, deadline: Deadline) -> bool:
        """End every line and window, let machines go on; tell whether there was a way in."""
        was_there = super().close(bench, deadline)
        if _mark(Bench(bench)).exists():
            thaw(Bench(bench), deadline)
        return was_there

    def pause(self, bench: BenchId) -> DoorStatus:
        """Cut every line and freeze the machines, but the jury's instance."""
        status = super().pause(bench)
        freeze(Bench(bench), Deadline.after(_HOLD_S))
        return status

    def resume(self, bench: BenchId) -> DoorStatus:
        """Give back what ``pause`` took."""
        thaw(Bench(bench), Deadline.after(_HOLD_S))
        return super().resume(bench)


def freeze(place: Bench, deadline: Deadline) -> None:
    """Have the machines of a bench stand still; what this is for is written first."""
    store.write_bytes(_mark(place), b"")
    _do_to_each(place, works.freeze, deadline)


def thaw(place: Bench, deadline: Deadline) -> None:
    """Let the machines of a bench go on; one that was ended meanwhile stays so."""
    _do_to_each(place, works.thaw, deadline)
    _mark(place).unlink(missing_ok=True)


def _do_to_each(place: Bench, act: Callable[[Works, NodeName], None], deadline: Deadline) -> None:
    """Do something to each instance but the jury's; what one refuses is raised after the last."""
    plan, refusals = benches.read_plan(place), list[Refused]()
    with clusters.open_cluster(clusters.find_way(plan), deadline) as client:
        bench = Works(client, plan, layout.Tag(instance(), plan.bench), "")
        for name in layout.list_instances(plan)[:-1]:
            try:
                act(bench, name)
            except Refused as exc:
                refusals.append(exc)
    if refusals:
        raise refusals[0]


def _open_window(bench: BenchId, door: Doorway) -> tuple[str, ...]:
    """Return the command that opens a machine to a candidate."""
    words = (str(bench), door.name, door.account, language(), *door.argv)
    return (sys.executable, "-P", "-m", _WINDOW, *words)


def _mark(place: Bench) -> Path:
    """Return the file that says that machines were frozen: a gate that is opened again asks."""
    return place.way_in / "paused"
