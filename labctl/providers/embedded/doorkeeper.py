"""Let a candidate in to a bench of namespaces."""

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.plan.model import Plan
from labctl.providers.base import DoorStatus, WayIn
from labctl.providers.doors import entry
from labctl.providers.doors.keeper import Keeper
from labctl.providers.doors.road import Road
from labctl.providers.namespaces.bench import Bench


class EmbeddedDoorkeeper(Keeper):
    """A node without network in front of machines that are namespaces too."""

    provider = "embedded"

    def open(self, plan: Plan, way_in: WayIn, report: Report, deadline: Deadline) -> DoorStatus:
        """Open the way in, or leave it open; ProviderError for a bench that does not run."""
        place = Bench(plan.bench)
        if not place.scan():
            message = _("le banc %(bench)s n’est pas construit") % {"bench": place.name}
            raise ProviderError(message, hint=f"labctl up {plan.bench}")
        return entry.open_door(place, way_in, Road(self.provider), report, deadline)
