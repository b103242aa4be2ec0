"""Which key is handed over to join a network that is delivered."""

from checks.wireless.demand import Wireless
from checks.wireless_client.demand import Fallback
from labctl.api import Handed, Plan


def handed(asked: Fallback, plan: Plan) -> list[Handed]:
    """Return the key of the network, unless it is handed over to make it."""
    wireless = plan.find(Wireless)
    joins = any("windows" in plan.nodes[name].faces for name in asked.on)
    if wireless is None or Wireless.topic not in plan.delivered.topics or not joins:
        return []
    return [
        Handed(f"Clé du réseau sans fil {one.name}", "", one.passphrase)
        for one in wireless.ssids
        if one.name == asked.ssid
    ]
