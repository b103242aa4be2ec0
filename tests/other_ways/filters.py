"""The firewall of the router by two other products: iptables, and ufw."""

from collections.abc import Iterator

from labctl.plan.model import Plan
from tests.network import guests_of, page_of, router_of

IPTABLES_FILE = "/etc/iptables/rules.v4"


def with_iptables(plan: Plan) -> str:
    """Return rules of iptables-restore: policies that drop, one rule for several ports."""
    router = router_of(plan)
    wan, lan = router.wan_interface, router.lan_interface
    return f"""
mkdir -p /etc/iptables
cat > {IPTABLES_FILE} <<'END'
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -i mgmt0 -j ACCEPT
-A INPUT -i {lan} -p icmp -j ACCEPT
-A INPUT -i {lan} -p udp --dport 67 -j ACCEPT
{_lines(_input(plan))}
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i {lan} -o {wan} -p icmp -j ACCEPT
{_lines(_forward(plan))}
-A FORWARD -i {lan} -j REJECT --reject-with icmp-admin-prohibited
COMMIT
*nat
-A POSTROUTING -o {wan} -j MASQUERADE
COMMIT
END
systemctl enable --now netfilter-persistent
"""


def _lines(lines: Iterator[str]) -> str:
    return "\n".join(lines)


def _input(plan: Plan) -> Iterator[str]:
    router = router_of(plan)
    for name in sorted(router.nat_sources - {guests_of(plan).segment}):
        for protocol in ("udp", "tcp"):
            yield f"-A INPUT -s {plan.network_of(name)} -p {protocol} --dport 53 -j ACCEPT"
    for name in sorted(page_of(plan).sources):
        yield f"-A INPUT -s {plan.network_of(name)} -p tcp --dport 443 -j ACCEPT"


def _forward(plan: Plan) -> Iterator[str]:
    router = router_of(plan)
    for name in sorted(router.nat_sources):
        way = f"-A FORWARD -i {router.lan_interface} -o {router.wan_interface}"
        source = f"{way} -s {plan.network_of(name)}"
        if name not in router.outbound:
            yield f"{source} -j ACCEPT"
            continue
        ports = ",".join(map(str, sorted(router.outbound[name])))
        for protocol in ("tcp", "udp"):
            yield f"{source} -p {protocol} -m multiport --dports {ports} -j ACCEPT"


def with_ufw(plan: Plan) -> str:
    """Return commands of ufw, and the translation in its file of rules to come first."""
    router = router_of(plan)
    wan, lan = router.wan_interface, router.lan_interface
    return f"""
sed -i -e 's/^DEFAULT_FORWARD_POLICY=.*/DEFAULT_FORWARD_POLICY="DROP"/' \\
    -e 's/^IPV6=.*/IPV6=no/' /etc/default/ufw
sed -i 's|^#net/ipv4/ip_forward=1|net/ipv4/ip_forward=1|' /etc/ufw/sysctl.conf
cat >> /etc/ufw/before.rules <<'END'
*nat
:POSTROUTING ACCEPT [0:0]
-F POSTROUTING
-A POSTROUTING -o {wan} -j MASQUERADE
COMMIT
END
ufw default deny incoming
ufw allow in on mgmt0
ufw allow in on {lan} to any port 67 proto udp
{_lines(_ufw_input(plan))}
{_lines(_ufw_forward(plan))}
ufw --force enable
systemctl enable --now ufw
"""


def _ufw_input(plan: Plan) -> Iterator[str]:
    router = router_of(plan)
    for name in sorted(router.nat_sources - {guests_of(plan).segment}):
        yield f"ufw allow from {plan.network_of(name)} to any port 53"
    for name in sorted(page_of(plan).sources):
        yield f"ufw allow from {plan.network_of(name)} to any port 443 proto tcp"


def _ufw_forward(plan: Plan) -> Iterator[str]:
    router = router_of(plan)
    way = f"ufw route allow in on {router.lan_interface} out on {router.wan_interface}"
    for name in sorted(router.nat_sources):
        source = f"{way} from {plan.network_of(name)}"
        if name not in router.outbound:
            yield source
            continue
        ports = ",".join(map(str, sorted(router.outbound[name])))
        yield from (f"{source} to any port {ports} proto {each}" for each in ("tcp", "udp"))
