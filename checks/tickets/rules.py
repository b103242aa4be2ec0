"""Tickets can be opened as the subject says, in the tool that the bench holds."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from checks.directory.unknown import find_unknown_person, find_unnamed_server
from checks.tickets.demand import Escalation, OpeningTicket, Tickets
from checks.tickets.facts import SERVER
from labctl.api import Remark, View, _, rule


@rule("delais-inverses", reads=Tickets)
def find_reversed_delays(asked: Tickets, _view: View) -> Iterator[Remark]:
    """A request is taken before it is solved."""
    delays = asked.levels.sla
    if delays.pick_up_minutes > delays.solve_minutes:
        said = _("résolution en %(solve)d min, avant la prise en compte en %(pick)d min")
        values = {"solve": delays.solve_minutes, "pick": delays.pick_up_minutes}
        yield Remark(delays, "solve_minutes", said % values)


@rule("personne-inconnue", reads=(Tickets, Directory))
def find_unknown_requesters(asked: Tickets, directory: Directory, _view: View) -> Iterator[Remark]:
    """A ticket is that of a person of the cahier."""
    tickets: tuple[OpeningTicket | Escalation | None, ...] = (asked.opening, asked.escalation)
    for ticket in tickets:
        if ticket is not None:
            yield from find_unknown_person(directory, ticket, "requester", ticket.requester)


@rule("tickets-impossibles", reads=Tickets)
def find_missing_priorities(asked: Tickets, _view: View) -> Iterator[Remark]:
    """The matrix gives the priority of the ticket to open, where a check looks at it."""
    if asked.hosted_on is not None and asked.priority is None:
        pair = f"{asked.opening.urgency}x{asked.opening.impact}"
        said = _("« %(pair)s » n'est pas dans la matrice des priorités") % {"pair": pair}
        yield Remark(asked, "priorities", said)


@rule("tickets-impossibles", reads=Tickets)
def find_mixed_tickets(asked: Tickets, _view: View) -> Iterator[Remark]:
    """What is passed on is about something else than what the first level treats."""
    other = asked.escalation
    if other is not None and other.item == asked.opening.item:
        said = _("« %(item)s » est déjà l'élément du ticket à ouvrir") % {"item": other.item}
        yield Remark(other, "item", said)


@rule("tickets-impossibles", reads=Tickets, sections=("machines",))
def find_wrong_servers(asked: Tickets, view: View) -> Iterator[Remark]:
    """A machine that holds the tool can, and is found by its name in the directory."""
    if asked.hosted_on is None:
        return
    if SERVER not in view.faces(asked.hosted_on):
        said = _("« %(name)s » n'est pas un outil de tickets") % {"name": asked.hosted_on}
        yield Remark(asked, "hosted_on", said, _("une machine « genre: tickets »"))
    alone = _("sans annuaire, un ticket n'est celui de personne")
    example = "https://assistance.%(domain)s/"
    yield from find_unnamed_server(view, asked, ("url", asked.host), example, alone)
