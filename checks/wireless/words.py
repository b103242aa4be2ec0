"""What a subject says of the wireless networks, and which keys are handed over with it."""

from checks.wireless.demand import Ssid, Wireless
from labctl.api import Handed, Plan

_SECURITY = {"WPA2-PSK-AES_ou_WPA3": "WPA2-AES ou WPA3"}


def fields(asked: Wireless, plan: Plan) -> dict[str, object]:
    """Return the channels of a bench, chosen by its number, and what is particular to a network."""
    return {
        "security": _SECURITY,
        "channel_2g4": asked.channels_2g4[plan.bench % len(asked.channels_2g4)],
        "channel_5g": asked.channels_5g[plan.bench % len(asked.channels_5g)],
        "particulars": {one.name: _particulars(one) for one in asked.ssids},
    }


def _particulars(ssid: Ssid) -> str:
    said = ["nom masqué"] if ssid.hidden else []
    said += ["clients isolés les uns des autres"] if ssid.isolation else []
    if ssid.mac_filter:
        said.append(f"filtrage MAC, seules admises : {', '.join(ssid.mac_filter.macs)}")
    return " ; ".join(said)


def handed(asked: Wireless, plan: Plan) -> list[Handed]:
    """Return the keys of the networks to make; a delivered one is handed over by who joins."""
    if Wireless.topic in plan.delivered.topics:
        return []
    return [Handed(f"Clé du réseau sans fil {one.name}", "", one.passphrase) for one in asked.ssids]
