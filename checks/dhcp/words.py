"""What the tables and the picture of a plan say of the DHCP service."""

from collections.abc import Iterator

from checks.dhcp.demand import Dhcp, Scope
from labctl.api import Note, Plan, Table, _


def tables(asked: Dhcp, plan: Plan) -> Iterator[Table]:
    """Yield the table of ranges and reservations."""
    columns = (
        _("VLAN"), _("Plage"), _("Bail"), _("Passerelle"), _("DNS"), _("Domaine"), _("Temps"),
    )  # fmt: skip
    rows = [_row(plan, scope) for scope in asked.scopes]
    rows += [
        (plan.nodes[one.machine].hostname, f"{one.address} ← {one.mac}", _("réservation"))
        + ("—",) * 4
        for one in asked.reservations
    ]
    if asked.relay:
        sources = ", ".join(asked.relay.sources)
        rows.append((sources, f"→ {asked.relay.to}", _("relais")) + ("—",) * 4)
    yield Table(_("Service DHCP"), columns, tuple(rows))


def notes(asked: Dhcp, _plan: Plan) -> Iterator[Note]:
    """Yield the range of each segment, and whose address is reserved."""
    for scope in asked.scopes:
        yield Note(scope.segment, _spell(scope))
    for one in asked.reservations:
        yield Note(one.machine, _("réservée (DHCP)"))


def _row(plan: Plan, scope: Scope) -> tuple[str, ...]:
    options = scope.options
    return (
        scope.segment,
        _spell(scope),
        f"{scope.lease_s // 3600} h" if scope.lease_s else "—",
        str(plan.segments[scope.segment].gateway),
        str(options.dns or _("public")),
        options.domain or "—",
        str(options.ntp or "—"),
    )


def _spell(scope: Scope) -> str:
    return f"{scope.first} – {scope.last}"


def fields(_asked: Dhcp, plan: Plan) -> dict[str, object]:
    """Return the public resolver that there is."""
    return {"public_dns": str(plan.internet.dns)}
