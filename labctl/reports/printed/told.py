"""What a candidate is told of a bench, as values: all that the templates of a subject are given.

Nothing gets in by itself: no machine of labctl, no address of its networks, no account of an audit,
no secret. ``subject`` fills these in, field by field.
"""

from dataclasses import dataclass

from labctl.reports.printed.markup import Marked
from labctl.spec.kind import Account


@dataclass(frozen=True, slots=True)
class CardTold:
    """A card of a machine; ``mac`` where it is that of a real card."""

    name: str
    segment: str
    address: str  # empty: none is asked for
    mac: str


@dataclass(frozen=True, slots=True)
class CableTold:
    """A cable that the candidate plugs or finds; the ends are machines and their ports."""

    label: str
    start: str
    end: str
    carried: str


@dataclass(frozen=True, slots=True)
class MachineTold:
    """A machine of the subject."""

    name: str
    hostname: str
    kind: str
    state: str
    cards: tuple[CardTold, ...]
    ports: tuple[str, ...]
    reach: tuple[str, ...]
    accounts: tuple[Account, ...]

    @property
    def addresses(self) -> str:
        """Return its addresses, by card where it has several."""
        said = [(card, card.address) for card in self.cards if card.address]
        if len(self.cards) == 1:
            return " ; ".join(f"{address}, {card.segment}" for card, address in said)
        return " ; ".join(f"{card.name} : {address}" for card, address in said)

    @property
    def entries(self) -> str:
        """Return the accounts it is delivered with, without the passwords that are secret."""
        return " ; ".join(map(_tell_account, self.accounts))


def _tell_account(account: Account) -> str:
    if not (account.name or account.password or account.secret):
        return f"{account.where} : ni compte ni mot de passe"
    who = account.name or "aucun compte"
    if account.secret:
        return f"{account.where} : {who}, mot de passe dans l'annexe"
    if account.password:
        return f"{account.where} : {who}, mot de passe {account.password}"
    return f"{account.where} : {who}, sans mot de passe"


@dataclass(frozen=True, slots=True)
class SegmentTold:
    """A network of the subject."""

    name: str
    vid: int
    network: str
    mask: str
    gateway: str
    usage: str


@dataclass(frozen=True, slots=True)
class NoticeTold:
    """How machines of a kind are configured, whatever the subject: ``notice.md`` of the kind."""

    kind: str
    machines: tuple[str, ...]
    text: Marked


@dataclass(frozen=True, slots=True)
class PhaseTold:
    """A phase of the exam on the bench."""

    minutes: int
    is_before_jury: bool


@dataclass(frozen=True, slots=True)
class LotTold:
    """A part of the work; ``exam_phase`` is 1 for what is done first."""

    number: int
    title: str
    minutes: int
    competencies: tuple[str, ...]
    exam_phase: int
    sections: tuple[Marked, ...]
    is_before_jury: bool = False
    is_silent: bool = False  # its blocks ask nothing of the machines of this bench

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return the numbers or codes of its compétences."""
        return tuple(one.partition(" ")[0] for one in self.competencies)


@dataclass(frozen=True, slots=True)
class WayInTold:
    """How the candidate comes in to the bench; ``host`` is empty where it is told in the room.

    Without a ``menu`` the bench has no such way in: its candidate sits before its machines.
    """

    host: str
    port: int
    menu: str  # the account that shows the machines
    deposit: str  # the account that takes files
    shelf: str = ""  # the folder of a share that takes files too, as a user types it


@dataclass(frozen=True, slots=True)
class Brief:
    """What the cahier itself says to the candidate: its own words, and those of its route."""

    business: str
    exam: str
    route: str
    mission: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of one bench, as its candidate receives it."""

    bench: str
    variant: str
    cahier: str
    title: str
    company: str
    town: str
    brief: Brief
    segments: tuple[SegmentTold, ...]
    machines: tuple[MachineTold, ...]
    cables: tuple[CableTold, ...]
    lots: tuple[LotTold, ...]
    phases: tuple[PhaseTold, ...]
    around: tuple[Marked, ...]  # what is delivered working
    notices: tuple[NoticeTold, ...]
    picture: str

    @property
    def has_vlans(self) -> bool:
        """Tell whether a network has a number."""
        return any(segment.vid for segment in self.segments)

    @property
    def later_phases(self) -> tuple[PhaseTold, ...]:
        """Return the phases after the first in which something is to be done."""
        begun = {lot.exam_phase for lot in self.lots}
        numbered = enumerate(self.phases, start=1)
        return tuple(phase for number, phase in numbered if number > 1 and number in begun)

    @property
    def picture_words(self) -> str:
        """Return what the picture shows, for who does not see it."""
        cables = "; ".join(f"{cable.start} à {cable.end}" for cable in self.cables)
        return f"{cables}. Le tableau des câbles dit la même chose."

    @property
    def minutes(self) -> int:
        """Return how long the candidate works in the first phase."""
        return sum(lot.minutes for lot in self.lots if lot.exam_phase == 1)
