"""The DHCP server of the router by two other products: Kea, and ISC's dhcpd."""

import json
from collections.abc import Iterator

from checks.dhcp.demand import Dhcp, Reservation, Scope
from labctl.plan.model import Plan
from tests.network import router_of

KEA_FILE = "/etc/kea/kea-dhcp4.conf"
HOUR_S = 3600


def with_kea(plan: Plan) -> str:
    """Return a configuration with comments, reservations of which one is by client identifier."""
    router, scopes = router_of(plan), plan.demand(Dhcp).scopes
    document = {
        "Dhcp4": {
            "interfaces-config": {
                "interfaces": [router.lan_interface],
                "dhcp-socket-type": "udp",
            },
            "lease-database": {"type": "memfile", "name": "/var/lib/kea/kea-leases4.csv"},
            "subnet4": [_subnet(plan, rank, scope) for rank, scope in enumerate(scopes, start=1)],
        }
    }
    return f"""
cat > {KEA_FILE} <<'END'
// DHCP de {plan.company}
{json.dumps(document, indent=2, ensure_ascii=False)}
END
systemctl enable --now kea-dhcp4-server
"""


def _subnet(plan: Plan, rank: int, scope: Scope) -> dict[str, object]:
    network = plan.network_of(scope.segment)
    mine = [one for one in plan.demand(Dhcp).reservations if one.address in network]
    return {
        "id": rank,
        "subnet": str(network),
        "valid-lifetime": scope.lease_s or HOUR_S,
        "pools": [{"pool": f"{scope.first} - {scope.last}"}],
        "option-data": [{"name": name, "data": data} for name, data in _options(plan, scope)],
        "reservations": [_reservation(plan, one, rank) for one in mine],
    }


def _options(plan: Plan, scope: Scope) -> Iterator[tuple[str, str]]:
    yield "routers", str(plan.segments[scope.segment].gateway)
    yield "domain-name-servers", str(scope.options.dns or plan.internet.dns)
    if scope.options.domain:
        yield "domain-name", scope.options.domain
    if scope.options.ntp:
        yield "ntp-servers", str(scope.options.ntp)


def _reservation(plan: Plan, one: Reservation, rank: int) -> dict[str, str]:
    known = ("client-id", f"01:{one.mac}") if rank == 1 else ("hw-address", one.mac.upper())
    return {
        known[0]: known[1],
        "ip-address": str(one.address),
        "hostname": plan.nodes[one.machine].hostname,
    }


def with_isc(plan: Plan) -> str:
    """Return a configuration whose hosts are in a group, in a file of their own."""
    lan = router_of(plan).lan_interface
    hosts = "\n".join(
        f"  host {plan.nodes[one.machine].hostname}"
        f" {{ hardware ethernet {one.mac}; fixed-address {one.address}; }}"
        for one in plan.demand(Dhcp).reservations
    )
    subnets = "\n".join(_declared(plan, scope) for scope in plan.demand(Dhcp).scopes)
    own = router_of(plan).lan.network
    return f"""
echo 'INTERFACESv4="{lan}"' > /etc/default/isc-dhcp-server
cat > /etc/dhcp/hotes.conf <<'END'
group {{ use-host-decl-names on;
{hosts}
}}
END
cat > /etc/dhcp/dhcpd.conf <<'END'
authoritative;
default-lease-time {HOUR_S}; max-lease-time 86400;
subnet {own.network_address} netmask {own.netmask} {{ }}
{subnets}
include "/etc/dhcp/hotes.conf";
END
systemctl enable --now isc-dhcp-server
"""


def _declared(plan: Plan, scope: Scope) -> str:
    network = plan.network_of(scope.segment)
    options = "".join(f"  option {name} {data};\n" for name, data in _quoted(plan, scope))
    lease = scope.lease_s or HOUR_S
    return f"""subnet {network.network_address} netmask {network.netmask} {{
  range {scope.first} {scope.last}; default-lease-time {lease}; min-lease-time {lease};
{options}}}"""


def _quoted(plan: Plan, scope: Scope) -> Iterator[tuple[str, str]]:
    for name, data in _options(plan, scope):
        yield name, f'"{data}"' if name == "domain-name" else data
