"""Other ways to make the box that the subject asks for: two files of hostapd, one of the rest."""

from collections.abc import Mapping

from checks.dhcp.demand import Dhcp
from checks.internet.demand import InternetAccess
from labctl.core.secrets import Secret, fill_in
from labctl.plan.model import Plan
from tests.network import page_of
from tests.other_ways import radio


def by_hand(plan: Plan, secrets: Mapping[str, Secret]) -> str:
    """Return a shell script: cards in one file, WPA3 on one radio, leases named by dnsmasq."""
    access, dhcp = plan.demand(InternetAccess), plan.demand(Dhcp)
    lan, guest = (plan.network_of(scope.segment) for scope in dhcp.scopes)
    inside, outside = (plan.segments[scope.segment].gateway for scope in dhcp.scopes)
    staff, visitors = dhcp.scopes
    (reserved,) = dhcp.reservations
    page = fill_in(page_of(plan).password, secrets)
    ports = [", ".join(map(str, access.firewall.outbound[s.segment])) for s in dhcp.scopes]
    return f"""
cat >> /etc/network/interfaces <<'END'

allow-hotplug wan0
iface wan0 inet dhcp
auto lan0
iface lan0 inet static
    address {inside}
    netmask {lan.netmask}
    post-up sysctl -qw net.ipv4.ip_forward=1
auto guest0
iface guest0 inet static
    address {outside}
    netmask {guest.netmask}
END
service networking restart
ifup wan0
cat > /etc/nftables.conf <<'END'
flush ruleset
table ip box {{
    chain in {{
        type filter hook input priority 0; policy drop;
        iifname {{ lo, mgmt0 }} accept
        ct state established,related accept
        ip protocol icmp iifname {{ lan0, guest0 }} accept
        iifname {{ lan0, guest0 }} udp dport 67 accept
        iifname lan0 meta l4proto {{ tcp, udp }} th dport 53 accept
        iifname lan0 tcp dport {{ 80, 443 }} accept
    }}
    chain across {{
        type filter hook forward priority 0; policy drop;
        ct state established,related accept
        oifname != wan0 drop
        iifname lan0 meta l4proto {{ tcp, udp }} th dport {{ {ports[0]} }} accept
        iifname guest0 meta l4proto {{ tcp, udp }} th dport {{ {ports[1]} }} accept
    }}
    chain nat {{
        type nat hook postrouting priority 100;
        oifname wan0 masquerade
    }}
}}
END
systemctl restart nftables
cat > /etc/dnsmasq.conf <<'END'
except-interface=wan0
except-interface=mgmt0
bind-dynamic
no-resolv
server={plan.internet.dns}
domain={staff.options.domain}
local=/{staff.options.domain}/
dhcp-range={staff.first},{staff.last},{lan.netmask},{staff.lease_s}
dhcp-range=set:clients,{visitors.first},{visitors.last},{guest.netmask},{visitors.lease_s}
dhcp-option=tag:clients,6,{plan.internet.dns}
dhcp-host={reserved.mac.upper()},{plan.nodes[reserved.machine].hostname},{reserved.address}
dhcp-authoritative
END
systemctl restart dnsmasq
sed -i -e 's/^server.port = 80/server.port = 443/' -e '/^server.modules/s/)/, "mod_openssl")/' \\
    /etc/lighttpd/lighttpd.conf
printf 'ssl.engine = "enable"\\nssl.pemfile = "/etc/lighttpd/routeur.pem"\\n' \\
    >> /etc/lighttpd/lighttpd.conf
echo 'gerant:{page}' > /etc/lighttpd/comptes
systemctl restart lighttpd
{radio.by_files(plan, secrets)}
"""
