"""Let a candidate in to a bench of namespaces."""

from collections.abc import Mapping

from labctl.core.coming import Coming
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import BenchId
from labctl.core.progress import Report
from labctl.plan.model import Plan
from labctl.providers.base import ClockTold, DoorStatus, HandedIn, WayIn
from labctl.providers.doors import documents, entry
from labctl.providers.doors.road import Road
from labctl.providers.namespaces.bench import Bench

_PROVIDER = "embedded"


class EmbeddedDoorkeeper:
    """A node without network in front of machines that are namespaces too."""

    def open(self, plan: Plan, way_in: WayIn, report: Report, deadline: Deadline) -> DoorStatus:
        """Open the way in, or leave it open; ProviderError for a bench that does not run."""
        place = Bench(plan.bench)
        if not place.scan():
            message = _("le banc %(bench)s n’est pas construit") % {"bench": place.name}
            raise ProviderError(message, hint=f"labctl up {plan.bench}")
        return entry.open_door(place, way_in, Road(_PROVIDER), report, deadline)

    def close(self, bench: BenchId, deadline: Deadline) -> bool:
        """End every line and window; tell whether there was a way in."""
        return entry.close_door(Bench(bench), deadline)

    def tell_clock(self, bench: BenchId, clock: ClockTold | None) -> None:
        """Have the menu say the time of the phase, or none."""
        entry.tell_clock(Bench(bench), clock)

    def pause(self, bench: BenchId) -> DoorStatus:
        """Cut every line and freeze what runs in windows."""
        return entry.pause(Bench(bench))

    def resume(self, bench: BenchId) -> DoorStatus:
        """Give back what ``pause`` took."""
        return entry.resume(Bench(bench))

    def status(self, bench: BenchId) -> DoorStatus | None:
        """Look at the way in, None when there is none; what was handed in is kept by then."""
        return entry.find_status(Bench(bench), _PROVIDER)

    def handed_in(self, bench: BenchId) -> tuple[HandedIn, ...]:
        """Return what was handed in, as it was last kept."""
        return documents.list_handed_in(Bench(bench))

    def hand_in(self, bench: BenchId, files: Mapping[str, bytes | None]) -> None:
        """Put files where a candidate hands theirs in; None takes one away."""
        entry.hand_in(Bench(bench), files)

    def comings(self, bench: BenchId) -> tuple[Coming, ...]:
        """Return what happened at the way in since the bench was built, the first first."""
        return documents.list_comings(Bench(bench))
