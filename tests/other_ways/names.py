"""The names that the router relays, by two other products: unbound, and BIND."""

from labctl.plan.model import Plan
from tests.network import guests_of, router_of


def with_unbound(plan: Plan) -> str:
    """Return a relay that forwards the domain to its controller, the rest to the Internet."""
    router = router_of(plan)
    allowed = "\n".join(
        f"  access-control: {plan.network_of(name)} allow"
        for name in sorted(router.nat_sources - {guests_of(plan).segment})
    )
    return f"""
cat > /etc/unbound/unbound.conf <<'END'
server:
  interface: {router.lan.ip}
  module-config: "iterator"
  local-zone: "test." nodefault
{allowed}
forward-zone:
  name: "{router.dns_suffix}."
  forward-addr: {router.dns_to}
forward-zone:
  name: "."
  forward-addr: {plan.internet.dns}
END
systemctl enable --now unbound
"""


def with_bind(plan: Plan) -> str:
    """Return the same of BIND."""
    router = router_of(plan)
    allowed = " ".join(
        f"{plan.network_of(name)};"
        for name in sorted(router.nat_sources - {guests_of(plan).segment})
    )
    return f"""
cat > /etc/bind/named.conf.options <<'END'
options {{
  directory "/var/cache/bind";
  listen-on {{ {router.lan.ip}; }}; listen-on-v6 {{ none; }};
  allow-query {{ {allowed} }}; recursion yes; dnssec-validation no;
  forwarders {{ {plan.internet.dns}; }}; forward only;
}};
END
cat > /etc/bind/named.conf.local <<'END'
zone "{router.dns_suffix}" {{ type forward; forward only; forwarders {{ {router.dns_to}; }}; }};
END
systemctl enable --now named
"""
