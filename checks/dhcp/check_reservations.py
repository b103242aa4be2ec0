"""DHCP reservations: written in the router, and held by the machine they are for."""

from collections.abc import Iterator

from checks.dhcp.demand import Dhcp, Reservation
from checks.dhcp.facts.neighbours import Neighbours
from checks.dhcp.facts.reservations import Reservations
from labctl.api import Expectation, Match, NodeName, NotAsked, Plan, Undecided, _, check, require

RADIO = "access-point"
"""Face of the machines whose reservation is a check of its own."""


def _of_radio(plan: Plan) -> tuple[Reservation, ...]:
    reserved = plan.demand(Dhcp).reservations
    return tuple(one for one in reserved if RADIO in plan.nodes[one.machine].faces)


def _of_others(plan: Plan) -> tuple[Reservation, ...]:
    radio = _of_radio(plan)
    return tuple(one for one in plan.demand(Dhcp).reservations if one not in radio)


def _path(plan: Plan, reserved: tuple[Reservation, ...]) -> tuple[NodeName, ...]:
    """Return the machines between labctl's probes and the server, and those it serves."""
    ends = (plan.demand(Dhcp).on, *(one.machine for one in reserved))
    return tuple(node for end in ends for node in plan.from_probes(end))


@check(
    "K-098",
    asks=(Dhcp, Plan),
    face=RADIO,
    needs=(Reservations, Neighbours),
    over=lambda plan: _path(plan, _of_radio(plan)),
)
def check_access_point_reserved(
    _asked: Dhcp, plan: Plan, router: Reservations, neighbours: Neighbours
) -> Match:
    """Le point d'accès reçoit son adresse par une réservation DHCP."""
    return _judge(plan, _of_radio(plan), router, neighbours)


@check(
    "K-099",
    asks=(Dhcp, Plan),
    needs=(Reservations, Neighbours),
    over=lambda plan: _path(plan, _of_others(plan)),
)
def check_printer_reserved(
    _asked: Dhcp, plan: Plan, router: Reservations, neighbours: Neighbours
) -> Match:
    """L'imprimante reçoit son adresse par une réservation DHCP."""
    return _judge(plan, _of_others(plan), router, neighbours)


def _judge(
    plan: Plan, reserved: tuple[Reservation, ...], router: Reservations, neighbours: Neighbours
) -> Match:
    if not reserved:
        raise NotAsked(_("le sujet ne le demande pas"))
    return require(_points(plan, reserved, router, neighbours))


def _points(
    plan: Plan, reserved: tuple[Reservation, ...], router: Reservations, neighbours: Neighbours
) -> Iterator[Expectation]:
    for one in reserved:
        mac, address = one.mac.lower(), one.address
        name = plan.nodes[one.machine].hostname
        if router.fixed.get(mac, address) is None:
            said = _(
                "%(name)s (%(mac)s) : réservation par un nom dont le routeur ne donne pas l'adresse"
            )
            raise Undecided(said % {"name": name, "mac": mac})
        yield Expectation(
            _("réservation de %(name)s (%(mac)s)") % {"name": name, "mac": mac},
            address,
            router.fixed.get(mac),
            _reservation_problem(router, one, name),
        )
        found = neighbours.mac(_segment_of(plan, one), address)
        yield Expectation(
            _("carte qui répond à %(address)s") % {"address": address},
            mac,
            found.lower() or None,
            ""
            if found
            else _("%(name)s ne répond pas à %(address)s") % {"name": name, "address": address},
        )


def _reservation_problem(router: Reservations, reservation: Reservation, name: str) -> str:
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
            "name": name,
        }
    return _("aucune réservation DHCP pour %(name)s (%(mac)s)") % {
        "name": name,
        "mac": mac,
    }


def _segment_of(plan: Plan, reservation: Reservation) -> str:
    return next(
        segment.name
        for segment in plan.segments.values()
        if segment.network and reservation.address in segment.network
    )
