"""The switch hands what clients ask on to the DHCP server of another network."""

from checks.device_admin.facts import SwitchConfig
from checks.dhcp.demand import Dhcp
from checks.switching.demand import Switching
from labctl.api import Expectation, Match, NotAsked, Plan, _, check, require


@check("K-064", asks=(Dhcp, Switching, Plan), needs=SwitchConfig)
def check_dhcp_relayed(asked: Dhcp, _ports: Switching, plan: Plan, config: SwitchConfig) -> Match:
    """Le commutateur relaie le DHCP vers le routeur."""
    relay = asked.relay
    if relay is None:
        raise NotAsked(_("le sujet ne le demande pas"))
    return require(
        Expectation(
            _("relais DHCP de Vlan%(vid)s (%(name)s)")
            % {"vid": plan.segments[name].vid, "name": name},
            frozenset({relay.to}),
            config.relays.get(plan.segments[name].vid, frozenset()),
        )
        for name in sorted(relay.sources)
    )
