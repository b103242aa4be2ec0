"""What the simulated Internet is told: its addresses and those it hands out."""

from labctl.api import Node, Plan


def parameters(plan: Plan, _node: Node) -> dict[str, object]:
    """Return what the start program configures."""
    upstream = plan.internet
    return {
        "wan": str(upstream.gateway),
        "wan_first": str(upstream.wan.network_address + 100),
        "wan_last": str(upstream.wan.network_address + 199),
        "dns": str(upstream.dns),
        "canary": str(upstream.canary),
        "canary_name": upstream.canary_name,
    }


def certificate_names(plan: Plan, _node: Node) -> tuple[str, ...]:
    """Return the name and the address of the canary page."""
    return (plan.internet.canary_name, str(plan.internet.canary))
