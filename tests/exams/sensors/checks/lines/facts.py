"""What a Linux machine is on its networks: addresses, routes, what it forwards."""

from dataclasses import dataclass

from labctl.api import NodeName, Plan, Reading, ask, fact, read_json, read_text, run_on


@dataclass(frozen=True, slots=True)
class Cards:
    """Addresses by card, routes by network (``default`` is one), and whether it forwards."""

    addresses: dict[str, frozenset[str]]
    routes: dict[str, str]
    forwards: bool


@fact(Cards, kind="linux")
def from_linux(_plan: Plan, at: NodeName) -> Reading[Cards]:
    """Read what the kernel says, the card of labctl left out."""
    shown, routed, forwards = yield from ask(
        run_on(at, "/usr/sbin/ip", "-json", "-4", "address", "show"),
        run_on(at, "/usr/sbin/ip", "-json", "-4", "route", "show"),
        run_on(at, "/usr/bin/cat", "/proc/sys/net/ipv4/ip_forward"),
    )
    cards = {str(one["ifname"]): one for one in read_json(shown)}
    return Cards(
        {
            name: frozenset(f"{a['local']}/{a['prefixlen']}" for a in one.get("addr_info", ()))
            for name, one in cards.items()
            if name not in ("lo", "mgmt0")
        },
        {str(one["dst"]): str(one.get("gateway", "")) for one in read_json(routed)},
        read_text(forwards).strip() == "1",
    )
