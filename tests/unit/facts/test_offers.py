"""Offers of DHCP servers, read from their bytes."""

from ipaddress import IPv4Address

import pytest

from checks.dhcp.facts import offers_probe as dhcp_probe
from checks.dhcp.facts.options import parse_offer, parse_options
from labctl.connect.base import Transport
from labctl.facts.probe import NotUnderstood
from tests.plans import plan_of
from tests.unit.facts.answering import silent, tried

PLAN = plan_of(1)


def offer(*options: bytes) -> bytes:
    head = bytes((2, 1, 6, 0)) + bytes(12) + bytes((10, 21, 30, 100)) + bytes(216)
    return head + bytes((99, 130, 83, 99)) + b"".join(options) + b"\xff"


SERVER = bytes((54, 4, 10, 21, 255, 1))


def test_options_are_read_by_code_in_any_order() -> None:
    found = parse_offer(
        offer(
            bytes((15, 11)) + b"moana.test\0",
            bytes((51, 4, 0, 0, 112, 128)),
            SERVER,
            b"\0\0",
            bytes((6, 8, 10, 21, 20, 10, 9, 9, 9, 9)),
            bytes((1, 4, 255, 255, 255, 0)),
        )
    )

    assert (str(found.server), str(found.address), found.mask) == (
        "10.21.255.1",
        "10.21.30.100",
        "255.255.255.0",
    )
    assert (found.domain, found.lease_s) == ("moana.test", 28800)
    assert found.dns == (IPv4Address("10.21.20.10"), IPv4Address("9.9.9.9"))
    assert (found.router, found.ntp) == (None, ())


def test_the_parts_of_a_long_option_are_joined() -> None:
    message = offer(bytes((15, 3)) + b"abc", bytes((15, 2)) + b"de")

    assert parse_options(message)[15] == b"abcde"


def test_options_go_on_in_the_fields_that_option_52_names() -> None:
    """RFC 2132 9.3; the options field is read first, then ``file``, then ``sname``."""
    message = bytearray(offer(SERVER, bytes((52, 1, 3)), bytes((15, 3)) + b"moa"))
    message[108:120] = bytes((15, 7)) + b"na.test" + b"\0\0\xff"
    message[44:51] = bytes((3, 4, 10, 21, 30, 1, 255))

    found = parse_offer(bytes(message))

    assert found.domain == "moana.test"
    assert found.router == IPv4Address("10.21.30.1")


@pytest.mark.parametrize(
    "overload", [b"", bytes((52, 1, 0)), bytes((52, 1, 9)), bytes((52, 2, 1, 1))]
)
def test_other_fields_hold_names_unless_option_52_says_otherwise(overload: bytes) -> None:
    message = bytearray(offer(SERVER, overload))
    message[108:114] = b"boot.0"

    assert parse_offer(bytes(message)).router is None


def test_an_option_that_is_cut_in_another_field_is_not_understood() -> None:
    message = bytearray(offer(SERVER, bytes((52, 1, 2))))
    message[44:108] = bytes((15, 63)) + bytes(62)

    with pytest.raises(NotUnderstood):
        parse_offer(bytes(message))


@pytest.mark.parametrize(
    "message", [b"", b"x" * 240 + bytes((6, 9, 1)), offer(), offer(SERVER, bytes((6, 3, 1, 2, 3)))]
)
def test_a_broken_offer_is_not_understood(message: bytes) -> None:
    with pytest.raises(NotUnderstood):
        parse_offer(message)


def test_a_segment_whose_probe_is_gone_has_no_offers_at_all() -> None:
    first, *others = [one for one in dhcp_probe.ask(PLAN) if one.transport is Transport.WIRE]
    answers = (silent(first), *(tried(question, {"offers": []}) for question in others))

    offers = dhcp_probe.parse(PLAN, answers).offers

    assert len(offers) == len(others)
    assert set(offers.values()) == {()}
