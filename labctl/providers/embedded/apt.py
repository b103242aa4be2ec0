"""APT as the machine itself uses it: its sources, its trust, its proxy; packages kept once."""

import platform
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError

_SETTINGS = re.compile(r"^Acquire::(?:https?|Retries|ForceIPv[46]|Check-(?:Valid-Until|Date))\b")
_LOCAL = re.compile(r"\b(?:file|copy|cdrom):")


def suite() -> str:
    """Return what a layer depends on besides its template: release and architecture."""
    return f"{platform.freedesktop_os_release().get('VERSION_CODENAME', '')}/{platform.machine()}"


def read_sources() -> dict[str, str]:
    """Return the machine's sources by file name, without those that lie on the machine itself.

    Raises ProviderError when none is left.
    """
    found = {}
    candidates = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for path in candidates:
        if path.suffix in (".list", ".sources") and path.is_file():
            split = "\n\n" if path.suffix == ".sources" else "\n"
            parts = path.read_text(encoding="utf-8").split(split)
            kept = [part for part in parts if not _LOCAL.search(part)]
            if _is_source(kept):
                found[path.name] = split.join(kept)
    if not found:
        raise ProviderError("no APT source that can be reached", hint="see /etc/apt/sources.list.d")
    return found


def write_configuration(folder: Path, cache: Path) -> Path:
    """Write sources and an apt.conf that keeps lists and packages in the cache; return the file."""
    sources = folder / "sources"
    sources.mkdir(parents=True, exist_ok=True)
    for name, text in read_sources().items():
        (sources / name).write_text(text, encoding="utf-8")
    for name in ("lists/partial", "archives/partial", "pkg"):
        (cache / name).mkdir(parents=True, exist_ok=True)
    settings = _machine_settings()
    settings += [
        'Dir::Etc::main "/dev/null";',
        f'Dir::Etc::parts "{folder}/none";',
        'Dir::Etc::sourcelist "/dev/null";',
        f'Dir::Etc::sourceparts "{sources}";',
        f'Dir::Etc::preferencesparts "{folder}/none";',
        'Dir::Etc::preferences "/dev/null";',
        f'Dir::State::lists "{cache}/lists";',
        f'Dir::Cache "{cache}/pkg";',
        f'Dir::Cache::archives "{cache}/archives";',
        'Dir::Cache::pkgcache "";',
        'Acquire::Languages "none";',
        'APT::Install-Recommends "false";',
        'APT::Sandbox::User "root";',
        'APT::Get::Assume-Yes "true";',
        'DPkg::Options:: "--force-unsafe-io";',
        'DPkg::Options:: "--force-confold";',
        'DPkg::Use-Pty "false";',
    ]
    (folder / "none").mkdir(exist_ok=True)
    file = folder / "apt.conf"
    file.write_text("\n".join(settings) + "\n", encoding="utf-8")
    return file


def update(configuration: Path, cache: Path, deadline: Deadline, *, max_age_s: float) -> None:
    """Fetch the package lists unless those of the cache are young enough."""
    stamp = cache / "updated"
    with suppress(FileNotFoundError):
        if time.time() - stamp.stat().st_mtime < max_age_s:
            return
    command.run(("apt-get", "-q", "update"), deadline, env=environment(configuration))
    stamp.touch()


def environment(configuration: Path) -> dict[str, str]:
    """Return the environment of apt and of what runs in a tree being built."""
    return {
        "APT_CONFIG": str(configuration),
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LC_ALL": "C.UTF-8",
        "DEBIAN_FRONTEND": "noninteractive",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _is_source(parts: Sequence[str]) -> bool:
    return any(re.search(r"(?mi)^(?:deb\s|URIs:)", part) for part in parts)


def _machine_settings() -> list[str]:
    dump = command.run(("apt-config", "dump"), Deadline.after(10)).stdout
    return [line for line in dump.splitlines() if _SETTINGS.match(line)]
