"""Accounts of the configuration as accounts of the system: the SSH server checks them itself."""

from collections.abc import Container, Iterable
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
    passwd, shadow = _lines(etc / "passwd"), _lines(etc / "shadow")
    ours = {line.split(":")[0] for line in passwd if f":{_MARK}:" in line}
    group = [line for line in _lines(etc / "group") if not line.startswith(f"{_MARK}:")]
    _replace(etc / "group", [*group, f"{_MARK}:x:{_GROUP_ID}:"], 0o644)
    entries = [_passwd(position, user) for position, user in enumerate(known)]
    _replace(etc / "passwd", [*_without(passwd, ours), *entries], 0o644)
    _replace(etc / "shadow", [*_without(shadow, ours), *map(_shadow, known)], 0o600)


def _without(lines: Iterable[str], names: Container[str]) -> list[str]:
    return [line for line in lines if line.split(":")[0] not in names]


def _passwd(position: int, user: User) -> str:
    return f"{user.name}:x:{user_id(position)}:{_GROUP_ID}:{_MARK}:/:{SHELL}"


def _shadow(user: User) -> str:
    return f"{user.name}:{user.secret or '*'}:20000:0:99999:7:::"


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _replace(path: Path, lines: list[str], mode: int) -> None:
    text = "\n".join(lines) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    temporary = path.with_name(path.name + ".labctl")
    temporary.touch(mode)
    temporary.write_text(text, encoding="utf-8")
    temporary.chmod(mode)
    temporary.replace(path)
