"""Other ways to make the router that the subject asks for."""

import shlex
from collections.abc import Iterable, Iterator, Mapping

from checks.dhcp.demand import Dhcp, Scope
from labctl.core.secrets import Secret, fill_in
from labctl.plan.model import Plan
from tests.network import back_of, guests_of, page_of, router_of

ROUTES = "/etc/network/interfaces"


def _networks(plan: Plan, names: Iterable[str]) -> str:
    return ", ".join(sorted(str(plan.network_of(name)) for name in names))


def by_ifupdown(plan: Plan) -> str:
    """Return the cards in the file of the lab's own ones, with the routes."""
    router = router_of(plan)
    routes = "\n".join(
        f"    post-up ip route replace {segment.network} via {back_of(plan).via}"
        for segment in plan.segments.values()
        if segment.gateway
    )
    return f"""
hostname {router.hostname}
echo {router.hostname} > /etc/hostname
cat >> {ROUTES} <<'END'

allow-hotplug {router.wan_interface}
iface {router.wan_interface} inet dhcp

allow-hotplug {router.lan_interface}
iface {router.lan_interface} inet static
    address {router.lan.ip}
    netmask {router.lan.netmask}
    post-up sysctl -qw net.ipv4.conf.{router.lan_interface}.forwarding=1
    post-up sysctl -qw net.ipv4.conf.{router.wan_interface}.forwarding=1
{routes}
END
service networking restart
"""


def by_vtysh(plan: Plan) -> str:
    """Return cards set up at once and noted, and routes typed into FRR."""
    router = router_of(plan)
    routes = " ".join(
        f"-c 'ip route {segment.network} {back_of(plan).via}'"
        for segment in plan.segments.values()
        if segment.gateway
    )
    return f"""
hostname {router.hostname}
echo {router.hostname} > /etc/hostname
echo net.ipv4.conf.all.forwarding=1 >> /etc/sysctl.conf
sysctl -q -p /etc/sysctl.conf
printf 'auto {router.wan_interface}\\niface {router.wan_interface} inet dhcp\\n' \\
    > /etc/network/interfaces.d/wan
printf 'auto {router.lan_interface}\\niface {router.lan_interface} inet static\\n' \\
    > /etc/network/interfaces.d/lan
printf ' address {router.lan}\\n' >> /etc/network/interfaces.d/lan
ifup {router.wan_interface} {router.lan_interface}
vtysh -c 'configure terminal' {routes} -c end -c 'write memory' > /dev/null
"""


def with_nftables(plan: Plan) -> str:
    """Chains that accept by default and end with a drop; a map says which ports go out."""
    router = router_of(plan)
    wan, lan, own = router.wan_interface, router.lan_interface, router.lan.ip
    staff = router.nat_sources - {guests_of(plan).segment}
    limited = "\n".join(
        f"        ip saddr {plan.network_of(name)} {protocol} dport {{ {_ports(ports)} }} return"
        for name, ports in sorted(router.outbound.items())
        for protocol in ("tcp", "udp")
    )
    free = _networks(plan, router.nat_sources - frozenset(router.outbound))
    return f"""
mkdir -p /etc/nftables.d
cat > /etc/nftables.d/10-filter.nft <<'END'
table ip filter {{
    set administrators {{
        type ipv4_addr; flags interval
        elements = {{ {_networks(plan, page_of(plan).sources)} }}
    }}
    chain INPUT {{
        type filter hook input priority 0; policy accept;
        ct state {{ established, related }} counter accept
        ct state invalid drop
        iif lo accept
        iifname mgmt0 accept
        iifname {lan} ip protocol icmp accept
        iifname {lan} udp dport {{ 67, 53 }} ip daddr {own} jump dns_or_dhcp
        iifname {lan} tcp dport 53 ip saddr {{ {_networks(plan, staff)} }} accept
        iifname {lan} tcp dport {{ 80, 443 }} ip saddr @administrators accept
        counter drop
    }}
    chain dns_or_dhcp {{
        udp dport 67 accept
        ip saddr {{ {_networks(plan, staff)} }} accept
        drop
    }}
    chain FORWARD {{
        type filter hook forward priority 0; policy accept;
        ct state vmap {{ established : accept, related : accept, invalid : drop }}
        iifname != {lan} drop
        oifname != {wan} drop
        jump LIMITS
        ct state new accept
    }}
    chain LIMITS {{
        icmp type echo-request return
        ip saddr {{ {free} }} return
{limited}
        counter reject
    }}
}}
END
cat > /etc/nftables.d/20-nat.nft <<'END'
table inet nat {{
    chain POSTROUTING {{
        type nat hook postrouting priority 100;
        meta nfproto ipv4 oifname {wan} masquerade
    }}
}}
END
printf 'flush ruleset\\ninclude "/etc/nftables.d/*.nft"\\n' > /etc/nftables.conf
systemctl restart nftables
"""


