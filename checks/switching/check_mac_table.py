"""The workstation is plugged where it must be, as the switch sees it."""

from checks.switching.demand import Switching, list_plugged
from checks.switching.facts.port_names import find_port
from checks.switching.facts.tables import MacTable, Ports
from labctl.api import Match, Mismatch, Node, Plan, Undecided, _, check


@check(
    "K-035",
    needs=MacTable,
    witnesses=(Ports,),
    asks=(Switching, Plan, Node),
    each=list_plugged,
    over=lambda plan: (plan.demand(Switching).on, *list_plugged(plan)),
)
def check_workstation_seen(
    _asked: Switching, plan: Plan, desk: Node, table: MacTable, ports: Ports | None
) -> Match:
    """Le commutateur voit le poste sur son port et dans son VLAN."""
    mac = desk.interfaces[0].mac.lower()
    port = list_plugged(plan)[desk.name]
    seen = {(entry.port, entry.vid) for entry in table.entries if entry.mac == mac}
    name = port.name if ports is None else find_port(port.name, (*ports.ports, *ports.routed))
    wanted = (name, plan.segments[desk.interfaces[0].segment].vid)
    expected = _place(*wanted)
    if wanted in seen:
        return Match(expected, expected)
    if not seen and mac in table.written:
        raise Undecided(
            _("l'adresse %(mac)s du poste est dans la configuration du commutateur : vue ou non ?")
            % {"mac": mac}
        )
    if not seen:
        raise Mismatch(
            _("le commutateur ne voit pas la carte %(mac)s du poste") % {"mac": mac},
            expected=expected,
            found=_("aucune entrée"),
        )
    found = " ; ".join(_place(*place) for place in sorted(seen))
    raise Mismatch(
        _("le commutateur voit le poste (%(mac)s) ailleurs : %(found)s")
        % {"mac": mac, "found": found},
        expected=expected,
        found=found,
    )


def _place(port: str, vid: int) -> str:
    return _("port %(port)s, VLAN %(vid)s") % {"port": port, "vid": vid}
