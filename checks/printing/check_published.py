"""The printer can be found in the directory."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from checks.printing.demand import Printing
from checks.printing.facts.published import PublishedPrinters
from labctl.api import (
    Match,
    NotAsked,
    Plan,
    Undecided,
    _,
    check,
    require,
    say,
    truth,
)


@check("K-080", asks=(Printing, Plan, Directory), needs=PublishedPrinters)
def check_printer_published(
    asked: Printing, plan: Plan, _directory: Directory, found: PublishedPrinters
) -> Match:
    """L'imprimante est publiée dans l'annuaire."""
    if not asked.published:
        raise NotAsked(_("le sujet ne le demande pas"))
    mine = [one for one in found.printers if asked.queue.casefold() in one.names]
    others = frozenset(name for one in found.printers for name in one.names)
    words = {"name": asked.queue, "others": say(others)}
    problem = _("aucune imprimante n'est publiée dans l'annuaire")
    if others:
        problem = _("l'annuaire publie %(others)s, et pas %(name)s")
    told = require(
        (truth(_("imprimante %(name)s publiée") % words, problem % words, holds=bool(mine)),)
    )
    servers = frozenset(server for one in mine for server in one.servers)
    if servers.isdisjoint(_list_names(plan)):
        raise Undecided(
            _("%(name)s est publiée sur %(servers)s, qui n'est le nom d'aucune machine du sujet")
            % {"name": asked.queue, "servers": say(servers)}
        )
    return told


def _list_names(plan: Plan) -> Iterator[str]:
    """Yield every name and address by which a machine can be the server of a printer."""
    for node in plan.nodes.values():
        hostname = node.hostname.casefold()
        yield from (hostname, f"{hostname}.{plan.domain}".casefold())
        yield from (str(card.address.ip) for card in node.interfaces if card.address)
