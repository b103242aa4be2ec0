"""What a machine never seen before is offered in each segment of a network that has a switch.

What a box gives, where it is the whole network, is judged by internet/check_box_dhcp.
"""

from collections.abc import Collection, Iterator

from checks.dhcp.demand import Dhcp, Scope
from checks.dhcp.facts.offers import WAIT_S, DhcpOffers, Offer
from checks.dhcp.facts.reservations import Reservations
from checks.installation.machines import workstations
from checks.switching.demand import Switching
from labctl.api import (
    Expectation,
    Match,
    NodeName,
    Plan,
    Reason,
    Undecided,
    _,
    check,
    require,
    truth,
)


def path_to_server(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines between labctl's probes and the server."""
    return plan.from_probes(plan.demand(Dhcp).on)


@check(
    "K-065",
    asks=(Dhcp, Switching, Plan),
    needs=DhcpOffers,
    after=("K-064",),
    over=path_to_server,
    witnesses=(Reservations,),
)
def check_dhcp_for_staff(
    asked: Dhcp, _ports: Switching, plan: Plan, found: DhcpOffers, router: Reservations | None
) -> Match:
    """Le réseau des postes reçoit du DHCP les réglages demandés."""
    staff = asked.segments & _segments_of_staff(plan)
    return require(list_points(asked, plan, staff, found, router))


@check(
    "K-066",
    asks=(Dhcp, Switching, Plan),
    needs=DhcpOffers,
    after=("K-064",),
    over=path_to_server,
    witnesses=(Reservations,),
)
def check_dhcp_elsewhere(
    asked: Dhcp, _ports: Switching, plan: Plan, found: DhcpOffers, router: Reservations | None
) -> Match:
    """Les autres réseaux reçoivent du DHCP les réglages demandés."""
    others = asked.segments - _segments_of_staff(plan)
    return require(list_points(asked, plan, others, found, router))


def list_points(
    asked: Dhcp,
    plan: Plan,
    segments: Collection[str],
    found: DhcpOffers,
    server: Reservations | None,
) -> Iterator[Expectation]:
    """Yield what is wanted of the offers in some segments."""
    for scope in asked.scopes:
        if scope.segment in segments:
            yield from _scope_points(asked, plan, scope, found, server)


def _segments_of_staff(plan: Plan) -> frozenset[str]:
    """Return the segments that workstations are in."""
    cards = (card for name in workstations(plan) for card in plan.nodes[name].interfaces)
    return frozenset(card.segment for card in cards)


def _scope_points(
    asked: Dhcp, plan: Plan, scope: Scope, found: DhcpOffers, router: Reservations | None
) -> Iterator[Expectation]:
    name, offers = scope.segment, found.offers.get(scope.segment)
    if offers is None:
        raise Undecided(
            _("la sonde du réseau %(segment)s ne fonctionne pas") % {"segment": name},
            Reason.UNREACHABLE,
        )
    if not offers:
        _refuse_doubtful_silence(plan, name, found, router)
    yield truth(
        _("réponse DHCP dans %(name)s") % {"name": name},
        _("%(name)s : aucun serveur DHCP ne répond") % {"name": name},
        holds=bool(offers),
        gate=True,
        earns=False,
    )
    if not offers:
        return
    servers = frozenset(offer.server for offer in offers)
    yield truth(
        _("un seul serveur DHCP dans %(name)s") % {"name": name},
        _("%(name)s : plusieurs serveurs DHCP répondent (%(servers)s)")
        % {"name": name, "servers": ", ".join(sorted(map(str, servers)))},
        holds=len(servers) == 1,
    )
    for offer in offers:
        yield from _offer_points(asked, plan, scope, offer)


def _refuse_doubtful_silence(
    plan: Plan, name: str, found: DhcpOffers, router: Reservations | None
) -> None:
    """Raise Undecided when nobody answered and something says that somebody should have.

    A server that answers in another network lives: its silence here is what it was told.
    """
    if found.is_nobody_there:
        return
    if name not in found.waited:
        raise Undecided(
            _("%(name)s : aucune offre DHCP, mais l'attente a été trop courte pour en juger")
            % {"name": name},
            Reason.TIMEOUT,
        )
    values = {"name": name, "wait": WAIT_S}
    if found.mute:
        raise Undecided(
            _(
                "%(name)s : aucune offre DHCP en %(wait)d s, mais quelque chose écoute sur le port"
                " UDP 67 (%(machines)s)"
            )
            % {**values, "machines": ", ".join(found.mute)}
        )
    network = plan.network_of(name)
    held = sorted(one for one in (router.leases.values() if router else ()) if one in network)
    if held:
        raise Undecided(
            _("%(name)s : aucune offre DHCP en %(wait)d s, mais un bail y est en cours (%(held)s)")
            % {**values, "held": ", ".join(map(str, held))}
        )


def _offer_points(asked: Dhcp, plan: Plan, scope: Scope, offer: Offer) -> Iterator[Expectation]:
    name, options = scope.segment, scope.options
    ranges = [one for one in asked.scopes if one.segment == name]
    yield truth(
        _("adresse offerte dans l'étendue de %(name)s") % {"name": name},
        _("%(name)s : l'adresse offerte %(address)s n'est pas dans %(first)s à %(last)s")
        % {"name": name, "address": offer.address, "first": scope.first, "last": scope.last},
        holds=any(one.first <= offer.address <= one.last for one in ranges),
    )
    mask = plan.network_of(name).netmask
    yield Expectation(_("%(name)s, masque") % {"name": name}, str(mask), offer.mask)
    gateway = plan.segments[name].gateway
    yield Expectation(_("%(name)s, passerelle") % {"name": name}, gateway, offer.router)
    yield _dns_point(plan, scope, offer)
    if options.domain:
        yield Expectation(
            _("%(name)s, domaine") % {"name": name},
            options.domain.casefold(),
            offer.domain.casefold(),
        )
    if options.ntp:
        yield Expectation(
            _("%(name)s, serveur de temps") % {"name": name},
            frozenset({options.ntp}),
            frozenset(offer.ntp),
        )
    if scope.lease_s:
        yield Expectation(
            _("%(name)s, bail en secondes") % {"name": name}, scope.lease_s, offer.lease_s
        )


def _dns_point(plan: Plan, scope: Scope, offer: Offer) -> Expectation:
    if not scope.options.public_dns:
        subject = _("%(name)s, DNS") % {"name": scope.segment}
        return Expectation(subject, frozenset({scope.options.dns} - {None}), frozenset(offer.dns))
    networks = [segment.network for segment in plan.segments.values() if segment.network]
    inside = [dns for dns in offer.dns if any(dns in network for network in networks)]
    return truth(
        _("DNS public offert dans %(name)s") % {"name": scope.segment},
        _("%(name)s : le DNS doit être public, offert : %(dns)s")
        % {"name": scope.segment, "dns": ", ".join(map(str, offer.dns)) or _("rien")},
        holds=bool(offer.dns) and not inside,
    )
