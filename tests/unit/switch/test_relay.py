"""The DHCP relay, message by message."""

from ipaddress import IPv4Address

from labswitch.links import Link
from labswitch.relay import Relay, datagram, plan, route
from labswitch.state import derive

from tests.unit.switch.switches import EXAMPLE, links

RELAY = Relay("vlan40", 7, IPv4Address("10.21.40.1"), (IPv4Address("10.21.255.1"),))
NONE = "0.0.0.0"  # noqa: S104 - no address, nothing listens
CLIENT = bytes.fromhex("020000000140")


def message(
    kind: int, *, hops: int = 0, flags: int = 0, yours: str = NONE, giaddr: str = NONE
) -> bytes:
    head = bytes([kind, 1, 6, hops]) + b"XXXX" + b"\0\0" + flags.to_bytes(2, "big")
    addresses = b"\0" * 4 + IPv4Address(yours).packed + b"\0" * 4 + IPv4Address(giaddr).packed
    return head + addresses + CLIENT + b"\0" * 10 + b"\0" * 192 + bytes.fromhex("63825363ff")


def test_a_request_goes_to_the_helper_with_the_address_of_its_vlan() -> None:
    (packet,) = route(message(1), 7, (RELAY,))

    assert packet.destination == IPv4Address("10.21.255.1")
    assert IPv4Address(packet.payload[24:28]) == RELAY.address
    assert packet.payload[3] == 1
    assert packet.client == b""


def test_a_request_of_a_vlan_without_helper_is_dropped() -> None:
    assert route(message(1), 8, (RELAY,)) == ()


def test_a_request_that_went_round_is_dropped() -> None:
    assert route(message(1, hops=16), 7, (RELAY,)) == ()


def test_an_answer_goes_to_the_client() -> None:
    answer = message(2, yours="10.21.40.20", giaddr="10.21.40.1")
    (packet,) = route(answer, 3, (RELAY,))

    assert packet.client == CLIENT
    assert packet.destination == IPv4Address("10.21.40.20")
    assert packet.payload[24:28] == b"\0\0\0\0"


def test_an_answer_is_broadcast_when_the_client_asks_so() -> None:
    answer = message(2, flags=0x8000, yours="10.21.40.20", giaddr="10.21.40.1")
    (packet,) = route(answer, 3, (RELAY,))

    assert packet.client == b"\xff" * 6
    assert packet.destination == IPv4Address("255.255.255.255")


def test_an_answer_for_another_relay_is_dropped() -> None:
    assert route(message(2, giaddr="10.9.9.9"), 7, (RELAY,)) == ()


def test_rubbish_is_dropped() -> None:
    assert route(b"\x01" * 100, 7, (RELAY,)) == ()
    assert route(b"\x07" * 300, 7, (RELAY,)) == ()


def test_the_datagram_has_right_lengths_and_checksum() -> None:
    (packet,) = route(message(2, yours="10.21.40.20", giaddr="10.21.40.1"), 3, (RELAY,))

    data = datagram(packet)

    words = [int.from_bytes(data[i : i + 2], "big") for i in range(0, 20, 2)]
    assert sum(words) % 0xFFFF == 0
    assert int.from_bytes(data[2:4], "big") == len(data)
    assert data[20:24] == (67).to_bytes(2, "big") + (68).to_bytes(2, "big")


def test_vlans_with_a_helper_are_relayed_while_they_are_up() -> None:
    svis = {f"vlan{n}": Link(n, up=True, running=True, mac="") for n in (10, 20, 40)}

    relays = plan(EXAMPLE, derive(EXAMPLE, links(1, 2)), svis)

    assert [(relay.interface, relay.index) for relay in relays] == [("vlan10", 10)]
