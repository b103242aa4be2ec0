"""A ticket is taken in time, told, solved and closed; what the first level cannot is passed on."""

from datetime import datetime, timedelta

from checks.directory.demand import Directory
from checks.tickets.book import find_incident, is_with, require_opening, require_tool
from checks.tickets.demand import Tickets
from checks.tickets.facts import SERVER, Ticket, TicketBook
from labctl.api import Expectation, Match, NotAsked, _, check, denial, require, truth

SOLUTION_LENGTH = 80
"""Fewest characters of a report that says what was done."""
FOLLOW_UPS = 2
"""Fewest follow-ups beside the solution: what was seen, and what was done."""


@check("K-090", asks=(Tickets, Directory), needs=TicketBook, face=SERVER, after=("K-112",))
def check_report_is_written(asked: Tickets, directory: Directory, book: TicketBook) -> Match:
    """Le compte rendu de l'intervention est dans le ticket."""
    ticket = require_opening(asked, directory, book)
    said = {"number": ticket.number, "length": ticket.solution_length, "least": SOLUTION_LENGTH}
    return require(
        [
            truth(
                _("solution rédigée : « %(text)s »") % {"text": ticket.solution},
                _("ticket %(number)d : solution de %(length)d caractères, %(least)d au moins")
                % said,
                holds=ticket.solution_length >= SOLUTION_LENGTH,
            )
        ]
    )


@check("K-115", asks=(Tickets, Directory), needs=TicketBook, face=SERVER, after=("K-112",))
def check_contract_is_kept(asked: Tickets, directory: Directory, book: TicketBook) -> Match:
    """Le ticket est pris en compte et résolu dans les délais du contrat."""
    ticket, delays = require_opening(asked, directory, book), asked.levels.sla
    return require(
        [
            _within(_("prise en compte"), ticket, ticket.taken, delays.pick_up_minutes),
            _within(_("résolution"), ticket, ticket.solved, delays.solve_minutes),
        ]
    )


def _within(subject: str, ticket: Ticket, moment: datetime | None, minutes: int) -> Expectation:
    said = {"subject": subject, "minutes": minutes}
    if moment is None:
        problem = _("%(subject)s : pas encore, en %(minutes)d min au plus") % said
        return truth(subject, problem, holds=False)
    spent = moment - ticket.opened
    said["spent"] = int(spent.total_seconds() // 60)
    return truth(
        _("%(subject)s en %(spent)d min (%(minutes)d au plus)") % said,
        _("%(subject)s en %(spent)d min, au lieu de %(minutes)d au plus") % said,
        holds=spent <= timedelta(minutes=minutes),
    )


@check("K-116", asks=(Tickets, Directory), needs=TicketBook, face=SERVER, after=("K-112",))
def check_escalation(asked: Tickets, directory: Directory, book: TicketBook) -> Match:
    """Ce qui dépasse le premier niveau est transmis au deuxième avec les faits, et cela seul."""
    level, opening = asked.levels.n2, require_opening(asked, directory, book)
    said = {"level": level, "number": opening.number}
    points = [
        denial(
            _("ticket %(number)d transmis à %(level)s") % said,
            _("ticket %(number)d transmis à %(level)s, alors que le premier niveau y suffit")
            % said,
            found=is_with(opening, level),
            gate=True,
            earns=asked.escalation is None,
        )
    ]
    if asked.escalation is not None:
        incident = find_incident(asked, book)
        said["item"] = asked.escalation.item
        points += [
            truth(
                _("incident sur %(item)s transmis à %(level)s") % said,
                _("aucun incident lié à %(item)s n'est transmis à %(level)s") % said,
                holds=incident is not None and is_with(incident, level),
                gate=True,
            ),
            truth(
                _("faits écrits dans l'incident"),
                _("l'incident sur %(item)s est transmis sans un mot de ce qui a été vu") % said,
                holds=incident is not None and any(one.length for one in incident.follow_ups),
            ),
        ]
    return require(points)


@check("K-117", asks=(Tickets, Directory), needs=TicketBook, face=SERVER, after=("K-112",))
def check_ticket_is_closed(asked: Tickets, directory: Directory, book: TicketBook) -> Match:
    """Le ticket est résolu avec une solution, puis clos."""
    ticket = require_opening(asked, directory, book)
    said = {"number": ticket.number}
    return require(
        [
            truth(
                _("ticket %(number)d résolu") % said,
                _("ticket %(number)d : pas encore résolu") % said,
                holds=ticket.solved is not None,
            ),
            truth(
                _("ticket %(number)d clos") % said,
                _("ticket %(number)d : pas encore clos") % said,
                holds=ticket.closed is not None,
            ),
        ]
    )


@check("K-118", asks=(Tickets, Directory), needs=TicketBook, face=SERVER, after=("K-112",))
def check_follow_ups_tell_the_story(
    asked: Tickets, directory: Directory, book: TicketBook
) -> Match:
    """Les suivis du ticket racontent l'intervention."""
    ticket = require_opening(asked, directory, book)
    written = sum(one.length > 0 and not one.is_solution for one in ticket.follow_ups)
    said = {"number": ticket.number, "count": written, "least": FOLLOW_UPS}
    return require(
        [
            truth(
                _("suivis du ticket %(number)d : %(count)d") % said,
                _("ticket %(number)d : %(count)d suivis outre la solution, %(least)d au moins")
                % said,
                holds=written >= FOLLOW_UPS,
            )
        ]
    )


@check("K-119", asks=Tickets, needs=TicketBook, face=SERVER)
def check_problem_is_linked(asked: Tickets, book: TicketBook) -> Match:
    """L'incident qui se répète est lié au problème, ou à l'article de la base qui en parle."""
    require_tool(asked)
    if asked.escalation is None:
        raise NotAsked(_("le sujet ne le demande pas"))
    incident, said = find_incident(asked, book), {"item": asked.escalation.item}
    return require(
        [
            truth(
                _("incident sur %(item)s ouvert") % said,
                _("aucun incident lié à %(item)s n'est ouvert") % said,
                holds=incident is not None,
                gate=True,
                earns=False,
            ),
            truth(
                _("problème ou article lié"),
                _("l'incident sur %(item)s n'est lié ni à un problème, ni à un article") % said,
                holds=incident is not None and bool(incident.problems or incident.articles),
            ),
        ]
    )


@check("K-124", asks=(Tickets, Directory), needs=TicketBook, face=SERVER, after=("K-112",))
def check_user_is_told(asked: Tickets, directory: Directory, book: TicketBook) -> Match:
    """Le demandeur a une réponse dans le ticket."""
    ticket = require_opening(asked, directory, book)
    said = {"number": ticket.number}
    return require(
        [
            truth(
                _("réponse au demandeur du ticket %(number)d") % said,
                _("ticket %(number)d : aucun suivi n'est adressé au demandeur") % said,
                holds=any(one.is_public and one.length for one in ticket.follow_ups),
            )
        ]
    )
