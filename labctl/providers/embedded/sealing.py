"""Seal an embedded bench: its folder, and the layers its machines stand on."""

from dataclasses import replace

from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId
from labctl.core.progress import Report
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench
from labctl.providers.works import construction, sealing
from labctl.providers.works.guests import NoGuests
from labctl.seal.manifest import Subject

_READY_S = 60.0


class EmbeddedSealer:
    """Closes and opens benches whose machines are namespaces."""

    def close(self, bench: BenchId, report: Report, deadline: Deadline) -> None:
        """Cut the network, then stop every machine; throw away what a jury did."""
        sealing.close(Bench(bench), NoGuests(), report, deadline)

    def subject(self, bench: BenchId) -> Subject:
        """Return what of the bench is sealed."""
        return sealing.describe(Bench(bench), "namespace", {})

    def open(self, bench: BenchId, report: Report, deadline: Deadline) -> str:
        """Start the machines with what was sealed as one more read-only layer."""
        sealing.require_built(Bench(bench))
        plan = benches.read_plan(Bench(bench))
        works = construction.open_works(plan, report, deadline)
        return sealing.open_above(replace(works, bench=Bench(bench, is_opened=True)), _READY_S)
