"""The printer over IPP (RFC 8011)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrinterState:
    """State of the print queue, asked at its address from the office segment.

    ``segment_works``: the gateway of that segment answers ARP; a silent printer is then really
    silent, and may still be asking for its address.
    """

    answers: bool
    state: int  # printer-state: 3 idle, 4 processing, 5 stopped; 0 unknown
    reasons: tuple[str, ...]  # printer-state-reasons, "none" left out
    completed_jobs: tuple[str, ...]  # job names, or « n° 1 » where the printer forgot it
    segment_works: bool = True
