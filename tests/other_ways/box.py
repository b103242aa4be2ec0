"""Other ways to make the box that the subject asks for: two files of hostapd, one of the rest."""

import hashlib
from collections.abc import Mapping

from checks.dhcp.demand import Dhcp
from checks.internet.demand import InternetAccess
from checks.wireless.demand import Ssid, Wireless
from labctl.core.secrets import Secret, fill_in
from labctl.plan.model import Plan
from tests.network import page_of


def by_hand(plan: Plan, secrets: Mapping[str, Secret]) -> str:
    """Return a shell script: cards in one file, WPA3 on one radio, leases named by dnsmasq."""
    asked, access, dhcp = plan.demand(Wireless), plan.demand(InternetAccess), plan.demand(Dhcp)
    lan, guest = (plan.network_of(scope.segment) for scope in dhcp.scopes)
    inside, outside = (plan.segments[scope.segment].gateway for scope in dhcp.scopes)
    staff, visitors = dhcp.scopes
    (reserved,) = dhcp.reservations
    page = fill_in(page_of(plan).password, secrets)
    keys = [fill_in(ssid.passphrase, secrets) for ssid in asked.ssids]
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
{_radio(asked, 0, "WPA-PSK SAE", f"wpa_passphrase={keys[0]}")}
{_radio(asked, 1, "WPA-PSK-SHA256", f"wpa_psk={_derived(asked.ssids[1].name, keys[1])}")}
printf '%s\\n' {" ".join(asked.ssids[0].mac_filter.macs if asked.ssids[0].mac_filter else ())} \\
    > /etc/hostapd.macs
service hostapd restart
"""


def _derived(name: str, passphrase: str) -> str:
    """Return a key as wpa_passphrase(8) prints it (IEEE 802.11, annex J.4)."""
    return hashlib.pbkdf2_hmac("sha1", passphrase.encode(), name.encode(), 4096, 32).hex()


def _radio(asked: Wireless, rank: int, management: str, key: str) -> str:
    """Return a file of hostapd for one network, the first on a radio of 5 GHz."""
    ssid: Ssid = asked.ssids[rank]
    band, channel = (("a", asked.channels_5g), ("g", asked.channels_2g4))[rank]
    more = "macaddr_acl=1\naccept_mac_file=/etc/hostapd.macs" if ssid.mac_filter else "ap_isolate=1"
    return f"""cat > /etc/hostapd/radio{rank}.conf <<'END'
# un fichier par radio
interface=wlan{rank}
driver=nl80211
ssid2="{ssid.name}"
hw_mode={band}
channel={channel[0]}
country_code={asked.country}
ieee80211d=1
wpa=2
wpa_key_mgmt={management}
wpa_pairwise=CCMP
ieee80211w=1
{key}
{more}
END"""
