"""Where virtual machines live: hosts with budgets, what a bench needs, and which host gets it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from labctl.spec.fields import Block, Id, LibvirtAddress, SshAddress, key

Amount = Annotated[int, Field(ge=1, le=10_000_000)]

Program = Annotated[str, Field(pattern=r"^[\w./~][\w./~+-]*$", max_length=300)]


class VmHost(Block):
    """A machine that runs virtual machines, and what it may spend on benches."""

    name: Id = key("nom", "nom de l'hôte")
    uri: LibvirtAddress = key(
        "uri", "adresse libvirt : qemu:///system, qemu+unix://…?socket=…, qemu+ssh://hote/system"
    )
    access: SshAddress | None = key(
        "acces",
        "comment joindre labctl sur l'hôte : ssh://compte@hote ; qemu+ssh le dit déjà",
        default=None,
    )
    command: Program = key(
        "commande", "labctl sur un hôte joint par ssh, ou son chemin", default="labctl"
    )
    virt_type: Literal["kvm", "qemu"] = key(
        "virt_type",
        "kvm : virtualisation matérielle ; qemu : émulation logicielle, plus lente",
    )
    memory_mib: Amount = key("memoire_mib", "mémoire pour les bancs, en MiB")
    disk_mib: Amount = key("disque_mib", "disque pour les bancs, en MiB")
    cores: Annotated[int, Field(ge=1, le=1024)] = key("coeurs", "cœurs pour les bancs")


@dataclass(frozen=True, slots=True)
class Need:
    """What a machine takes of its host."""

    memory_mib: int
    disk_mib: int
    cpus: int

    def holds(self, other: "Need") -> bool:
        """Tell whether it is enough for another."""
        return (
            self.memory_mib >= other.memory_mib
            and self.disk_mib >= other.disk_mib
            and self.cpus >= other.cpus
        )

    def minus(self, other: "Need") -> "Need":
        """Return what is left of it beside another."""
        return Need(
            self.memory_mib - other.memory_mib,
            self.disk_mib - other.disk_mib,
            self.cpus - other.cpus,
        )

    def times(self, count: int) -> "Need":
        """Return what so many of them take."""
        return Need(self.memory_mib * count, self.disk_mib * count, self.cpus * count)


GUESTS = {
    "router": Need(256, 400, 1),
    "switch": Need(256, 400, 1),
    "dc": Need(512, 900, 1),
    "nas": Need(384, 700, 1),
    "workstation-linux": Need(384, 700, 1),
    "windows-standin": Need(384, 700, 1),
}
"""Roles that are virtual machines, and what each is given; disk is what a session may write."""

WORKSTATIONS = ("workstation-linux", "windows-standin")
"""Roles of which a bench has one."""

WINDOWS = {"windows-11": Need(4096, 30_000, 2)}
"""The same for roles that are a real Windows: virtual machines of a master of the centre."""

OVERHEAD_MIB = 120
"""Memory of an emulator beside that of its machine."""
NAMESPACES = Need(300, 300, 1)
"""The rest of a bench: labctl's own machines on the same host."""
CPUS_PER_CORE = 8
"""Virtual processors a core may carry: the machines of a bench are idle most of the time."""


def bench_need(*, is_windows: bool = False) -> Need:
    """Return what one bench takes, its saved state included, with a Windows or any other desk."""
    needs = [need for role, need in GUESTS.items() if role not in WORKSTATIONS]
    desks = WINDOWS.values() if is_windows else [GUESTS[role] for role in WORKSTATIONS]
    needs.append(max(desks, key=lambda need: need.memory_mib))
    return Need(
        sum(need.memory_mib + OVERHEAD_MIB for need in needs) + NAMESPACES.memory_mib,
        sum(need.disk_mib + need.memory_mib for need in needs) + NAMESPACES.disk_mib,
        sum(need.cpus for need in needs) + NAMESPACES.cpus,
    )


def count_places(host: VmHost, *, is_windows: bool = False) -> int:
    """Return how many benches a host carries, with a Windows or any other desk."""
    need, offered = bench_need(is_windows=is_windows), _offered(host)
    return min(
        offered.memory_mib // need.memory_mib,
        offered.disk_mib // need.disk_mib,
        offered.cpus // need.cpus,
    )


def _offered(host: VmHost) -> Need:
    return Need(host.memory_mib, host.disk_mib, host.cores * CPUS_PER_CORE)


@dataclass(frozen=True, slots=True)
class Distribution:
    """Which host carries which bench; ``left`` are the benches that found no place."""

    hosts: dict[int, str]
    left: tuple[int, ...]


def distribute(
    hosts: Iterable[VmHost],
    chosen: dict[int, str | None],
    windows: frozenset[int] = frozenset(),
) -> Distribution:
    """Give every bench a host: the one its author chose, else the first that has a place left.

    ``windows`` are the benches whose workstation is a real Windows.
    """
    free = {host.name: _offered(host) for host in hosts}
    placed: dict[int, str] = {}
    left = []
    for bench, host in sorted(chosen.items(), key=lambda item: (item[1] is None, item[0])):
        need = bench_need(is_windows=bench in windows)
        names = free if host is None else {host} & set(free)
        found = next((name for name in names if free[name].holds(need)), None)
        if found is None:
            left.append(bench)
        else:
            free[found] = free[found].minus(need)
            placed[bench] = found
    return Distribution(dict(sorted(placed.items())), tuple(sorted(left)))
