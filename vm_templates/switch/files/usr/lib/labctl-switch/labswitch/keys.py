"""The RSA key of the switch's own SSH server; a reload keeps it only when it was saved."""

import shutil
from pathlib import Path
from uuid import uuid4

from labswitch.paths import NVRAM, RUN
from labswitch.process import run

KEY = RUN / "ssh_host_rsa_key"
_SAVED = NVRAM / "ssh_host_rsa_key"
_DEADLINE_S = 120.0


def exists() -> bool:
    """Tell whether the switch has a key."""
    return KEY.exists()


def draw(bits: int, name: str) -> Path:
    """Make a new key, which takes its time, and return where it is until it is taken."""
    fresh = KEY.with_name(f"rsa_key_{uuid4().hex}")
    run(
        ["ssh-keygen", "-q", "-t", "rsa", "-b", str(bits), "-N", "", "-C", name, "-f", str(fresh)],
        deadline_s=_DEADLINE_S,
    )
    return fresh


def take(fresh: Path) -> None:
    """Make a new key the one of the switch."""
    _public(fresh).replace(_public(KEY))
    fresh.replace(KEY)


def describe() -> tuple[int, str]:
    """Return the size and the name of the key; raise ToolError when there is none."""
    size, _fingerprint, name = run(["ssh-keygen", "-l", "-f", str(KEY)]).split(maxsplit=2)
    return int(size), name.rsplit(" ", 1)[0]


def remove() -> None:
    """Remove the key."""
    _remove(KEY)


def save() -> None:
    """Keep the key, or its absence, with the startup configuration."""
    _copy(KEY, _SAVED)


def forget_saved() -> None:
    """Forget the key that was kept."""
    _remove(_SAVED)


def restore() -> None:
    """Take the key that was kept."""
    _copy(_SAVED, KEY)


def _copy(source: Path, target: Path) -> None:
    _remove(target)
    if source.exists():
        shutil.copyfile(_public(source), _public(target))
        target.touch(0o600)
        shutil.copyfile(source, target)


def _remove(key: Path) -> None:
    key.unlink(missing_ok=True)
    _public(key).unlink(missing_ok=True)


def _public(key: Path) -> Path:
    return key.with_name(key.name + ".pub")
