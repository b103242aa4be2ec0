"""``show interfaces`` and ``show ip interface``: one paragraph each."""

from collections.abc import Iterable, Mapping

from labswitch.links import Counters
from labswitch.names import Interface, Kind, port, vlan
from labswitch.shows.layer2 import agreed, dotted
from labswitch.shows.layer3 import port_status, svi_mac, svi_status
from labswitch.state import Status
from labswitch.view import View

_TAIL = """\
  Last input never, output never, output hang never
  Last clearing of "show interface" counters never
  Input queue: 0/75/{rx_dropped}/0 (size/max/drops/flushes); Total output drops: {tx_dropped}
  Queueing strategy: fifo
  Output queue: 0/40 (size/max)
  5 minute input rate 0 bits/sec, 0 packets/sec
  5 minute output rate 0 bits/sec, 0 packets/sec
     {rx_packets} packets input, {rx_bytes} bytes, 0 no buffer
     Received 0 broadcasts (0 multicasts)
     0 runts, 0 giants, 0 throttles
     {rx_errors} input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored
     0 watchdog, 0 multicast, 0 pause input
     {tx_packets} packets output, {tx_bytes} bytes, 0 underruns
     {tx_errors} output errors, 0 collisions, 0 interface resets
     0 unknown protocol drops
     0 output buffer failures, 0 output buffers swapped out
"""


def render_interfaces(view: View, chosen: Iterable[Interface] | None = None) -> str:
    """Return ``show interfaces``, of all or of those chosen."""
    counters = view.live.counters()
    wanted = all_interfaces(view) if chosen is None else chosen
    return "".join(
        _render_svi(view, item.number, counters)
        if item.kind is Kind.VLAN
        else _render_port(view, item.number, counters)
        for item in wanted
    )


def all_interfaces(view: View) -> tuple[Interface, ...]:
    """Return every interface: SVIs, then ports."""
    return (
        *(vlan(number) for number in sorted(view.config.svis)),
        *(port(number) for number in view.state.ports),
    )


def _render_port(view: View, number: int, counters: Mapping[str, Counters]) -> str:
    state = view.state.ports[number]
    status, protocol = port_status(state.status)
    detail = {
        Status.CONNECTED: "connected",
        Status.DISABLED: "disabled",
        Status.NOT_CONNECTED: "notconnect",
        Status.INACTIVE: "inactive",
    }[state.status]
    mac = dotted((view.identity.base_mac + number).to_bytes(6, "big").hex())
    speed = "Auto-duplex, Auto-speed"
    if state.status is Status.CONNECTED:
        duplex, rate = agreed(state.port)
        speed = f"{duplex.capitalize()}-duplex, {rate}Mb/s"
    return (
        f"{port(number).long} is {status}, line protocol is {protocol} ({detail})\n"
        f"  Hardware is Gigabit Ethernet, address is {mac} (bia {mac})\n"
        + _description(state.port.description)
        + "  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,\n"
        "     reliability 255/255, txload 1/255, rxload 1/255\n"
        "  Encapsulation ARPA, loopback not set\n  Keepalive set (10 sec)\n"
        f"  {speed}, media type is 10/100/1000BaseTX\n"
        "  input flow-control is off, output flow-control is unsupported\n"
        "  ARP type: ARPA, ARP Timeout 04:00:00\n"
        + _tail(counters.get(view.identity.ports[number]))
    )


def _render_svi(view: View, number: int, counters: Mapping[str, Counters]) -> str:
    svi = view.config.svis[number]
    status, protocol = svi_status(view, number)
    mac = svi_mac(view, number)
    address = f"  Internet address is {svi.address}\n" if svi.address else ""
    return (
        f"{vlan(number).long} is {status}, line protocol is {protocol}\n"
        f"  Hardware is EtherSVI, address is {mac} (bia {mac})\n"
        + _description(svi.description)
        + address
        + "  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,\n"
        "     reliability 255/255, txload 1/255, rxload 1/255\n"
        "  Encapsulation ARPA, loopback not set\n  Keepalive not supported\n"
        "  ARP type: ARPA, ARP Timeout 04:00:00\n" + _tail(counters.get(f"vlan{number}"))
    )


def _description(text: str) -> str:
    return f"  Description: {text}\n" if text else ""


def _tail(counters: Counters | None) -> str:
    c = counters or Counters()
    return _TAIL.format(
        rx_bytes=c.rx_bytes,
        rx_packets=c.rx_packets,
        rx_errors=c.rx_errors,
        rx_dropped=c.rx_dropped,
        tx_bytes=c.tx_bytes,
        tx_packets=c.tx_packets,
        tx_errors=c.tx_errors,
        tx_dropped=c.tx_dropped,
    )


def render_descriptions(view: View) -> str:
    """Return ``show interfaces description``."""
    text = "Interface                      Status         Protocol Description\n"
    for number in sorted(view.config.svis):
        text += _description_row(
            vlan(number).short, svi_status(view, number), view.config.svis[number].description
        )
    for number, state in view.state.ports.items():
        text += _description_row(
            port(number).short, port_status(state.status), state.port.description
        )
    return text


def _description_row(name: str, status: tuple[str, str], description: str) -> str:
    state = "admin down" if status[0].startswith("admin") else status[0]
    return f"{name:<30} {state:<14} {status[1]:<8} {description}".rstrip() + "\n"


def render_ip_interfaces(view: View, chosen: Iterable[Interface] | None = None) -> str:
    """Return ``show ip interface``: the SVIs, with what is applied to them."""
    numbers = (
        sorted(view.config.svis)
        if chosen is None
        else [i.number for i in chosen if i.kind is Kind.VLAN]
    )
    return "".join(
        _render_ip_interface(view, number) for number in numbers if number in view.config.svis
    )


def _render_ip_interface(view: View, number: int) -> str:
    svi = view.config.svis[number]
    status, protocol = svi_status(view, number)
    first = f"{vlan(number).long} is {status}, line protocol is {protocol}\n"
    if svi.address is None:
        return first + "  Internet protocol processing disabled\n"
    helpers = [f"  Helper address is {helper}\n" for helper in svi.helpers[:1]]
    if len(svi.helpers) > 1:
        helpers = [
            "  Helper addresses are "
            + "\n                       ".join(map(str, svi.helpers))
            + "\n"
        ]
    return (
        f"{first}  Internet address is {svi.address}\n  Broadcast address is 255.255.255.255\n"
        "  Address determined by non-volatile memory\n  MTU is 1500 bytes\n"
        + ("".join(helpers) or "  Helper address is not set\n")
        + f"  Outgoing access list is {svi.acl_out or 'not set'}\n"
        f"  Inbound  access list is {svi.acl_in or 'not set'}\n"
        "  Proxy ARP is disabled\n"
    )
