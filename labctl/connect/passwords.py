"""The passwords of a bench's endpoints: what must never be shown of them."""

from pathlib import Path

from labctl.connect.base import Endpoints
from labctl.core.secrets import Secret


def list_passwords(endpoints: Endpoints) -> tuple[Secret, ...]:
    """Return the passwords that the endpoints use (a key never leaves its file)."""
    found = []
    for path in {endpoint.credential for endpoint in endpoints.endpoints if endpoint.credential}:
        try:
            text = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            continue  # the visit that needs it will say so
        if "\n" not in text:
            found.append(Secret(text))
    return tuple(found)
