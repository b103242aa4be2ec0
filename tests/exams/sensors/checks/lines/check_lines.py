"""Cards have their addresses, and packets find their way."""

from checks.lines.demand import Lines
from checks.lines.facts import Cards

from labctl.api import Expectation, Match, Node, NodeName, Plan, _, check, require, truth


def routers(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines with several cards."""
    return tuple(name for name in plan.demand(Lines).on if len(plan.nodes[name].interfaces) > 1)


def behind_a_gateway(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines with a card whose network has a gateway that is not themselves."""
    asked = plan.demand(Lines).on
    return tuple(n for n in asked if any(card.gateway for card in plan.nodes[n].interfaces))


def with_routes(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines that a route is asked of."""
    return tuple(dict.fromkeys(route.on for route in plan.demand(Lines).routes))


@check("C-001", asks=(Lines, Node), needs=Cards, each="on")
def check_addresses(_asked: Lines, node: Node, found: Cards) -> Match:
    """Les cartes de la machine ont l'adresse demandée."""
    return require(
        Expectation(
            _("adresse de %(card)s") % {"card": card.name},
            frozenset({str(card.address)}),
            found.addresses.get(card.name, frozenset()),
        )
        for card in node.interfaces
        if card.address
    )


@check("C-002", asks=(Lines, Node), needs=Cards, each=behind_a_gateway, after=("C-001",))
def check_gateway(_asked: Lines, node: Node, found: Cards) -> Match:
    """La machine passe par la passerelle de son réseau."""
    (wanted,) = {str(card.gateway) for card in node.interfaces if card.gateway}
    return require([Expectation(_("passerelle"), wanted, found.routes.get("default", ""))])


@check("C-003", asks=Lines, needs=Cards, each=routers)
def check_forwarding(_asked: Lines, found: Cards) -> Match:
    """Le routeur transmet d'une carte à l'autre."""
    problem = _("le routeur ne transmet pas d'une carte à l'autre")
    return require([truth(_("transmission entre les cartes"), problem, holds=found.forwards)])


@check("C-004", asks=(Lines, Node, Plan), needs=Cards, each=with_routes, after=("C-001",))
def check_routes(asked: Lines, node: Node, plan: Plan, found: Cards) -> Match:
    """Le routeur connaît les routes demandées."""
    return require(
        Expectation(
            _("route vers %(segment)s") % {"segment": route.to},
            str(route.via),
            found.routes.get(str(plan.segments[route.to].network), ""),
        )
        for route in asked.routes
        if route.on == node.name
    )
