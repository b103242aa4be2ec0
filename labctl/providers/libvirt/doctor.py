"""What virtual machines need of the hosts of a room, and what to do when one lacks it."""

import os
import shutil
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.paths import state_dir
from labctl.providers.base import Finding
from labctl.providers.libvirt import driver, hostnet
from labctl.providers.libvirt.rooms import VmHost
from labctl.providers.works.doctor import free_mib, memory_mib, search_path

PROGRAMS = ("qemu-system-x86_64", "qemu-img", "mke2fs", "virt-xml-validate")
FOR_WINDOWS = ("swtpm",)
FIRMWARE = Path("/usr/share/OVMF/OVMF_CODE_4M.secboot.fd")
KVM, PROCESSOR = Path("/dev/kvm"), Path("/proc/cpuinfo")
_LOOK_S = 20.0


def look_at_hosts(hosts: Iterable[VmHost]) -> Iterator[Finding]:
    """Look at what virtual machines need here, then at each host of a room; changes nothing."""
    yield from _look_at_tools()
    for host in hosts:
        yield from _look_at_daemon(host)
        yield from _look_at_acceleration(host)
        yield from _look_at_budget(host)


def _look_at_tools() -> Iterator[Finding]:
    missing = [name for name in PROGRAMS if shutil.which(name, path=search_path()) is None]
    missing += [] if find_spec("libvirt") else ["libvirt-python"]
    hint = _("make setup-libvirt, ou les paquets de packages-libvirt.apt")
    yield Finding(_("machines virtuelles"), not missing, ", ".join(missing) or _("tout là"), hint)
    missing = [name for name in FOR_WINDOWS if shutil.which(name, path=search_path()) is None]
    missing += [] if FIRMWARE.exists() else ["OVMF"]
    found = ", ".join(missing) or f"swtpm, {FIRMWARE}"
    hint = _("pour Windows (UEFI, TPM) : apt-get install swtpm ovmf")
    yield Finding(_("micrologiciel et TPM"), not missing, found, hint)


def _look_at_daemon(host: VmHost) -> Iterator[Finding]:
    name = _("hôte %(host)s : libvirtd") % {"host": host.name}
    try:
        hostnet.find_place(host.uri)
        with driver.open_host(host.uri, Deadline.after(_LOOK_S)) as opened:
            version = opened.version()
    except ProviderError as exc:
        yield Finding(name, ok=False, found=exc.message, hint=exc.hint or "")
    else:
        yield Finding(name, ok=True, found=f"{host.uri}, QEMU {_dotted(version)}")


def _look_at_acceleration(host: VmHost) -> Iterator[Finding]:
    """Compare what the room says with the processor: libvirt says kvm where none can run."""
    name = _("hôte %(host)s : accélération") % {"host": host.name}
    can = KVM.exists() and os.access(KVM, os.R_OK | os.W_OK) and _has_extensions()
    if host.virt_type == "kvm":
        found = "kvm" if can else _("kvm demandé, ce processeur ne l’offre pas ici")
        hint = _("virt_type: qemu dans la salle, ou la virtualisation dans le BIOS (/dev/kvm)")
        yield Finding(name, can, found, hint)
    else:
        more = _("qemu ; kvm serait possible") if can else _("qemu : émulation, dix fois plus lent")
        yield Finding(name, ok=True, found=more)


def _look_at_budget(host: VmHost) -> Iterator[Finding]:
    free = {
        _("mémoire (MiB)"): (memory_mib(), host.memory_mib, "memoire_mib"),
        _("disque (MiB)"): (free_mib(state_dir()), host.disk_mib, "disque_mib"),
        _("cœurs"): (os.cpu_count() or 1, host.cores, "coeurs"),
    }
    for what, (there, wanted, key) in free.items():
        name = _("hôte %(host)s : %(what)s") % {"host": host.name, "what": what}
        found = _("%(there)d, la salle en prend %(wanted)d") % {"there": there, "wanted": wanted}
        hint = _("libérez-en, ou baissez « %(key)s » dans la salle") % {"key": key}
        yield Finding(name, there >= wanted, found, hint)


def _has_extensions() -> bool:
    words = PROCESSOR.read_text(encoding="utf-8", errors="replace").split()
    return "vmx" in words or "svm" in words


def _dotted(version: str) -> str:
    number = int(version)
    return f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"
