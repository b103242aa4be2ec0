"""A request is taken before it is solved, and is that of a person of the cahier."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from checks.tickets.demand import Tickets
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
    """The ticket is opened for a person of the cahier."""
    if asked.opening.requester not in directory.names:
        said = _("personne « %(name)s » inconnue") % {"name": asked.opening.requester}
        hint = _("personnes : %(names)s") % {"names": ", ".join(directory.names)}
        yield Remark(asked.opening, "requester", said, hint)
