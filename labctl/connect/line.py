"""Whether the line loses frames, as the kernel counts it where this thread looks from."""

from pathlib import Path

MANY = 0.05
"""What part of the segments must have been sent again; a busy computer makes it one in fifty."""
_COUNTS = Path("/proc/thread-self/net/snmp")  # of the network namespace; RFC 4022 names them


class Losses:
    """Watches the TCP segments that had to be sent again, from when it is made."""

    def __init__(self, counts: Path = _COUNTS) -> None:
        self._counts = counts
        self._sent, self._again = self._read()

    def are_many(self) -> bool:
        """Tell whether the line loses frames."""
        sent, again = self._read()
        return again > self._again and again - self._again >= MANY * (sent - self._sent)

    def _read(self) -> tuple[int, int]:
        """Return how many segments were sent, and how many sent again."""
        lines = self._counts.read_text(encoding="ascii").splitlines()
        names, values = (line.split() for line in lines if line.startswith("Tcp:"))
        counts = dict(zip(names, values, strict=True))
        return int(counts["OutSegs"]), int(counts["RetransSegs"])
