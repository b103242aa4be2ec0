"""VLANs and ports of the switch."""

from collections.abc import Iterator
from dataclasses import dataclass

from checks.labelling.demand import Labelling
from checks.switching.demand import PortMode, Switching, WantedPort, list_ports
from checks.switching.facts.port_names import find_port
from checks.switching.facts.tables import PortFact, Ports, Vlans
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    NotAsked,
    Plan,
    _,
    about,
    check,
    fraction,
    require,
    say,
)

MANY_VIDS = 1000  # a trunk that nobody restricted carries them all


@dataclass(frozen=True, slots=True)
class PortView:
    """What a port is, as compared and as printed."""

    mode: PortMode
    vid: int
    trunk: frozenset[int]
    enabled: bool

    def __str__(self) -> str:
        off = "" if self.enabled else _(" (désactivé)")
        if self.mode is PortMode.ACCESS:
            return _("accès, VLAN %(vid)s") % {"vid": self.vid} + off
        return (
            _("agrégé, natif %(vid)s, VLAN %(trunk)s")
            % {
                "vid": self.vid,
                "trunk": _vids(self.trunk),
            }
            + off
        )


@check("K-057", asks=(Switching, Plan), needs=Vlans)
def check_vlans_exist(_asked: Switching, plan: Plan, vlans: Vlans) -> Match:
    """Les VLAN demandés existent, avec leur numéro et leur nom."""
    return require(
        Expectation(
            _("VLAN %(vid)s") % {"vid": segment.vid}, segment.name, vlans.names.get(segment.vid)
        )
        for segment in plan.segments.values()
    )


@check("K-058", asks=(Switching, Plan), needs=Ports, after=("K-057",))
def check_ports_configured(_asked: Switching, plan: Plan, ports: Ports) -> Match:
    """Les ports raccordés ont le mode et les VLAN demandés."""
    live = frozenset(segment.vid for segment in plan.segments.values() if segment.network)
    return require(
        Expectation(
            _("port %(number)s (%(key)s)") % {"number": port.number, "key": port.key},
            _view_of_plan(port),
            _view_of_fact(_fact(port, ports), port, live),
        )
        for port in list_ports(plan)
        if port.key
    )


@check("K-060", asks=(Switching, Plan), needs=Ports)
def check_unused_ports_closed(asked: Switching, plan: Plan, ports: Ports) -> Match:
    """Les ports inutilisés sont désactivés et rangés dans le VLAN prévu."""
    unused = [port for port in list_ports(plan) if not port.key]
    active = [port.number for port in unused if not _is_off(port, ports)]
    astray = [port.number for port in unused if not _is_parked(port, ports)]
    bad = sorted({*active, *astray})
    if not unused:
        raise NotAsked(_("le sujet ne le demande pas"))
    vid = plan.segments[asked.unused].vid
    expected = _("désactivé, accès, VLAN %(vid)s") % {"vid": vid}
    if bad:
        raise Mismatch(
            " ; ".join(_unused_problems(vid, active, astray)),
            expected=expected,
            found=_("à reprendre : %(ports)s") % {"ports": say(bad)},
            earned=fraction(len(unused) - len(bad), len(unused)),
        )
    ports_in_words = say([port.number for port in unused])
    return Match(expected, about(ports_in_words, expected))


@check("K-069", asks=(Labelling, Switching, Plan), needs=Ports)
def check_ports_labelled(
    asked: Labelling, _switching: Switching, plan: Plan, ports: Ports
) -> Match:
    """La description des ports est l'étiquette de leur câble."""
    return require(
        Expectation(
            _("description du port %(number)s") % {"number": port.number},
            port.description,
            fact.description if (fact := _fact(port, ports)) else None,
        )
        for port in list_ports(plan)
        if port.key and asked.same_description
    )


def _fact(port: WantedPort, ports: Ports) -> PortFact | None:
    """Return what was seen of a port, under the name that the device gives it."""
    return ports.ports.get(find_port(port.name, (*ports.ports, *ports.routed)))


def _view_of_plan(port: WantedPort) -> PortView:
    return PortView(port.mode, port.access_vid, port.trunk_vids, port.enabled)


def _view_of_fact(
    fact: PortFact | None, wanted: WantedPort, live: frozenset[int]
) -> PortView | None:
    """Return what a port is; a native VLAN that carries nothing may be allowed on a trunk, or not.

    A subject names it as the native one, not among those that are tagged. Allowed or not, no frame
    of a machine is in it, unlike in a ``live`` VLAN.
    """
    if fact is None:
        return None
    if fact.mode is PortMode.ACCESS:
        return PortView(fact.mode, fact.access_vid, frozenset(), fact.enabled)
    spare = frozenset({wanted.access_vid}) - live
    is_as_asked = fact.trunk_vids - spare == wanted.trunk_vids
    trunk = wanted.trunk_vids if is_as_asked else fact.trunk_vids
    return PortView(fact.mode, fact.native_vid, trunk, fact.enabled)


def _is_off(port: WantedPort, ports: Ports) -> bool:
    fact = _fact(port, ports)
    return fact is not None and not fact.enabled


def _is_parked(port: WantedPort, ports: Ports) -> bool:
    fact = _fact(port, ports)
    return fact is not None and (fact.mode, fact.access_vid) == (PortMode.ACCESS, port.access_vid)


def _unused_problems(vid: int, active: list[int], astray: list[int]) -> Iterator[str]:
    if active:
        yield _("ports inutilisés encore actifs : %(ports)s") % {"ports": say(active)}
    if astray:
        yield _("ports inutilisés hors du VLAN %(vid)s : %(ports)s") % {
            "vid": vid,
            "ports": say(astray),
        }


def _vids(vids: frozenset[int]) -> str:
    return _("tous") if len(vids) > MANY_VIDS else say(vids)
