"""Switches carry the networks that their cables are for."""

from checks.ports.demand import Ports
from checks.ports.facts import Switched

from labctl.api import Expectation, Match, Node, Plan, _, check, require, truth


def used(plan: Plan, node: Node) -> dict[int, str]:
    """Return the segment of each port of a switch that has a cable."""
    ends = ((end, link) for link in plan.links for end in (link.a, link.b))
    return {
        int(end.interface.removeprefix("gi")): link.untagged
        for end, link in ends
        if end.node == node.name
    }


@check("V-001", asks=(Ports, Plan), needs=Switched, each="on")
def check_vlans(_asked: Ports, plan: Plan, found: Switched) -> Match:
    """Les réseaux existent sur le commutateur, avec leur numéro et leur nom."""
    return require(
        Expectation(f"VLAN {one.vid}", one.name, found.vlans.get(one.vid, ""))
        for one in plan.segments.values()
    )


@check("V-002", asks=(Ports, Node, Plan), needs=Switched, each="on")
def check_ports(_asked: Ports, node: Node, plan: Plan, found: Switched) -> Match:
    """Les prises raccordées sont dans le réseau de leur câble."""
    return require(
        Expectation(_("prise %(n)d") % {"n": port}, plan.segments[name].vid, found.access[port])
        for port, name in used(plan, node).items()
    )


@check("V-003", asks=(Ports, Node, Plan), needs=Switched, each="on")
def check_unused_ports(_asked: Ports, node: Node, plan: Plan, found: Switched) -> Match:
    """Les prises sans câble sont éteintes."""
    unused = frozenset(found.access) - frozenset(used(plan, node))
    return require([Expectation(_("prises éteintes"), unused, found.shut & unused)])


@check("V-004", asks=Ports, needs=Switched, each="on", after=("V-001",))
def check_saved(_asked: Ports, found: Switched) -> Match:
    """La configuration du commutateur est enregistrée."""
    problem = _("un redémarrage perdrait une partie de la configuration")
    return require([truth(_("configuration enregistrée"), problem, holds=found.is_saved)])
