"""Where content, state, cache and runs live; each can be moved by a LABCTL_… variable."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from labctl.core.errors import UsageError
from labctl.core.i18n import _

PACKAGE = Path(__file__).resolve().parent.parent
ROOT_STATE = "/var/lib/labctl"


def state_dir() -> Path:
    """Return the folder of benches: LABCTL_STATE_DIR, /var/lib/labctl for root, else XDG."""
    return _folder("LABCTL_STATE_DIR", ROOT_STATE, "XDG_STATE_HOME", ".local/state")


def cache_dir() -> Path:
    """Return the folder of image layers: LABCTL_CACHE_DIR, /var/cache/labctl for root, else XDG."""
    return _folder("LABCTL_CACHE_DIR", "/var/cache/labctl", "XDG_CACHE_HOME", ".cache")


def runs_dir() -> Path:
    """Return the folder of evidence and reports: LABCTL_RUNS_DIR, else ``runs`` of the state."""
    chosen = os.environ.get("LABCTL_RUNS_DIR")
    return Path(chosen).absolute() if chosen else state_dir() / "runs"


def content_roots() -> Iterator[Path]:
    """Yield the folders that hold content, the centre's own (LABCTL_CONTENT_DIR) first.

    Raises UsageError when the centre's is not there: its checks would silently not be used.
    """
    own = os.environ.get("LABCTL_CONTENT_DIR")
    if own:
        if not Path(own).is_dir():
            message = _("LABCTL_CONTENT_DIR : « %(folder)s » n'est pas un dossier")
            raise UsageError(message % {"folder": own})
        yield Path(own).absolute()
    yield _shipped()


@cache
def _shipped() -> Path:
    laid_down = PACKAGE / "content"  # when the wheel is built
    return laid_down if laid_down.is_dir() else PACKAGE.parent


def find_content(*names: str) -> Path:
    """Return the first existing ``root/names…``; a centre's own content overrides by name.

    Raises FileNotFoundError with the path looked for below every root.
    """
    for root in content_roots():
        path = os.path.join(root, *names)  # noqa: PTH118  # asked for by the hundred
        if os.path.exists(path):  # noqa: PTH110
            return Path(path)
    raise FileNotFoundError(str(Path(*names)))


def list_content(folder: str, pattern: str) -> dict[str, Path]:
    """Return the content files of a folder by relative name, the first root that has one wins."""
    found: dict[str, Path] = {}
    for root in content_roots():
        for path in sorted((root / folder).glob(pattern)):
            found.setdefault(str(path.relative_to(root / folder)), path)
    return found


def _folder(variable: str, for_root: str, xdg: str, fallback: str) -> Path:
    chosen = os.environ.get(variable)
    if chosen:
        return Path(chosen).absolute()
    if os.geteuid() == 0:
        return Path(for_root)
    base = os.environ.get(xdg)
    return (Path(base) if base else Path.home() / fallback) / "labctl"
