"""What every doorkeeper does alike: the door is on this computer, wherever the machines are."""

from collections.abc import Mapping

from labctl.core.coming import Coming
from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId
from labctl.providers.base import ClockTold, DoorStatus, HandedIn
from labctl.providers.doors import documents, entry
from labctl.providers.namespaces.bench import Bench


class Keeper:
    """A node without network; a provider says where its windows lead, and what a pause stops."""

    provider: str

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
        return entry.find_status(Bench(bench), self.provider)

    def handed_in(self, bench: BenchId) -> tuple[HandedIn, ...]:
        """Return what was handed in, as it was last kept."""
        return documents.list_handed_in(Bench(bench))

    def hand_in(self, bench: BenchId, files: Mapping[str, bytes | None]) -> None:
        """Put files where a candidate hands theirs in; None takes one away."""
        entry.hand_in(Bench(bench), files)

    def comings(self, bench: BenchId) -> tuple[Coming, ...]:
        """Return what happened at the way in since the bench was built, the first first."""
        return documents.list_comings(Bench(bench))
