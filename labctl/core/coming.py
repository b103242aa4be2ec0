"""What happened at a candidate's way in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coming:
    """One event at the way in of a bench.

    ``event`` is a word of the way in: ``opened``, ``line``, ``window``, ``ended``, ``paused``,
    ``resumed``, ``restart``, ``restarted``, ``refused``, ``trouble`` (a window that did not open),
    ``closed``. ``about`` is what it concerns: a port, the address of a computer, a machine.
    """

    at: str  # RFC 3339
    event: str
    about: str