def _ports(ports: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(ports)))


def with_dnsmasq(plan: Plan) -> str:
    """Reservations in a file of their own, ranges by network, nothing said about pings."""
    router = router_of(plan)
    hosts = "\n".join(
        f"{each.mac},{plan.nodes[each.machine].hostname},{each.address}"
        for each in plan.demand(Dhcp).reservations
    )
    lines = "\n".join(line for scope in plan.demand(Dhcp).scopes for line in _range(plan, scope))
    return f"""
cat > /etc/dnsmasq.hosts <<'END'
{hosts}
END
cat > /etc/dnsmasq.d/10-dhcp.conf <<'END'
# DHCP
dhcp-hostsfile=/etc/dnsmasq.hosts
dhcp-leasefile=/var/lib/misc/baux
{lines}
END
cat > /etc/dnsmasq.d/20-dns.conf <<'END'
except-interface={router.wan_interface}
except-interface=mgmt0
no-resolv
server={plan.internet.dns}
server=/{router.dns_suffix}/{router.dns_to}
END
systemctl restart dnsmasq
"""


def _range(plan: Plan, scope: Scope) -> Iterator[str]:
    tag, network = scope.segment.lower(), plan.network_of(scope.segment)
    lease = f",{scope.lease_s}" if scope.lease_s else ""
    yield f"dhcp-range=set:{tag},{scope.first},{scope.last},{network.netmask}{lease}"
    yield f"dhcp-option=tag:{tag},3,{plan.segments[scope.segment].gateway}"
    yield f"dhcp-option=tag:{tag},6,{scope.options.dns or plan.internet.dns}"
    if scope.options.domain:
        yield f"domain={scope.options.domain},{network}"
    if scope.options.ntp:
        yield f"dhcp-option=tag:{tag},42,{scope.options.ntp}"


def with_pages(plan: Plan) -> str:
    """Clear text leads to HTTPS, which answers on the inner address only."""
    own = router_of(plan).lan.ip
    return f"""
sed -i -e 's/^server.port.*/server.port = 80/' -e 's/^server.modules.*/server.modules = \\
("mod_access", "mod_redirect", "mod_auth", "mod_authn_file", "mod_openssl")/' \\
    /etc/lighttpd/lighttpd.conf
cat >> /etc/lighttpd/lighttpd.conf <<'END'
server.bind = "{own}"
$HTTP["scheme"] == "http" {{ url.redirect = ("" => "https://${{url.authority}}${{url.path}}") }}
$SERVER["socket"] == "{own}:443" {{
  ssl.engine = "enable"
  ssl.pemfile = "/etc/lighttpd/routeur.pem"
}}
END
systemctl restart lighttpd
"""


def with_digest(plan: Plan, secrets: Mapping[str, Secret]) -> str:
    """Return an account of another name for the page, which asks for a digest (RFC 7616)."""
    account = f"technicien:routeur:{fill_in(page_of(plan).password, secrets)}"
    return f"""
sed -i -e 's/^auth.backend = .*/auth.backend = "htdigest"/' \\
    -e 's|^auth.backend.plain.userfile.*|auth.backend.htdigest.userfile = "/etc/lighttpd/gens"|' \\
    -e 's/"method" => "basic"/"method" => "digest"/' /etc/lighttpd/lighttpd.conf
digest=$(printf %s {shlex.quote(account)} | md5sum | cut -d ' ' -f 1)
echo "technicien:routeur:$digest" > /etc/lighttpd/gens
systemctl restart lighttpd
"""
