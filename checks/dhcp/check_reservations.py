"""DHCP reservations: written in the router, and held by the machine they are for."""

from collections.abc import Iterator

from checks.dhcp.facts.neighbours import Neighbours
from checks.dhcp.facts.reservations import Reservations
from labctl.api import DhcpReservation, Expectation, Match, NodeName, Plan, _, check, require


@check(
    "K-098",
    needs=(Reservations, Neighbours),
    over=lambda plan: (
        *plan.from_probes(plan.access_point.node),
        *plan.from_probes(plan.router.node),
    ),
)
def check_access_point_reserved(plan: Plan, router: Reservations, neighbours: Neighbours) -> Match:
    """Le point d'accès reçoit son adresse par une réservation DHCP."""
    return require(_points(plan, plan.access_point.node, router, neighbours))


@check(
    "K-099",
    needs=(Reservations, Neighbours),
    over=lambda plan: (*plan.from_probes(plan.printer.node), *plan.from_probes(plan.router.node)),
)
def check_printer_reserved(plan: Plan, router: Reservations, neighbours: Neighbours) -> Match:
    """L'imprimante reçoit son adresse par une réservation DHCP."""
    return require(_points(plan, plan.printer.node, router, neighbours))


def _points(
    plan: Plan, node: NodeName, router: Reservations, neighbours: Neighbours
) -> Iterator[Expectation]:
    reservation = next(entry for entry in plan.router.reservations if entry.node == node)
    mac, address = reservation.mac.lower(), reservation.address
    yield Expectation(
        _("réservation de %(name)s (%(mac)s)") % {"name": reservation.name, "mac": mac},
        address,
        router.fixed.get(mac),
        _reservation_problem(router, reservation),
    )
    found = neighbours.mac(_segment_of(plan, reservation), address)
    yield Expectation(
        _("carte qui répond à %(address)s") % {"address": address},
        mac,
        found.lower() or None,
        ""
        if found
        else _("%(name)s ne répond pas à %(address)s")
        % {"name": reservation.name, "address": address},
    )


def _reservation_problem(router: Reservations, reservation: DhcpReservation) -> str:
    """Say who holds the address when the machine has no reservation at all."""
    mac, address = reservation.mac.lower(), reservation.address
    if mac in router.fixed:
        return ""
    holders = sorted(holder for holder, held in router.fixed.items() if held == address)
    if holders:
        return _("%(address)s est réservée à %(holder)s au lieu de %(mac)s (%(name)s)") % {
            "address": address,
            "holder": ", ".join(holders),
            "mac": mac,
            "name": reservation.name,
        }
    return _("aucune réservation DHCP pour %(name)s (%(mac)s)") % {
        "name": reservation.name,
        "mac": mac,
    }


def _segment_of(plan: Plan, reservation: DhcpReservation) -> str:
    return next(
        segment.name
        for segment in plan.segments.values()
        if segment.network and reservation.address in segment.network
    )
