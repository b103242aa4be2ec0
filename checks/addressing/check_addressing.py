"""The workstation is on the network the way the subject asks."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from checks.addressing.demand import NetworkUse
from checks.addressing.facts.addressing import Addressing
from checks.dhcp.demand import Dhcp, Scope
from checks.dhcp.facts.reservations import Reservations
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    Node,
    NotAsked,
    Plan,
    _,
    check,
    require,
    truth,
)


@check(
    "K-034",
    asks=(NetworkUse, Dhcp, Plan, Node),
    each="on",
    needs=Addressing,
    witnesses=(Reservations,),
    over=lambda plan: plan.from_each(plan.demand(NetworkUse).on, plan.demand(Dhcp).on),
)
def check_workstation_addressing(  # what it compares, then what was seen
    use: NetworkUse,
    asked: Dhcp,
    plan: Plan,
    node: Node,
    addressing: Addressing,
    router: Reservations | None,
) -> Match:
    """Le poste reçoit par DHCP une adresse, une passerelle et un DNS de son réseau."""
    card = node.interfaces[0]
    segment, network = plan.segments[card.segment], plan.network_of(card.segment)
    if segment.name not in asked.segments:
        raise NotAsked(_("le sujet ne le demande pas"))
    _require_address(card.name, network, addressing)
    scope = asked.scope_of(segment.name)
    address = _main_address(network, addressing)
    return require(
        (
            *_come_by_dhcp(use, addressing, router, address),
            truth(
                _("adresse dans l'étendue DHCP"),
                _("l'adresse %(address)s n'est pas dans l'étendue %(first)s à %(last)s")
                % {"address": address.ip, "first": scope.first, "last": scope.last},
                holds=_is_handed_out(asked, scope, address.ip),
            ),
            Expectation(_("masque du poste"), network.netmask, address.netmask),
            Expectation(_("passerelle du poste"), segment.gateway, addressing.gateway),
            _dns_point(plan, scope, addressing),
            Expectation(
                _("autres adresses sur %(card)s") % {"card": card.name},
                frozenset(),
                frozenset(addressing.addresses) - {address},
                earns=False,
            ),
        )
    )


def _require_address(card: str, network: IPv4Network, addressing: Addressing) -> None:
    """Raise Mismatch for a card that is off, or has no address at all."""
    if not addressing.is_up:
        raise Mismatch(
            _("la carte %(card)s du poste est éteinte") % {"card": card}, expected=network
        )
    if not addressing.addresses:
        raise Mismatch(
            _("la carte %(card)s du poste n'a pas d'adresse") % {"card": card}, expected=network
        )


def _come_by_dhcp(
    use: NetworkUse, addressing: Addressing, router: Reservations | None, address: IPv4Interface
) -> tuple[Expectation, ...]:
    """Return what tells an address that was given from one that was typed in."""
    return (
        truth(
            _("adresse par DHCP"),
            _("l'adresse %(address)s du poste est fixe, elle doit venir du DHCP")
            % {"address": address.ip},
            holds=addressing.is_dhcp is use.dhcp,
            gate=True,
        ),
        truth(
            _("bail connu du routeur"),
            _("le routeur n'a donné aucun bail pour %(address)s : adresse mise à la main ?")
            % {"address": address.ip},
            holds=_is_leased(router, address.ip),
            gate=True,
            earns=False,
        ),
    )


def _dns_point(plan: Plan, scope: Scope, addressing: Addressing) -> Expectation:
    given = frozenset(addressing.dns)
    if not scope.options.public_dns:
        return Expectation(_("DNS du poste"), frozenset({scope.options.dns} - {None}), given)
    networks = [segment.network for segment in plan.segments.values() if segment.network]
    inside = [one for one in given if any(one in network for network in networks)]
    problem = _("le DNS du poste doit être public, trouvé : %(dns)s")
    told = problem % {"dns": ", ".join(map(str, sorted(given))) or _("rien")}
    return truth(_("DNS public du poste"), told, holds=bool(given) and not inside)


def _main_address(network: IPv4Network, addressing: Addressing) -> IPv4Interface:
    inside = [address for address in addressing.addresses if address.ip in network]
    return (inside or list(addressing.addresses))[0]


def _is_handed_out(asked: Dhcp, scope: Scope, address: IPv4Address) -> bool:
    reserved = {reservation.address for reservation in asked.reservations}
    return scope.first <= address <= scope.last and address not in reserved


def _is_leased(router: Reservations | None, address: IPv4Address) -> bool:
    """A router that was not read, or that knows no lease at all, says nothing against."""
    return router is None or not router.leases or address in router.leases.values()
