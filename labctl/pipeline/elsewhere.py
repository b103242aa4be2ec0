"""Which benches this installation has put on other machines: written before the first change.

It is how ``down`` finds them, also when the room is lost.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from labctl.core import store
from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.paths import state_dir
from labctl.plan.model import Hosting

MAKERS = ("up", "access", "reset", "prove", "unseal")
"""Acts that may leave something on the host."""


@contextmanager
def held(bench: int, act: str) -> Iterator[None]:
    """Hold the note of a bench while something is made or removed on its host.

    Or what one command noted would be forgotten by another, which ends there and then.
    """
    place = _folder() / f"{bench:02d}"
    with store.lock(place / "lock", f"labctl {act}"):
        try:
            yield
        finally:
            if not _file(bench).exists():
                (place / "lock").unlink(missing_ok=True)
                _drop(place)
                _drop(_folder())


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
        said = _("« %(path)s » ne dit plus sur quels hôtes est le banc %(bench)02d")
        hint = _("s'il est sur un hôte, « labctl down %(bench)d » là-bas ; puis effacez ce fichier")
        values = {"path": path, "bench": bench}
        raise StoreError(said % values, hint=hint % values) from exc


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
    _drop(_folder())


def _drop(folder: Path) -> None:
    with suppress(OSError):  # it holds the note of another bench, or another one was quicker
        folder.rmdir()


def _file(bench: int) -> Path:
    return _folder() / f"{bench:02d}.json"


def _folder() -> Path:
    return state_dir() / "elsewhere"
