"""The switch routes: addresses, default route, and what it must not let through."""

from collections.abc import Iterator
from ipaddress import IPv4Interface

from checks.routing.demand import Routing
from checks.routing.facts.layer3 import SwitchAddresses, SwitchRoutes
from checks.routing.facts.reach import Reach, wanted_attempts
from labctl.api import (
    Expectation,
    Match,
    NodeName,
    NotAsked,
    Outcome,
    Plan,
    Reason,
    Undecided,
    _,
    check,
    denial,
    require,
    truth,
)

SSH = 22


def _path_back(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines between labctl's probes and the next hop."""
    asked = plan.demand(Routing)
    return plan.from_probes(asked.back.on if asked.back else asked.on)


@check("K-059", asks=(Routing, Plan), needs=SwitchAddresses, after=("K-057",))
def check_switch_addresses(asked: Routing, plan: Plan, addresses: SwitchAddresses) -> Match:
    """Les interfaces VLAN du commutateur ont l'adresse et le masque demandés."""
    return require(
        Expectation(
            _("interface Vlan%(vid)s (%(name)s)") % {"vid": plan.segments[name].vid, "name": name},
            wanted,
            _address(addresses, plan.segments[name].vid, wanted),
        )
        for name, wanted in asked.svis.items()
    )


@check(
    "K-061",
    asks=(Routing, Plan),
    needs=(SwitchRoutes, SwitchAddresses, Reach),
    after=("K-059",),
    over=_path_back,
)
def check_routing_between_vlans(
    asked: Routing, plan: Plan, routes: SwitchRoutes, addresses: SwitchAddresses, reach: Reach
) -> Match:
    """Le commutateur route entre les VLAN et vers le routeur."""
    return require(
        (
            truth(
                _("routage en marche"),
                _("le routage est arrêté sur le commutateur (ip routing)"),
                holds=routes.routing,
                gate=True,
            ),
            Expectation(
                _("route par défaut du commutateur"),
                frozenset({asked.default_route}),
                routes.others_via | ({routes.default_via} - {None}),
            ),
            *_interfaces_up(asked, plan, addresses),
            *_forwarding(asked, plan, reach),
        )
    )


@check(
    "K-067",
    asks=(Routing, Plan),
    needs=Reach,
    after=("K-061",),
    over=lambda plan: plan.from_probes(plan.internet.node),
)
def check_guests_contained(asked: Routing, plan: Plan, reach: Reach) -> Match:
    """Les visiteurs n'atteignent qu'Internet."""
    if asked.guests is None:
        raise NotAsked(_("le sujet ne le demande pas"))
    guest = asked.guests.segment
    _need_observers(reach, guest)
    return require(
        (
            Expectation(
                _("Internet depuis %(guest)s") % {"guest": guest},
                Outcome.OPEN,
                reach.outcome(guest, "canari", 80),
                _("les visiteurs (%(guest)s) n'atteignent pas Internet") % {"guest": guest},
            ),
            *_walls(asked, plan, guest, reach),
        ),
        partial=False,
    )


def _address(addresses: SwitchAddresses, vid: int, wanted: IPv4Interface) -> object:
    """Return the address of an interface; of one that DHCP gave, no table prints the mask."""
    given = addresses.dynamic.get(vid)
    if given == wanted.ip:
        raise Undecided(
            _("Vlan%(vid)s a reçu %(address)s par DHCP : son masque n'est pas connu")
            % {"vid": vid, "address": given}
        )
    if given is not None:
        return _("%(address)s par DHCP") % {"address": given}
    return addresses.svis.get(vid)


def _interfaces_up(asked: Routing, plan: Plan, addresses: SwitchAddresses) -> Iterator[Expectation]:
    for name in asked.svis:
        vid = plan.segments[name].vid
        yield truth(
            _("Vlan%(vid)s en marche") % {"vid": vid},
            _("l'interface Vlan%(vid)s (%(name)s) du commutateur est arrêtée")
            % {"vid": vid, "name": name},
            holds=vid in addresses.up,
        )


def _forwarding(asked: Routing, plan: Plan, reach: Reach) -> Iterator[Expectation]:
    guest = asked.guests.segment if asked.guests else ""
    for origin, target, port in wanted_attempts(plan):
        if origin == guest or not target.startswith("sonde:"):
            continue
        other = target.removeprefix("sonde:")
        _need_observers(reach, origin, other)
        yield Expectation(
            f"{origin} → {other}",
            Outcome.OPEN,
            reach.outcome(origin, target, port),
            _("%(origin)s n'atteint pas %(other)s") % {"origin": origin, "other": other},
        )


def _walls(asked: Routing, plan: Plan, guest: str, reach: Reach) -> Iterator[Expectation]:
    for origin, target, port in wanted_attempts(plan):
        if origin != guest or target == "canari" or _is_own_gateway(asked, target, port):
            continue
        named = {"guest": guest, "place": _place(target, port)}
        yield denial(
            _("%(guest)s atteint %(place)s") % named,
            _("les visiteurs (%(guest)s) atteignent %(place)s") % named,
            found=reach.outcome(origin, target, port) is Outcome.OPEN,
        )


def _is_own_gateway(asked: Routing, target: str, port: int) -> bool:
    """Telnet on the switch is another check's business."""
    return target == asked.on and port != SSH


def _place(target: str, port: int) -> str:
    name = target.replace("sonde:", _("le réseau ")).replace("passerelle:", _("la passerelle "))
    return name if port == 0 else _("%(name)s, port %(port)s") % {"name": name, "port": port}


def _need_observers(reach: Reach, *segments: str) -> None:
    for segment in segments:
        if segment not in reach.healthy:
            raise Undecided(
                _("la sonde du réseau %(segment)s ne fonctionne pas") % {"segment": segment},
                Reason.UNREACHABLE,
            )
