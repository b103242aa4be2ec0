"""What machines that are namespaces need of the machine that carries them."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError
from labctl.core.i18n import _
from labctl.core.paths import cache_dir, state_dir
from labctl.providers.base import Finding
from labctl.providers.namespaces.seccomp import Filter

PROGRAMS = ("ip", "nft", "mmdebstrap", "ssh", "ssh-keygen", "unshare", "mount")
LEAST_MEMORY_MIB, LEAST_DISK_MIB = 1500, 4000
INOTIFY_FOR_16 = 64
_APART = ("unshare", "--net")
_ADD = (*_APART, "ip", "link", "add", "dev", "lt0", "type")


def look_here() -> Iterator[Finding]:
    """Look at everything that namespaces need here; changes nothing lasting."""
    yield from _look_at_rights()
    yield from _look_at_programs()
    yield from _look_at_kernel()
    yield from _look_at_room()


def search_path() -> str:
    """Return where programs are looked for: the folders of root's too, which others lack."""
    own = os.environ.get("PATH", os.defpath)
    return os.pathsep.join((own, "/usr/local/sbin", "/usr/sbin", "/sbin"))


def memory_mib() -> int:
    """Return the memory that is available."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    return 0


def free_mib(folder: Path) -> int:
    """Return the room left where a folder is, or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free >> 20


def _look_at_rights() -> Iterator[Finding]:
    root = os.geteuid() == 0
    yield Finding(
        _("droits"), root, "root" if root else f"uid {os.geteuid()}", _("lancez labctl en root")
    )


def _look_at_programs() -> Iterator[Finding]:
    missing = [name for name in PROGRAMS if shutil.which(name, path=search_path()) is None]
    try:
        Filter()
    except OSError:  # without it no machine starts
        missing.append("libseccomp2")
    hint = _("installez les paquets de packages.apt")
    yield Finding(_("programmes"), not missing, ", ".join(missing) or _("tous là"), hint)


def _look_at_kernel() -> Iterator[Finding]:
    tries = {
        "overlay": ("grep", "-qw", "overlay", "/proc/filesystems"),
        _("espaces de noms"): (*_APART, "--mount", "--pid", "--uts", "--ipc", "--fork", "true"),
        "veth": (*_ADD, "veth", "peer", "name", "lt1"),
        "bridge": (*_ADD, "bridge"),
        "tun": (*_APART, "ip", "tuntap", "add", "dev", "lt0", "mode", "tap"),
        "nftables": (*_APART, "nft", "list", "ruleset"),
    }
    for name, argv in tries.items():
        yield _try(name, argv, _("ce noyau ne le permet pas : voir docs/install.md"))
    filtering = (*_ADD, "bridge", "vlan_filtering", "1")
    if os.geteuid() != 0:
        yield _only_root(_("commutation des VLAN"))
        return
    plane = _("pont du noyau") if _works(filtering) else _("Open vSwitch en espace utilisateur")
    yield Finding(_("commutation des VLAN"), ok=True, found=plane)


def _try(name: str, argv: tuple[str, ...], hint: str) -> Finding:
    if argv[0] == "unshare" and os.geteuid() != 0:
        return _only_root(name)
    return Finding(name, _works(argv), "", hint)


def _only_root(name: str) -> Finding:
    return Finding(name, ok=False, found="", hint=_("à vérifier en root"), is_known=False)


def _look_at_room() -> Iterator[Finding]:
    memory = memory_mib()
    yield Finding(
        _("mémoire libre"),
        memory >= LEAST_MEMORY_MIB,
        f"{memory} MiB",
        _("un banc demande environ 450 MiB"),
    )
    for name, folder in ((_("disque, état"), state_dir()), (_("disque, cache"), cache_dir())):
        free = free_mib(folder)
        yield Finding(
            name, free >= LEAST_DISK_MIB, f"{free} MiB ({folder})", _("libérez de la place")
        )
    instances = int(Path("/proc/sys/fs/inotify/max_user_instances").read_text())
    hint = "sysctl fs.inotify.max_user_instances=512"
    yield Finding(_("instances inotify"), instances >= INOTIFY_FOR_16, str(instances), hint)


def _works(argv: tuple[str, ...]) -> bool:
    try:
        return run(argv, Deadline.after(10), check=False).exit_code == 0
    except CommandError:
        return False
