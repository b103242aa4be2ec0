"""What is on the air of a bench: the networks that are asked for, or none."""

from checks.wireless.demand import Wireless
from checks.wireless.facts import Offered, Radio
from labctl.plan.model import Plan

UNTOUCHED = Radio(())


def solved_radio(plan: Plan) -> Radio:
    """Return the networks that the subject asks for."""
    return Radio(
        tuple(_offer(plan, rank) for rank, _ssid in enumerate(plan.demand(Wireless).ssids))
    )


def _offer(plan: Plan, rank: int) -> Offered:
    asked = plan.demand(Wireless)
    ssid = asked.ssids[rank]
    segment = plan.segments[ssid.segment]
    return Offered(
        name=ssid.name,
        addresses=(segment.gateway,) if segment.gateway and not segment.vid else (),
        protections=frozenset({"WPA2"}),
        ciphers=frozenset({"CCMP"}),
        is_hidden=False,
        is_isolated=ssid.isolation,
        has_wps=False,
        admitted=ssid.mac_filter.admitted if ssid.mac_filter else None,
        is_5g=False,
        channel=asked.channels_2g4[plan.bench % len(asked.channels_2g4)],
        country=asked.country,
        keys=frozenset({ssid.passphrase}),
        vlans=frozenset({segment.vid} if segment.vid else ()),
    )
