"""Can this machine carry benches, and what to do when it cannot."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError
from labctl.core.i18n import _
from labctl.core.paths import cache_dir, state_dir
from labctl.pipeline.finding import Finding, free_mib, memory_mib
from labctl.pipeline.hypervisors import look_at_hosts
from labctl.spec.room import Room

PROGRAMS = ("ip", "nft", "mmdebstrap", "ssh", "ssh-keygen", "unshare", "mount")
LEAST_MEMORY_MIB, LEAST_DISK_MIB = 1500, 4000
INOTIFY_FOR_16 = 64


def examine(room: Room) -> tuple[Finding, ...]:
    """Look at everything the benches of a room need; changes nothing that lasts."""
    found = [finding for look in _LOOKS for finding in look()]
    if room.document.provider == "libvirt":
        found += look_at_hosts(room.document.hosts)
    return tuple(found)


def _look_at_rights() -> Iterator[Finding]:
    root = os.geteuid() == 0
    yield Finding(
        _("droits"), root, "root" if root else f"uid {os.geteuid()}", _("lancez labctl en root")
    )


def _look_at_programs() -> Iterator[Finding]:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    hint = _("installez les paquets de packages.apt")
    yield Finding(_("programmes"), not missing, ", ".join(missing) or _("tous là"), hint)


def _look_at_kernel() -> Iterator[Finding]:
    tries = {
        "overlay": ("grep", "-qw", "overlay", "/proc/filesystems"),
        _("espaces de noms"): (
            "unshare",
            "--net",
            "--mount",
            "--pid",
            "--uts",
            "--ipc",
            "--fork",
            "true",
        ),
        "veth": (
            "unshare",
            "--net",
            "ip",
            "link",
            "add",
            "dev",
            "lt0",
            "type",
            "veth",
            "peer",
            "name",
            "lt1",
        ),
        "bridge": ("unshare", "--net", "ip", "link", "add", "dev", "lt0", "type", "bridge"),
        "tun": ("unshare", "--net", "ip", "tuntap", "add", "dev", "lt0", "mode", "tap"),
        "nftables": ("unshare", "--net", "nft", "list", "ruleset"),
    }
    for name, argv in tries.items():
        yield Finding(name, _works(argv), "", _("ce noyau ne le permet pas : voir docs/install.md"))
    filtering = (
        "unshare",
        "--net",
        "ip",
        "link",
        "add",
        "dev",
        "lt0",
        "type",
        "bridge",
        "vlan_filtering",
        "1",
    )
    plane = _("pont du noyau") if _works(filtering) else _("Open vSwitch en espace utilisateur")
    yield Finding(_("commutation des VLAN"), ok=True, found=plane)


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


_LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _look_at_rights,
    _look_at_programs,
    _look_at_kernel,
    _look_at_room,
)


def _works(argv: tuple[str, ...]) -> bool:
    try:
        return run(argv, Deadline.after(10), check=False).exit_code == 0
    except CommandError:
        return False
