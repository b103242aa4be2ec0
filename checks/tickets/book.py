"""Which tickets of the tool are those that the subject asks for."""

from checks.directory.demand import Directory, Person
from checks.tickets.demand import Tickets
from checks.tickets.facts import Ticket, TicketBook
from labctl.api import Expectation, Mismatch, NotAsked, _, say, truth

PROBLEM = "probleme"
_PLAIN = str.maketrans("àâéèêëîïôùûç", "aaeeeeiiouuc")


def is_same(one: str, other: str) -> bool:
    """Tell whether two words of a tool say the same, whatever their case, accents and spaces."""
    return plain(one) == plain(other)


def plain(text: str) -> str:
    """Return a word of a tool without case, accents and doubled spaces."""
    return " ".join(text.casefold().translate(_PLAIN).split())


def is_named(person: Person, names: frozenset[str]) -> bool:
    """Tell whether a person is among accounts and addresses."""
    return not {person.login.casefold(), person.upn.casefold()}.isdisjoint(
        name.casefold() for name in names
    )


def has_item(ticket: Ticket, item: str) -> bool:
    """Tell whether a ticket is linked to that asset."""
    return any(is_same(item, one) for one in ticket.items)


def require_tool(asked: Tickets) -> None:
    """Raise NotAsked where the subject does not say that a machine of the bench is the tool."""
    if asked.hosted_on is None:
        raise NotAsked(_("le sujet ne le demande pas"))


def require_opening(asked: Tickets, directory: Directory, book: TicketBook) -> Ticket:
    """Return the ticket that the subject asks to open: of several, the best match."""
    require_tool(asked)
    tickets = [ticket for ticket in book.tickets if not _is_other(asked, ticket)]
    if not tickets:
        raise Mismatch(_("aucun ticket n'est ouvert"), expected=_("un ticket"), found=say(None))
    return max(tickets, key=lambda ticket: _rank(asked, directory, ticket))


def list_qualities(asked: Tickets, directory: Directory, ticket: Ticket) -> tuple[Expectation, ...]:
    """Return what the ticket to open must have: nature, requester, linked item, entity."""
    wanted, requester = asked.opening, directory.person(asked.opening.requester)
    said = {
        "number": ticket.number,
        "requester": requester.display_name,
        "item": wanted.item,
        "requesters": say(ticket.requesters),
        "items": say(ticket.items),
    }
    return (
        Expectation(_("nature du ticket"), plain(wanted.kind), plain(ticket.nature)),
        truth(
            _("demandeur : %(requester)s") % said,
            _("ticket %(number)d : demandeur attendu %(requester)s, trouvé %(requesters)s") % said,
            holds=is_named(requester, ticket.requesters),
        ),
        truth(
            _("élément lié : %(item)s") % said,
            _("ticket %(number)d : élément lié attendu %(item)s, trouvé %(items)s") % said,
            holds=has_item(ticket, wanted.item),
        ),
        Expectation(_("entité"), plain(asked.entity), plain(ticket.entity)),
    )


def find_incident(asked: Tickets, book: TicketBook) -> Ticket | None:
    """Return the incident to pass on: of several about that item, the most complete one."""
    if asked.escalation is None:
        return None
    found = [
        ticket
        for ticket in book.tickets
        if plain(ticket.nature) == "incident" and has_item(ticket, asked.escalation.item)
    ]
    level = asked.levels.n2
    return max(
        found,
        key=lambda one: (
            is_with(one, level),
            bool(one.problems or one.articles),
            len(one.follow_ups),
        ),
        default=None,
    )


def is_with(ticket: Ticket, level: str) -> bool:
    """Tell whether a ticket was given to a level of support: its queue, or a group of it."""
    return any(is_same(level, one) for one in (ticket.entity, *ticket.groups))


def _is_other(asked: Tickets, ticket: Ticket) -> bool:
    """Tell whether a ticket is a problem, or about what is to be passed on and nothing else."""
    other = asked.escalation.item if asked.escalation else ""
    is_about_other = bool(other) and has_item(ticket, other)
    return plain(ticket.nature) == PROBLEM or (
        is_about_other and not has_item(ticket, asked.opening.item)
    )


def _rank(asked: Tickets, directory: Directory, ticket: Ticket) -> tuple[int, ...]:
    points = list_qualities(asked, directory, ticket)
    return (
        sum(point.holds for point in points),
        is_same(ticket.category, asked.opening.category),
        ticket.priority == asked.priority,
        ticket.closed is not None,
        ticket.solved is not None,
        ticket.solution_length,
        len(ticket.follow_ups),
        ticket.number,
    )
