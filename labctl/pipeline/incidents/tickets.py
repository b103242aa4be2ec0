"""What users say of the incidents of a bench, at the way in of the candidate.

Tickets are numbered: the name of an incident would tell its cause.
"""

from collections.abc import Mapping

from labctl.core.ids import BenchId
from labctl.core.store import remove, write_bytes
from labctl.providers.doors.documents import tickets_of
from labctl.providers.namespaces.bench import Bench
from labctl.spec.incident import Incident


def announce(bench: int, incidents: Mapping[int, Incident]) -> None:
    """Put what users say of incidents at the way in of a bench, in place of what was there.

    They are by the numbers of their tickets.
    """
    folder = tickets_of(Bench(BenchId(bench)))
    remove(folder)
    for ticket, incident in incidents.items():
        write_bytes(folder / f"Ticket {ticket}.txt", f"{incident.says}\n".encode(), mode=0o644)
