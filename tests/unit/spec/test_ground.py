"""The ground is what is well formed of a cahier's machines and segments."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest

from labctl.core.ids import NodeName
from labctl.spec.ground import Ground, build_ground
from labctl.spec.loader import parse
from labctl.spec.topology import Segment

TEXT = """\
segments:
  ADMIN: {vlan: 10, reseau: 10.1.0.0/27, passerelle: 1, usage: "on administre"}
  TRANSIT: {vlan: 20, reseau: 10.1.1.0/30, usage: "lien"}
  PARKING: {vlan: 30, usage: "rien"}
  PLAT: {reseau: 192.168.1.0/24, usage: "sans VLAN"}
machines:
  routeur:
    genre: router
    nom: RT
    etat: a_configurer
    cartes: {lan0: {segment: ADMIN, hote: 2, mac: "02:00:00:00:00:01"}}
  poste: {genre: [workstation-linux, windows-standin], nom: PC, etat: a_configurer}
"""


def build(old: str = "", new: str = "", **kinds: str) -> Ground:
    return build_ground(parse("x", TEXT.replace(old, new).encode()).tree, kinds)


def test_segments_have_their_network_and_gateway() -> None:
    assert build().segments["ADMIN"] == Segment(
        *("ADMIN", "on administre", 10, IPv4Network("10.1.0.0/27")),
        *(IPv4Address("10.1.0.1"), IPv4Interface("10.1.0.30/27")),
    )
    assert build().segments["TRANSIT"].gateway is None
    assert build().segments["PARKING"] == Segment("PARKING", "rien", 30, None, None, None)
    assert build().segments["PLAT"].vid == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("10.1.0.0/27", "10.1.0.3/27"),
        ("10.1.0.0/27", "10.1.0.0/31"),
        ("vlan: 10", "vlan: dix"),
        ("reseau: 10.1.0.0/27, ", ""),
        ("passerelle: 1", "passerelle: 31"),
        ("passerelle: 1", "passerelle: un"),
    ],
)
def test_a_segment_that_is_described_wrongly_is_damaged(old: str, new: str) -> None:
    found = build(old, new)
    assert "ADMIN" not in found.segments
    assert found.damaged == {"ADMIN"}


def test_machines_are_known_by_name_were_they_ill_formed() -> None:
    assert tuple(build("nom: RT", "nom: 3").machines) == ("routeur", "poste")
    assert build("nom: RT", "nom: 3").addresses[NodeName("routeur")] == ()


def test_a_machine_is_of_the_first_of_its_kinds_unless_the_room_chose_another() -> None:
    assert build().machines[NodeName("poste")].kind == "workstation-linux"
    assert build(poste="windows-standin").machines[NodeName("poste")].kind == "windows-standin"
    assert build(poste="printer").machines[NodeName("poste")].kind == "workstation-linux"


def test_addresses_are_those_of_cards() -> None:
    found = build()
    assert found.addresses == {"routeur": (IPv4Interface("10.1.0.2/27"),), "poste": ()}
    assert found.machines[NodeName("routeur")].cards["lan0"].mac == "02:00:00:00:00:01"


@pytest.mark.parametrize("card", ["segment: ADMI, hote: 2", "segment: PARKING, hote: 2",
                                  "segment: ADMIN, hote: 31"])  # fmt: skip
def test_an_address_that_is_written_wrongly_is_none(card: str) -> None:
    assert build("segment: ADMIN, hote: 2", card).addresses[NodeName("routeur")] == ()


def test_a_cahier_without_anything() -> None:
    assert build_ground({"machines": 3, "segments": 3}, {}) == Ground({})
