"""Cables carry frames, and whole ones."""

from collections.abc import Iterator

from checks.switching.demand import Switching, list_neighbours, list_ports
from checks.switching.facts.counters import Link, Links
from checks.switching.facts.port_names import find_port
from labctl.api import Expectation, Match, Plan, Undecided, _, check, require, truth

FULL, AUTO = "full", "auto"
MISSING = Link(up=False, duplex=AUTO, packets=0, errors=0)
ONE_IN = 1000
"""Most frames received wrong: one in a thousand, as Cisco's « Troubleshooting Switch Port and
Interface Problems » counts a link as bad."""
PLUGGING_IN = 10
"""Wrong frames that plugging a cable in may cause."""


@check(
    "K-068",
    needs=Links,
    asks=(Switching, Plan),
    after=("K-058",),
    over=lambda plan: (plan.demand(Switching).on, *list_neighbours(plan)),
)
def check_links_work(_asked: Switching, plan: Plan, links: Links) -> Match:
    """Les liaisons raccordées sont actives, en duplex intégral et sans erreurs."""
    cabled = {find_port(port.name, links.ports): port for port in list_ports(plan) if port.enabled}
    told = require(
        point for name in cabled for point in _points(name, links.ports.get(name, MISSING))
    )
    if any(links.ports[name].duplex == AUTO for name in cabled):
        raise Undecided(_("le commutateur ne dit pas le duplex d'une liaison active"))
    return told


def _points(port: str, link: Link) -> Iterator[Expectation]:
    words = {"port": port, "errors": link.errors, "packets": link.packets}
    yield truth(
        _("%(port)s : liaison active") % words,
        _("%(port)s : aucune liaison") % words,
        holds=link.up,
    )
    if not link.up:
        return
    if link.duplex != AUTO:
        yield Expectation(_("duplex de %(port)s") % words, FULL, link.duplex)
    yield truth(
        _("%(port)s : trames reçues sans erreur") % words,
        _("%(port)s : %(errors)d trames fausses sur %(packets)d reçues") % words,
        holds=link.errors <= max(PLUGGING_IN, link.packets // ONE_IN),
    )
