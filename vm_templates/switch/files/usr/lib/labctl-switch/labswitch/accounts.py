"""Accounts of the configuration as accounts of the system: the SSH server checks them itself."""

import os
from collections.abc import Iterable
from pathlib import Path

from labswitch.config import User

_MARK = "labctl-switch"
_FIRST_ID = 2000
_GROUP_ID = 2000
SHELL = "/usr/bin/labctl-switch"


def user_id(position: int) -> int:
    """Return the user id of the account at a place of the configuration."""
    return _FIRST_ID + position


def apply(users: Iterable[User], etc: Path = Path("/etc")) -> None:
    """Write the accounts, beside those of the system, which are left as they are."""
    known = tuple(users)
    passwd = [
        f"{user.name}:x:{user_id(n)}:{_GROUP_ID}:{_MARK}:/:{SHELL}" for n, user in enumerate(known)
    ]
    shadow = [f"{user.name}:{user.secret or '*'}:{'20000'}:0:99999:7:::{_MARK}" for user in known]
    group = [f"{_MARK}:x:{_GROUP_ID}:"]
    _replace(
        etc / "group",
        [line for line in _lines(etc / "group") if not line.startswith(f"{_MARK}:")] + group,
        0o644,
    )
    _replace(
        etc / "passwd",
        [line for line in _lines(etc / "passwd") if f":{_MARK}:" not in line] + passwd,
        0o644,
    )
    _replace(
        etc / "shadow",
        [line for line in _lines(etc / "shadow") if not line.endswith(f":{_MARK}")] + shadow,
        0o600,
    )


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _replace(path: Path, lines: list[str], mode: int) -> None:
    text = "\n".join(lines) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    temporary = path.with_name(path.name + ".labctl")
    temporary.touch(mode)
    temporary.write_text(text, encoding="utf-8")
    os.chmod(temporary, mode)
    temporary.replace(path)
