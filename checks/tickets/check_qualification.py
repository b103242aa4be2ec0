"""A ticket is the right person's, about the right thing, and as urgent as the matrix says."""

from checks.directory.demand import Directory
from checks.tickets.book import list_qualities, plain, require_opening
from checks.tickets.demand import Tickets
from checks.tickets.facts import SERVER, TicketBook
from labctl.api import Expectation, Match, _, check, require


@check("K-112", asks=(Tickets, Directory), needs=TicketBook, face=SERVER)
def check_ticket_is_opened(asked: Tickets, directory: Directory, book: TicketBook) -> Match:
    """Le ticket demandé est ouvert : nature, demandeur, élément lié, entité."""
    return require(list_qualities(asked, directory, require_opening(asked, directory, book)))


@check("K-113", asks=(Tickets, Directory), needs=TicketBook, face=SERVER, after=("K-112",))
def check_priority_follows_the_matrix(
    asked: Tickets, directory: Directory, book: TicketBook
) -> Match:
    """L'urgence, l'impact et la priorité du ticket suivent la matrice."""
    ticket = require_opening(asked, directory, book)
    points = [
        Expectation(_("urgence"), asked.opening.urgency, ticket.urgency),
        Expectation(_("impact"), asked.opening.impact, ticket.impact),
    ]
    if asked.priority is not None:
        points.append(Expectation(_("priorité"), asked.priority, ticket.priority))
    return require(points)


@check("K-114", asks=(Tickets, Directory), needs=TicketBook, face=SERVER, after=("K-112",))
def check_ticket_is_filed(asked: Tickets, directory: Directory, book: TicketBook) -> Match:
    """La catégorie du ticket est celle demandée."""
    ticket = require_opening(asked, directory, book)
    return require(
        [Expectation(_("catégorie"), plain(asked.opening.category), plain(ticket.category))]
    )
