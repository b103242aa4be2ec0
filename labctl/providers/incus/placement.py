"""Which member of a cluster carries which bench (pure).

A bench is whole on one member: its cables are bridges of that member. Of the members that can carry
it, the one that keeps the largest share of its scarcest resource takes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.spec.hosting import Need, Refusal


@dataclass(frozen=True, slots=True)
class Member:
    """What a member offers to benches in all, and what of it is unused at this moment.

    One that is evacuated answers, and takes no bench. One that has KVM runs virtual machines.
    """

    name: str
    offered: Need
    unused: Need
    is_online: bool = True
    is_evacuated: bool = False
    has_kvm: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What one bench needs.

    ``wish`` is the member that the room chose for it, ``member`` the one that it was placed on.
    What runs is part of what its member uses already: it is taken from what was promised alone.
    """

    bench: int
    need: Need
    wish: str | None = None
    member: str | None = None
    is_running: bool = False
    needs_kvm: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """Which member carries which bench, and why the others have none, by bench."""

    members: dict[int, str]
    refused: dict[int, Refusal]


def place(members: Iterable[Member], claims: Iterable[Claim]) -> Placement:
    """Give every bench a member; those that have one keep it, and what it promised them.

    Those that the room chose a member for come next, then the largest. Takes time in proportion to
    benches times members.
    """
    ordered = sorted(members, key=lambda member: member.name)
    rooms = {member.name: _Room(member) for member in ordered}
    placed: dict[int, str] = {}
    refused: dict[int, Refusal] = {}
    for claim in sorted(claims, key=_rank):
        if claim.member is not None:
            placed[claim.bench] = claim.member
            if claim.member in rooms:
                rooms[claim.member].charge(claim)
            continue
        able = [room for room in _list_wished(rooms, claim) if room.holds(claim)]
        if able:
            chosen = max(able, key=lambda room: room.share_after(claim.need))
            chosen.charge(claim)
            placed[claim.bench] = chosen.name
        else:
            refused[claim.bench] = _refuse(rooms, claim)
    return Placement(dict(sorted(placed.items())), dict(sorted(refused.items())))


def require_all(placement: Placement) -> None:
    """Raise ProviderError, naming each bench without a member, before anything is made."""
    if placement.refused:
        first = next(iter(placement.refused.values()))
        lines = [
            _("banc %(bench)d : %(why)s") % {"bench": bench, "why": refusal.message}
            for bench, refusal in placement.refused.items()
        ]
        raise ProviderError(" ; ".join(lines), hint=first.hint)


class _Room:
    """What is left of a member while benches are placed."""

    def __init__(self, member: Member) -> None:
        self.name = member.name
        self.is_online = member.is_online
        self.has_kvm = member.has_kvm
        self._offered = member.offered
        self._promised = member.offered
        self._unused = member.unused

    @property
    def left(self) -> Need:
        """Return what another bench may take: neither promised to a bench nor used by anybody."""
        return Need(
            min(self._promised.memory_mib, self._unused.memory_mib),
            min(self._promised.disk_mib, self._unused.disk_mib),
            min(self._promised.cpus, self._unused.cpus),
        )

    def holds(self, claim: Claim) -> bool:
        """Tell whether a bench can go there."""
        is_able = self.is_online and (self.has_kvm or not claim.needs_kvm)
        return is_able and self.left.holds(claim.need)

    def charge(self, claim: Claim) -> None:
        """Take what a bench needs away from what is left."""
        self._promised = self._promised.minus(claim.need)
        if not claim.is_running:
            self._unused = self._unused.minus(claim.need)

    def share_after(self, need: Need) -> float:
        """Return the share of the scarcest resource that would be left."""
        left, offered = self.left.minus(need), self._offered
        return min(
            left.memory_mib / offered.memory_mib,
            left.disk_mib / offered.disk_mib,
            left.cpus / offered.cpus,
        )


def _rank(claim: Claim) -> tuple[bool, bool, int, int]:
    return (claim.member is None, claim.wish is None, -claim.need.memory_mib, claim.bench)


def _list_wished(rooms: dict[str, _Room], claim: Claim) -> list[_Room]:
    return [room for room in rooms.values() if claim.wish in (None, room.name)]


def _refuse(rooms: dict[str, _Room], claim: Claim) -> Refusal:
    """Return why no member can carry a bench."""
    wished = _list_wished(rooms, claim)
    names = ", ".join(rooms)
    if not wished:
        said = _("le membre « %(name)s » n'est pas de cette grappe") % {"name": claim.wish or ""}
        return Refusal(said, _("membres : %(names)s") % {"names": names or "–"})
    online = [room for room in wished if room.is_online]
    if not online:
        said = _("aucun membre possible ne répond (%(names)s)")
        gone = ", ".join(room.name for room in wished)
        return Refusal(said % {"names": gone}, _("incus cluster list, sur un membre"))
    if claim.needs_kvm and not any(room.has_kvm for room in online):
        said = _("un Windows veut un membre qui a KVM ; sans : %(names)s")
        without = ", ".join(room.name for room in online)
        return Refusal(said % {"names": without}, _("les paquets et /dev/kvm : docs/install.md"))
    online = [room for room in online if room.has_kvm or not claim.needs_kvm]
    said = _(
        "il faut %(memory)d Mio de mémoire, %(disk)d Mio de disque, %(cpus)d processeurs ; "
        "il reste %(left)s"
    )
    left = ", ".join(_show(room) for room in online)
    need = claim.need
    values = {"memory": need.memory_mib, "disk": need.disk_mib, "cpus": need.cpus, "left": left}
    return Refusal(said % values, _("retirez des bancs de la salle, ou ajoutez un membre"))


def _show(room: _Room) -> str:
    left = room.left
    values = {
        "name": room.name,
        "memory": max(0, left.memory_mib),
        "disk": max(0, left.disk_mib),
        "cpus": max(0, left.cpus),
    }
    return _("%(name)s : %(memory)d Mio, %(disk)d Mio, %(cpus)d") % values
