"""Can this machine carry benches, and what to do when it cannot."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, LabctlError
from labctl.core.i18n import _
from labctl.core.paths import cache_dir, state_dir
from labctl.core.progress import Report, silent
from labctl.pipeline.acts import place_work
from labctl.pipeline.finding import Finding, free_mib, memory_mib, search_path
from labctl.pipeline.hypervisors import look_at_hosts
from labctl.pipeline.order import Order
from labctl.pipeline.place import Place
from labctl.plan.model import Plan
from labctl.providers.libvirt.rooms import VmHost

PROGRAMS = ("ip", "nft", "mmdebstrap", "ssh", "ssh-keygen", "unshare", "mount")
LEAST_MEMORY_MIB, LEAST_DISK_MIB = 1500, 4000
INOTIFY_FOR_16 = 64
LOOK_S = 60.0


def examine(place: Place) -> tuple[Finding, ...]:
    """Look at everything the benches of a room need, on every machine; changes nothing lasting."""
    found = list(_look_here())
    if place.room.document.provider == "libvirt":
        here = [
            host for host in place.room.document.hosts if isinstance(host, VmHost) and not host.way
        ]
        found += look_at_hosts(here) if here else ()
        for plan in place.one_plan_per_host():
            found += _examine_there(place, plan)
    return tuple(found)


def examine_host(order: Order, _report: Report) -> tuple[Finding, ...]:
    """Look at everything this machine needs to carry benches for another one's labctl."""
    host = VmHost.model_validate(order.options["host"])
    return (*_look_here(), *look_at_hosts([host]))


def _examine_there(place: Place, plan: Plan) -> Iterator[Finding]:
    named = plan.hosting.name if plan.hosting else ""
    host = next(host for host in place.room.document.hosts if host.name == named)
    options = {"host": host.at_home().model_dump(by_alias=True)}
    name = _("hôte %(host)s : %(what)s")
    try:
        found = place_work(Order("doctor", 0, (plan,), LOOK_S, options=options))(silent)
    except LabctlError as exc:
        what = name % {"host": host.name, "what": "ssh"}
        yield Finding(what, ok=False, found=exc.message, hint=exc.hint)
        return
    for each in found:
        is_named = host.name in each.name
        what = each.name if is_named else name % {"host": host.name, "what": each.name}
        yield replace(each, name=what)


def _look_here() -> Iterator[Finding]:
    return (finding for look in _LOOKS for finding in look())


def _look_at_rights() -> Iterator[Finding]:
    root = os.geteuid() == 0
    yield Finding(
        _("droits"), root, "root" if root else f"uid {os.geteuid()}", _("lancez labctl en root")
    )


def _look_at_programs() -> Iterator[Finding]:
    missing = [name for name in PROGRAMS if shutil.which(name, path=search_path()) is None]
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
        yield _try(name, argv, _("ce noyau ne le permet pas : voir docs/install.md"))
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
