"""Other ways to make wireless networks: a file for each, or one; by several managers of keys."""

import hashlib
from collections.abc import Mapping

from checks.wireless.demand import Wireless
from labctl.core.secrets import Secret, fill_in
from labctl.plan.model import Plan

MACS = "/etc/hostapd.macs"


def by_files(plan: Plan, secrets: Mapping[str, Secret]) -> str:
    """Return two files: WPA2 and WPA3 at 5 GHz, and a key as wpa_passphrase(8) prints it."""
    asked = plan.demand(Wireless)
    staff, visitors = (fill_in(ssid.passphrase, secrets) for ssid in asked.ssids)
    derived = derive(asked.ssids[1].name, visitors)
    return "\n".join(
        (
            write_file(plan, 0, "WPA-PSK SAE", f"wpa_passphrase={staff}"),
            write_file(plan, 1, "WPA-PSK-SHA256", f"wpa_psk={derived}"),
            _list_macs(asked),
            "service hostapd restart\n",
        )
    )


def by_one_file(plan: Plan, secrets: Mapping[str, Secret]) -> str:
    """Return one file, WPA3 alone for the visitors, whose bridge was made beforehand."""
    asked = plan.demand(Wireless)
    staff, visitors = asked.ssids
    keys = [fill_in(ssid.passphrase, secrets) for ssid in asked.ssids]
    bridges = [f"br{plan.segments[ssid.segment].vid}" for ssid in asked.ssids]
    return f"""ip link add {bridges[1]} type bridge
{_list_macs(asked)}
cat > /etc/hostapd/reseaux.conf <<'END'
interface=wlan0
driver=nl80211
bridge={bridges[0]}
ssid={staff.name}
country_code={asked.country}
hw_mode=g
channel={_choose(plan, asked.channels_2g4)}
wpa=2
wpa_key_mgmt=WPA-PSK
wpa_pairwise=CCMP
wpa_psk_file=/etc/hostapd.cles
macaddr_acl=1
accept_mac_file={MACS}
bss=wlan0_1
bridge={bridges[1]}
ssid={visitors.name}
wpa=2
wpa_key_mgmt=SAE
rsn_pairwise=CCMP
ieee80211w=2
sae_password={keys[1]}
ap_isolate=1
END
echo '00:00:00:00:00:00 {keys[0]}' > /etc/hostapd.cles
systemctl restart hostapd
"""


def derive(name: str, passphrase: str) -> str:
    """Return a key as wpa_passphrase(8) prints it (IEEE 802.11, annex J.4)."""
    return hashlib.pbkdf2_hmac("sha1", passphrase.encode(), name.encode(), 4096, 32).hex()


def write_file(plan: Plan, rank: int, management: str, key: str) -> str:
    """Return what writes the file of one network, the first on a radio of 5 GHz."""
    asked = plan.demand(Wireless)
    ssid, vid = asked.ssids[rank], plan.segments[asked.ssids[rank].segment].vid
    band, channels = (("a", asked.channels_5g), ("g", asked.channels_2g4))[rank]
    more = f"macaddr_acl=1\naccept_mac_file={MACS}" if ssid.mac_filter else "ap_isolate=1"
    bridge = f"bridge=br{vid}\n" if vid else ""
    return f"""cat > /etc/hostapd/radio{rank}.conf <<'END'
# un fichier par radio
interface=wlan{rank}
{bridge}driver=nl80211
ssid2="{ssid.name}"
hw_mode={band}
channel={_choose(plan, channels)}
country_code={asked.country}
ieee80211d=1
wpa=2
wpa_key_mgmt={management}
wpa_pairwise=CCMP
ieee80211w=1
{key}
{more}
END"""


def _choose(plan: Plan, channels: tuple[int, ...]) -> int:
    return channels[plan.bench % len(channels)]


def _list_macs(asked: Wireless) -> str:
    macs = " ".join(mac for ssid in asked.ssids if ssid.mac_filter for mac in ssid.mac_filter.macs)
    return f"printf '%s\\n' {macs} > {MACS}"
