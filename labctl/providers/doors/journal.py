"""The journal of a door: who came when, from where. Standard library only: the gate imports it."""

import json
import os
from contextlib import suppress
from datetime import UTC, datetime

_MOST_BYTES = 1 << 20


def note(path: str, event: str, about: str) -> None:
    """Add a line to the journal of a door, as long as it has room."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = json.dumps({"at": at, "event": event, "about": about})
    with suppress(OSError):
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        try:
            if os.fstat(fd).st_size < _MOST_BYTES:
                os.write(fd, f"{line}\n".encode())
        finally:
            os.close(fd)
