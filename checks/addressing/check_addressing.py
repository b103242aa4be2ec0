"""The workstation is on the network the way the subject asks."""

from ipaddress import IPv4Address, IPv4Interface

from checks.addressing.facts.addressing import Addressing
from checks.dhcp.demand import Dhcp, Scope
from checks.dhcp.facts.reservations import Reservations
from checks.installation.machines import workstations
from labctl.api import Expectation, Match, Mismatch, NotAsked, Plan, _, check, require, truth


@check(
    "K-034",
    asks=(Dhcp, Plan),
    each=workstations,
    needs=Addressing,
    witnesses=(Reservations,),
    over=lambda plan: plan.between(plan.workstation.node, plan.demand(Dhcp).on),
)
def check_workstation_addressing(
    asked: Dhcp, plan: Plan, addressing: Addressing, router: Reservations | None
) -> Match:
    """Le poste reçoit par DHCP une adresse, une passerelle et un DNS de son réseau."""
    segment = plan.segments[plan.workstation.segment]
    network = plan.network_of(segment.name)
    if not addressing.is_up:
        raise Mismatch(_("la carte eth0 du poste est éteinte"), expected=network)
    if not addressing.addresses:
        raise Mismatch(_("la carte eth0 du poste n'a pas d'adresse"), expected=network)
    if segment.name not in asked.segments:
        raise NotAsked(_("le sujet ne le demande pas"))
    scope = asked.scope_of(segment.name)
    dns = frozenset({scope.options.dns} - {None})
    address = _main_address(plan, addressing)
    others = frozenset(addressing.addresses) - {address}
    return require(
        (
            truth(
                _("adresse par DHCP"),
                _("l'adresse %(address)s du poste est fixe, elle doit venir du DHCP")
                % {"address": address.ip},
                holds=addressing.is_dhcp,
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
            truth(
                _("adresse dans l'étendue DHCP"),
                _("l'adresse %(address)s n'est pas dans l'étendue %(first)s à %(last)s")
                % {"address": address.ip, "first": scope.first, "last": scope.last},
                holds=_is_handed_out(asked, scope, address.ip),
            ),
            Expectation(_("masque du poste"), network.netmask, address.netmask),
            Expectation(_("passerelle du poste"), segment.gateway, addressing.gateway),
            Expectation(_("DNS du poste"), dns, frozenset(addressing.dns)),
            Expectation(_("autres adresses sur eth0"), frozenset(), others, earns=False),
        )
    )


def _main_address(plan: Plan, addressing: Addressing) -> IPv4Interface:
    network = plan.network_of(plan.workstation.segment)
    inside = [address for address in addressing.addresses if address.ip in network]
    return (inside or list(addressing.addresses))[0]


def _is_handed_out(asked: Dhcp, scope: Scope, address: IPv4Address) -> bool:
    reserved = {reservation.address for reservation in asked.reservations}
    return scope.first <= address <= scope.last and address not in reserved


def _is_leased(router: Reservations | None, address: IPv4Address) -> bool:
    """A router that was not read, or that knows no lease at all, says nothing against."""
    return router is None or not router.leases or address in router.leases.values()
