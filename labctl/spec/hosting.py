"""Where benches live: hosts with budgets, what a provider says of a room, and which host gets what.

A room names its provider, and each provider adds its own keys to a host. So the form of a room and
part of its sense are the provider's (``RoomRules``): this package knows no provider by name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

from pydantic import Field

from labctl.spec.fields import Block, Id, SshAddress, key
from labctl.spec.kind import Kind

Amount = Annotated[int, Field(ge=1, le=10_000_000)]

Program = Annotated[str, Field(pattern=r"^[\w./~][\w./~+-]*$", max_length=300)]


class Host(Block):
    """A machine that carries benches, and what it may spend on them: keys of all providers."""

    name: Id = key("nom", "nom de l'hôte")
    access: SshAddress | None = key(
        "acces",
        "comment joindre labctl sur l'hôte : ssh://compte@hote ; absent, c'est cette machine",
        default=None,
    )
    command: Program = key(
        "commande", "labctl sur un hôte joint par ssh, ou son chemin", default="labctl"
    )
    memory_mib: Amount = key("memoire_mib", "mémoire pour les bancs, en MiB")
    disk_mib: Amount = key("disque_mib", "disque pour les bancs, en MiB")
    cores: Annotated[int, Field(ge=1, le=1024)] = key("coeurs", "cœurs pour les bancs")

    @property
    def way(self) -> str:
        """Return the ssh address of the host, "" when it is this machine."""
        return self.access or ""

    @property
    def own(self) -> dict[str, str]:
        """Return what the provider needs to know of the host besides, as the plan keeps it."""
        return {}

    @property
    def patience(self) -> float:
        """Return how many times its usual time a machine of this host may take."""
        return 1.0

    def at_home(self) -> "Host":
        """Return the host as its own labctl sees it: there, it is no other machine."""
        return self.model_copy(update={"access": None})

    def list_mistakes(self) -> tuple["HostMistake", ...]:
        """Return what is wrong with the sense of the provider's own keys."""
        return ()


@dataclass(frozen=True, slots=True)
class HostMistake:
    """A key of a host that means nothing as it is written, and what to write."""

    key: str
    message: str
    hint: str


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


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a provider cannot do what a room asks, and what to write instead."""

    message: str
    hint: str


class RoomRules(Protocol):
    """What a provider says of the rooms that name it; loading it imports no hypervisor."""

    @property
    def host(self) -> type[Host]:
        """Return the form of an item of ``hotes``."""
        ...

    @property
    def needs_hosts(self) -> bool:
        """Tell whether a room without ``hotes`` cannot be: otherwise benches live here."""
        ...

    @property
    def is_for_training(self) -> bool:
        """Tell whether a seed that everybody knows will do."""
        ...

    def need(self, machines: Sequence[Kind]) -> Need:
        """Return what one bench of these machines takes of its host."""
        ...

    def refuse(self, kind: Kind, hosts: Sequence[Host]) -> Refusal | None:
        """Return why no bench can have such a machine on these hosts, None when one can."""
        ...


Providers = Mapping[str, RoomRules]
"""What each known provider says of its rooms, by name."""


CPUS_PER_CORE = 8
"""Virtual processors a core may carry: the machines of a bench are idle most of the time."""


def count_places(host: Host, need: Need) -> int:
    """Return how many benches of this need a host carries."""
    offered = _offered(host)
    return min(
        offered.memory_mib // need.memory_mib,
        offered.disk_mib // need.disk_mib,
        offered.cpus // need.cpus,
    )


def _offered(host: Host) -> Need:
    return Need(host.memory_mib, host.disk_mib, host.cores * CPUS_PER_CORE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What one bench needs, and the host its author chose for it, None for any."""

    need: Need
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Distribution:
    """Which host carries which bench; ``left`` are the benches that found no place."""

    hosts: dict[int, str]
    left: tuple[int, ...]


def distribute(hosts: Iterable[Host], wishes: Mapping[int, Wish]) -> Distribution:
    """Give every bench a host: the one its author chose, else the first that has a place left."""
    free = {host.name: _offered(host) for host in hosts}
    placed: dict[int, str] = {}
    left = []
    for bench, wish in sorted(wishes.items(), key=lambda item: (item[1].host is None, item[0])):
        names: Iterator[str] = iter(free) if wish.host is None else iter({wish.host} & set(free))
        found = next((name for name in names if free[name].holds(wish.need)), None)
        if found is None:
            left.append(bench)
        else:
            free[found] = free[found].minus(wish.need)
            placed[bench] = found
    return Distribution(dict(sorted(placed.items())), tuple(sorted(left)))
