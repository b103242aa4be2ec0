"""The switch hands what clients ask on to the DHCP server of another network."""

from checks.device_admin.facts import SwitchConfig
from labctl.api import Expectation, Match, Plan, _, check, require


@check("K-064", needs=SwitchConfig)
def check_dhcp_relayed(plan: Plan, config: SwitchConfig) -> Match:
    """Le commutateur relaie le DHCP vers le routeur."""
    return require(
        Expectation(
            _("relais DHCP de Vlan%(vid)s (%(name)s)")
            % {"vid": plan.segments[name].vid, "name": name},
            frozenset({plan.switch.relay_to}),
            config.relays.get(plan.segments[name].vid, frozenset()),
        )
        for name in sorted(plan.switch.relay_from)
    )
