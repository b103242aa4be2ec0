"""Who may ask: Basic over TLS, and Negotiate."""

import base64
import binascii
import hmac
import json

from labwindows import paths

ACCOUNT = "labctl-audit"
_SECRET = "windows_audit_password"  # noqa: S105  # the name of a secret


class NotAllowed(Exception):
    """Nobody who may ask was proved."""


def read_password(path: str = paths.SECRETS) -> str:
    """Return the password of the audit account: drawn for this machine at each reset."""
    with open(path, encoding="utf-8") as file:
        return str(json.load(file)[_SECRET])


def check_basic(header: str, password: str) -> str | None:
    """Return the account that a Basic header proves, None when it proves none."""
    try:
        text = base64.b64decode(header, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    name, _colon, given = text.partition(":")
    short = name.rpartition("\\")[2].lower()
    is_right = hmac.compare_digest(given.encode(), password.encode())
    return ACCOUNT if is_right and short == ACCOUNT else None
