"""APT as the machine itself uses it: its sources, its trust, its proxy; packages kept once."""

import platform
import re
import time
from contextlib import suppress
from pathlib import Path

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _

_SETTINGS = re.compile(r"^Acquire::(?:https?|Retries|ForceIPv[46]|Check-(?:Valid-Until|Date))\b")
_SOURCE = re.compile(r"(?mi)^(?:deb\s|URIs:)")
_DUMP_S = 10.0
_LOCAL = re.compile(r"\b(?:file|copy|cdrom):")


def suite() -> str:
    """Return what a layer depends on besides its template: release and architecture."""
    return f"{platform.freedesktop_os_release().get('VERSION_CODENAME', '')}/{platform.machine()}"


def read_sources() -> dict[str, str]:
    """Return the machine's sources by file name, without those that lie on the machine itself.

    Raises ProviderError when none is left.
    """
    candidates = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    found = {
        path.name: keep_reachable(path.name, path.read_text(encoding="utf-8"))
        for path in candidates
        if path.suffix in (".list", ".sources") and path.is_file()
    }
    found = {name: text for name, text in found.items() if text}
    if not found:
        message = _("aucune source APT joignable par le réseau")
        raise ProviderError(message, hint=_("voir /etc/apt/sources.list.d"))
    return found


def keep_reachable(name: str, text: str) -> str:
    """Return a file of sources without those on the machine itself, empty when none is left."""
    split = "\n\n" if name.endswith(".sources") else "\n"
    kept = [part for part in text.split(split) if not _LOCAL.search(part)]
    return split.join(kept) if any(_SOURCE.search(part) for part in kept) else ""


def keep_settings(dump: str) -> list[str]:
    """Return those lines of ``apt-config dump`` that say how to reach the network."""
    return [line for line in dump.splitlines() if _SETTINGS.match(line)]


def write_configuration(folder: Path, cache: Path) -> Path:
    """Write sources and an apt.conf that keeps lists and packages in the cache; return the file."""
    sources = folder / "sources"
    sources.mkdir(parents=True, exist_ok=True)
    for name, text in read_sources().items():
        (sources / name).write_text(text, encoding="utf-8")
    for name in ("lists/partial", "archives/partial", "pkg"):
        (cache / name).mkdir(parents=True, exist_ok=True)
    dump = command.run(("apt-config", "dump"), Deadline.after(_DUMP_S)).stdout
    settings = [
        *keep_settings(dump),
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
        "INITRD": "No",  # Debian's kernels: no layer boots, a guest has an initrd of its own
        "PYTHONDONTWRITEBYTECODE": "1",
    }
