"""What the ticket tool of the bench holds: tickets with their story, and the assets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from checks.tickets.demand import Tickets
from labctl.api import (
    Answer,
    NotUnderstood,
    Plan,
    Probe,
    Question,
    Transport,
    _,
    about,
    read_json,
    run_on,
)

SERVER = "tickets"
"""The face of machines that tell what their ticket tool holds."""
SEEN = "/usr/lib/labctl/ticketseen"
GLPI = "glpi"
"""The face of those that hold GLPI: they are asked by its REST API. No kind that labctl ships has
it, and no real GLPI was ever asked so (ADR 79)."""
_GLPI_PROGRAM = Path(__file__).parent / "programs" / "glpi.py"
_GLPI_TIMEOUT_S = 25.0


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A message in a ticket, by somebody else than its requester."""

    at: datetime
    by: str
    is_public: bool  # the requester reads it too
    text: str  # its beginning
    length: int
    is_solution: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket; a moment is None until its event has happened."""

    number: int
    nature: str  # Demande, Incident, Problème; empty when nobody chose
    entity: str
    category: str
    urgency: int | None
    impact: int | None
    priority: int | None
    requesters: frozenset[str]  # accounts and addresses
    items: frozenset[str]  # assets that it is linked to
    groups: frozenset[str]  # those it is given to, beside its queue
    opened: datetime
    taken: datetime | None
    solved: datetime | None
    closed: datetime | None
    follow_ups: tuple[FollowUp, ...]
    solution: str  # its beginning
    solution_length: int
    problems: frozenset[int]
    articles: frozenset[int]


@dataclass(frozen=True, slots=True)
class Asset:
    """A machine of the inventory."""

    name: str
    is_in_use: bool
    fields: dict[str, str]
    users: frozenset[str]  # accounts and addresses


@dataclass(frozen=True, slots=True)
class TicketBook:
    """The newest tickets that were neither rejected nor deleted, and the assets."""

    tickets: tuple[Ticket, ...]
    assets: tuple[Asset, ...]


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask the tool of the bench, where there is one."""
    asked = plan.demand(Tickets)
    if asked.hosted_on is None:
        return ()
    if GLPI not in plan.nodes[asked.hosted_on].faces:
        return (run_on(asked.hosted_on, SEEN),)
    argv = ("/usr/bin/python3", "-I", "-c", _GLPI_PROGRAM.read_text("utf-8"))
    body: dict[str, object] = {"argv": argv}
    return (Question(asked.hosted_on, Transport.SSH, "API REST de GLPI", body, _GLPI_TIMEOUT_S),)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> TicketBook:
    """Read what it says; a tool that does not run proves nothing against anybody."""
    if not answers:
        return TicketBook((), ())
    (answer,) = answers
    seen: Any = read_json(answer)
    try:
        if seen["running"] is not True:
            said = _("l'outil de tickets ne fonctionne plus")
            raise NotUnderstood(about(said, seen["problem"]) if "problem" in seen else said)
        return read_book(seen)
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        said = _("%(what)s : ce n'est pas ce qu'un outil de tickets du banc répond")
        raise NotUnderstood(said % {"what": answer.question.text}) from exc


def read_book(told: Mapping[str, Any]) -> TicketBook:
    """Return the book from the document that the reader of each product prints."""
    return TicketBook(
        tuple(_read_ticket(one) for one in told["tickets"]),
        tuple(_read_asset(one) for one in told["assets"]),
    )


def _read_ticket(told: Mapping[str, Any]) -> Ticket:
    opened = _read_moment(told["opened"])
    if opened is None:
        raise ValueError("a ticket that nobody opened")
    return Ticket(
        number=int(told["id"]),
        nature=str(told["nature"]),
        entity=str(told["entity"]),
        category=str(told["category"]),
        urgency=_read_number(told["urgency"]),
        impact=_read_number(told["impact"]),
        priority=_read_number(told["priority"]),
        requesters=_read_names(told["requesters"]),
        items=_read_names(told["items"]),
        groups=_read_names(told["groups"]),
        opened=opened,
        taken=_read_moment(told["taken"]),
        solved=_read_moment(told["solved"]),
        closed=_read_moment(told["closed"]),
        follow_ups=tuple(
            _read_follow_up(one, is_solution=position == told["solution_follow_up"])
            for position, one in enumerate(told["follow_ups"])
        ),
        solution=str(told["solution"]),
        solution_length=int(told["solution_length"]),
        problems=frozenset(int(one) for one in told["problems"]),
        articles=frozenset(int(one) for one in told["articles"]),
    )


def _read_follow_up(told: Mapping[str, Any], *, is_solution: bool) -> FollowUp:
    at = _read_moment(told["at"])
    if at is None:
        raise ValueError("a follow-up that nobody wrote")
    text, length = str(told["text"]), int(told["length"])
    return FollowUp(at, str(told["by"]), told["public"] is True, text, length, is_solution)


def _read_asset(told: Mapping[str, Any]) -> Asset:
    return Asset(
        str(told["name"]),
        told["in_use"] is True,
        {str(name): str(value) for name, value in told["fields"].items()},
        _read_names(told["users"]),
    )


def _read_names(told: Any) -> frozenset[str]:
    return frozenset(str(one) for one in told if one)


def _read_number(told: Any) -> int | None:
    text = str(told)
    return int(text) if text.isascii() and text.isdigit() else None


def _read_moment(told: Any) -> datetime | None:
    if told is None:
        return None
    moment = datetime.fromisoformat(told)
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment


PROBE = Probe(TicketBook, ask, parse)
