"""Workstations are in service."""

from ipaddress import IPv4Address

from checks.desks.demand import Desks
from checks.desks.facts import Desk

from labctl.api import Expectation, Match, Node, _, check, require, truth


@check("D-001", asks=Desks, needs=Desk, each="on")
def check_lease(asked: Desks, found: Desk) -> Match:
    """Le poste a reçu une adresse de la plage."""
    first, last = asked.pool
    inside = [first <= IPv4Address(one) <= last for one in found.addresses]
    problem = _("le poste n'a pas d'adresse de la plage")
    return require([truth(_("adresse de la plage"), problem, holds=inside == [True])])


@check("D-002", asks=(Desks, Node), needs=Desk, each="on")
def check_name(_asked: Desks, node: Node, found: Desk) -> Match:
    """Le poste porte le nom demandé."""
    wanted = node.hostname.casefold()
    return require([Expectation(_("nom du poste"), wanted, found.name.casefold())])


@check("D-003", asks=Desks, needs=Desk, each="on", after=("D-001",))
def check_page(_asked: Desks, found: Desk) -> Match:
    """Le poste accède à Internet."""
    return require([Expectation(_("page d'Internet"), 200, found.page)])
