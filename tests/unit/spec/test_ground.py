"""The ground is what is well formed of a cahier's machines and segments."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest

from labctl.core.ids import NodeName
from labctl.spec.ground import Ground, build_ground
from labctl.spec.loader import parse
from labctl.spec.topology import Segment

TEXT = """\
variants:
  A:
    nets: {ADMIN: 10.1.0.0/27, TRANSIT: 10.1.1.0/30}
    vids: {ADMIN: 10, TRANSIT: 20, PARKING: 30}
vlans:
  - {nom: ADMIN, usage: "on administre", passerelle: 1}
  - {nom: TRANSIT, usage: "lien", passerelle: null}
  - {nom: PARKING, usage: "rien", sans_ip: true}
  - 3
equipements:
  routeur:
    nom: RT
    lan: {vlan: ADMIN, host: 2}
    dhcp: {reservations: [{nom: AP, mac: "02:00:00:00:00:01", adresse: {vlan: ADMIN, host: 5}}]}
  point_acces: {nom: AP, adresse: dhcp_reserve}
  intranet: {sur: nas}
poste: {nom: PC}
"""


def build(old: str = "", new: str = "") -> Ground:
    return build_ground(parse("x", TEXT.replace(old, new).encode()).tree, "A")


def test_segments_have_their_network_and_gateway() -> None:
    assert build().segments["ADMIN"] == Segment(
        *("ADMIN", "on administre", 10, IPv4Network("10.1.0.0/27")),
        *(IPv4Address("10.1.0.1"), IPv4Interface("10.1.0.30/27")),
    )
    assert build().segments["TRANSIT"].gateway is None
    assert build().segments["PARKING"] == Segment("PARKING", "rien", 30, None, None, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ADMIN: 10.1.0.0/27", "ADMIN: 10.1.0.3/27"),
        ("ADMIN: 10.1.0.0/27", "ADMIN: 10.1.0.0/31"),
        ("ADMIN: 10.1.0.0/27, ", ""),
        ("ADMIN: 10,", "ADMIN: dix,"),
        ("passerelle: 1", "passerelle: 31"),
        ("passerelle: 1", "passerelle: un"),
    ],
)
def test_a_segment_that_is_described_wrongly_is_damaged(old: str, new: str) -> None:
    found = build(old, new)
    assert "ADMIN" not in found.segments
    assert found.damaged == {"ADMIN"}


def test_machines_are_those_with_a_name() -> None:
    assert tuple(build().machines) == ("routeur", "point_acces", "poste")


def test_addresses_are_those_of_cards_and_reservations() -> None:
    found = build()
    assert found.addresses == {
        "routeur": (IPv4Interface("10.1.0.2/27"),),
        "point_acces": (IPv4Interface("10.1.0.5/27"),),
        "poste": (),
    }
    assert found.machines[NodeName("point_acces")].cards["eth0"].mac == "02:00:00:00:00:01"


@pytest.mark.parametrize(
    "lan", ["{vlan: ADMI, host: 2}", "{vlan: PARKING, host: 2}", "{vlan: ADMIN, host: 31}", "3",
            "{vlan: ADMIN, host: true}"]
)  # fmt: skip
def test_an_address_that_is_written_wrongly_is_none(lan: str) -> None:
    assert build("{vlan: ADMIN, host: 2}", lan).addresses[NodeName("routeur")] == ()


def test_a_cahier_without_anything() -> None:
    assert build_ground({"equipements": 3, "variants": 3}, "") == Ground({})
