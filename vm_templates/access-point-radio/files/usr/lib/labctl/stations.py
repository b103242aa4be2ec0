"""Stations of the guest (air.py) that try the networks of its access point (points.py)."""

import hashlib
import re
from dataclasses import dataclass

from air import APART, IP, Air
from points import Network, put, wait_for

JOIN_S = 20
SAID_CAP = 600
MISMATCH = "AP-STA-POSSIBLE-PSK-MISMATCH"
"""What hostapd says of a station whose key may be another one, before its card."""
OPEN = ""
"""Protection of a network that has none."""


@dataclass
class Trial:
    """A station that tries to get in: with the right key, or as a second, wrong or stranger one.

    ``protection`` is WPA2, WPA3, or "" for a network that is open. ``outcome``: in, key (it was
    another one), refused, or "" where nobody knows; ``said`` is its log then. ``is_late``: it may
    only have lacked time.
    """

    network: Network
    role: str
    protection: str
    key: str
    card: str
    radio: int = 0
    outcome: str = ""
    said: str = ""
    is_late: bool = False


def list_protections(network: Network) -> list[str]:
    """Return what a station may come in with, as far as stations here know it."""
    known = (("WPA2", "PSK"), ("WPA3", "SAE"))
    return [kind for kind, word in known if word in network.managed]


def join(guest: Air, wave: list[Trial]) -> None:
    """Let stations try; note what came of it, for those of which it is not known yet."""
    lines = []
    for place in ("stations", "apart"):
        there = [one for one in wave if (one.radio == APART) == (place == "apart")]
        for one in there:
            lines.append(put(f"/run/sta{one.radio}.conf", describe(one).encode()))
            lines.append(f"{IP} -n {place} link set wlan{one.radio} down address {one.card}")
        words = [f"-i wlan{one.radio} -D nl80211 -c /run/sta{one.radio}.conf" for one in there]
        if there:
            lines.append(
                f"{IP} netns exec {place} wpa_supplicant -B -t -f /run/sta-{place}.log"
                f" {' -N '.join(words)} > /dev/null 2>&1"
            )
    lines.append(wait_for(find_ends(wave), "/run/sta*.log /run/ap*.log", len(wave), JOIN_S))
    lines.append(f"cat /run/sta*.log; grep -h {MISMATCH} /run/ap*.log")
    _code, said = guest.run("\n".join(lines))
    for one in wave:
        own = [line for line in said.splitlines() if f" wlan{one.radio}: " in line]
        one.outcome = one.outcome or judge("\n".join(own), one, said)
        one.said = "" if one.outcome else "\n".join(own)[-SAID_CAP:]
        one.is_late = not one.outcome and f"{MISMATCH} {one.card}" not in said


def describe(trial: Trial) -> str:
    """Return what a station is told: wpa_supplicant.conf(5)."""
    network = trial.network.name
    if trial.protection == OPEN:
        own = "key_mgmt=NONE"
    elif trial.protection == "WPA3":
        own = f'key_mgmt=SAE FT-SAE\nsae_password="{trial.key}"\nieee80211w=2'
    else:  # what a passphrase becomes (IEEE 802.11, annex J.4), which costs the guest a second
        is_raw = re.fullmatch(r"[0-9A-Fa-f]{64}", trial.key)
        made = hashlib.pbkdf2_hmac("sha1", trial.key.encode(), network, 4096, 32).hex()
        psk = trial.key if is_raw else made
        own = f"key_mgmt=WPA-PSK WPA-PSK-SHA256 FT-PSK\npsk={psk}\nieee80211w=1"
    return f"""p2p_disabled=1
sae_pwe=2
network={{
ssid={network.hex()}
scan_ssid=1
scan_freq={trial.network.frequency}
{own}
}}
"""


def find_ends(wave: list[Trial]) -> str:
    """Return what finds how stations ended, each once: by its radio, or by its wrong key's card."""
    cards = "|".join(one.card for one in wave if one.role == "wrong") or "none"
    ends = "CONNECTED|AUTH-REJECT|ASSOC-REJECT"
    return (
        rf"sed -nE 's/.*: (wlan[0-9]+): CTRL-EVENT-({ends}).*/\1/p;"
        rf"s/.*{MISMATCH} ({cards}).*/\1/p'"
    )


def judge(log: str, trial: Trial, heard: str) -> str:
    """Return how a trial ended: in, key (it was another), refused, or "" for not told.

    A busy access point finds a mismatch in the answer to a message that it has sent again since:
    with the right key that says nothing, and the station gets in a second later.
    """
    if "CTRL-EVENT-CONNECTED" in log:
        return "in"
    if trial.role == "wrong" and f"{MISMATCH} {trial.card}" in heard:
        return "key"
    if re.search(r"CTRL-EVENT-(AUTH|ASSOC)-REJECT", log):
        return "refused"
    return ""
