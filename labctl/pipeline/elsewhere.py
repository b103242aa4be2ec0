"""Which benches this installation has put on other machines: written before the first change.

It is how ``down`` finds them, also when the room is lost.
"""

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from labctl.core import store
from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.paths import state_dir
from labctl.plan.model import Hosting

MAKERS = ("up", "reset", "prove", "unseal")
"""Acts that may leave something on the host."""


def remember(bench: int, host: Hosting) -> bool:
    """Note that a bench may exist on a host; tell whether that is new."""
    known = list_hosts(bench)
    if host in known:
        return False
    _write(bench, (*known, host))
    return True


def forget(bench: int, host: Hosting) -> None:
    """Note that nothing of a bench is left on a host."""
    _write(bench, tuple(each for each in list_hosts(bench) if each != host))


def list_hosts(bench: int) -> tuple[Hosting, ...]:
    """Return the hosts where a bench may be; StoreError when the note cannot be read."""
    from pydantic import TypeAdapter, ValidationError

    path = _file(bench)
    if not path.exists():
        return ()
    try:
        return TypeAdapter(tuple[Hosting, ...]).validate_json(store.read_bytes(path))
    except ValidationError as exc:
        said = _("« %(path)s » n'est pas un document JSON : %(why)s")
        raise StoreError(said % {"path": path, "why": exc}) from exc


def list_benches() -> tuple[int, ...]:
    """Return the benches that may be on other machines."""
    names = [path.stem for path in _folder().glob("*.json")]
    return tuple(sorted(int(name) for name in names if name.isdecimal()))


def _write(bench: int, hosts: tuple[Hosting, ...]) -> None:
    path = _file(bench)
    if hosts:
        store.write_json(path, [asdict(host) for host in hosts])
        return
    path.unlink(missing_ok=True)
    with suppress(OSError):  # it holds the note of another bench, or another one was quicker
        _folder().rmdir()


def _file(bench: int) -> Path:
    return _folder() / f"{bench:02d}.json"


def _folder() -> Path:
    return state_dir() / "elsewhere"
