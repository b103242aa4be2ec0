"""Addresses and segments: what is written, what is read, and what is wrong at its line."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Annotated, ClassVar

import pytest
from pydantic import ValidationError

from labctl.core.ids import NodeName
from labctl.spec.complaint import explain
from labctl.spec.demand import Demand
from labctl.spec.fields import TcpPort, key
from labctl.spec.ground import Ground
from labctl.spec.loader import parse
from labctl.spec.topology import Machine as AnyMachine
from labctl.spec.topology import NodeState, Segment
from labctl.spec.written import (
    Address,
    Machine,
    Range,
    SegmentName,
    SegmentNames,
    UserSegment,
    UserSegments,
)

NETWORK = IPv4Network("10.1.0.0/28")
GROUND = Ground(
    {NodeName("dc"): AnyMachine(NodeName("dc"), "", "DC", NodeState.EXISTING, {})},
    {
        "ADMIN": Segment(
            *("ADMIN", "", 10, NETWORK, IPv4Address("10.1.0.1"), IPv4Interface("10.1.0.14/28"))
        ),
        "TRANSIT": Segment("TRANSIT", "", 20, IPv4Network("10.1.1.0/30"), None, None),
        "PARKING": Segment("PARKING", "", 30, None, None, None),
    },
    frozenset({"CASSE"}),
)


class Sample(Demand):
    topic: ClassVar[str] = "sample"

    on: Machine = key("sur", "machine")
    to: Address = key("vers", "adresse")
    segment: SegmentName = key("segment", "segment")
    range: Range = key("plage", "plage")
    unused: SegmentNames = key("inutiles", "segments", default=())
    users: UserSegments = key("de", "segments", default=())
    ports: dict[UserSegment, Annotated[tuple[TcpPort, ...], "ports"]] = key(
        "ports", "ports par segment", default={}
    )


TEXT = """\
essai:
  sur: dc
  vers: {segment: TRANSIT, hote: 2}
  segment: ADMIN
  plage: [3, 6]
  inutiles: [PARKING, TRANSIT]
  de: ADMIN
  ports: {ADMIN: [80]}
"""


def resolve() -> Sample:
    return Sample.resolve(parse("x", TEXT.encode()).tree["essai"], GROUND)


def complain(old: str, new: str) -> list[str]:
    assert old in TEXT
    source = parse("x", TEXT.replace(old, new).encode())
    with pytest.raises(ValidationError) as caught:
        Sample.resolve(source.tree["essai"], GROUND)
    return [str(c.mistake) for c in explain(caught.value, source, Sample, at=("essai",))]


def test_what_is_read_is_addresses_and_names() -> None:
    found = resolve()
    assert (found.on, found.to) == ("dc", IPv4Address("10.1.1.2"))
    assert found.range == (IPv4Address("10.1.0.3"), IPv4Address("10.1.0.6"))
    assert (found.unused, found.users) == (("PARKING", "TRANSIT"), ("ADMIN",))
    assert found.ports == {"ADMIN": (80,)}


def test_it_is_read_back_from_the_plan_without_a_ground() -> None:
    assert Sample.read_back(resolve().write()) == resolve()


def test_the_schema_is_that_of_what_is_written() -> None:
    properties = Sample.model_json_schema()["properties"]
    assert set(properties["vers"]["properties"]) == {"segment", "hote"}
    assert properties["plage"]["maxItems"] == 2
    assert properties["de"]["anyOf"][1]["items"]["type"] == "string"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "sur: dc",
            "sur: cd",
            "x:2: « sur » : machine « cd » inconnue [type]\n  machines : dc",
        ),
        (
            "TRANSIT, hote: 2",
            "TRANSI, hote: 2",
            "x:3: « segment » : segment « TRANSI » inconnu [segment-inconnu]\n"
            "  vouliez-vous dire « TRANSIT » ?",
        ),
        (
            "TRANSIT, hote: 2",
            "X, hote: 2",
            "x:3: « segment » : segment « X » inconnu [segment-inconnu]\n"
            "  segments : ADMIN, PARKING, TRANSIT",
        ),
        (
            "hote: 2",
            "hote: 3",
            "x:3: « vers » : l'hôte 3 n'est pas dans TRANSIT (10.1.1.0/30) [adresse-hors-reseau]\n"
            "  hôtes utilisables : 1–2",
        ),
        (
            "TRANSIT, hote: 2",
            "PARKING, hote: 2",
            "x:3: « vers » : le segment PARKING n'a pas de réseau : aucune machine n'y a d'adresse"
            " [adresse-sans-reseau]",
        ),
        (
            "[3, 6]",
            "[6, 3]",
            "x:5: « plage » : l'étendue finit (3) avant de commencer (6) [valeur]",
        ),
        (
            "[3, 6]",
            "[3, 15]",
            "x:5: « plage » : l'hôte 15 n'est pas dans ADMIN (10.1.0.0/28) [adresse-hors-reseau]\n"
            "  hôtes utilisables : 1–14",
        ),
        (
            "de: ADMIN",
            "de: TRANSIT",
            "x:7: « de » : le segment TRANSIT n'a pas de passerelle : ce qui s'y trouve ne va"
            " nulle part [vlan-sans-passerelle]\n"
            "  donnez-lui une passerelle, ou ne le nommez pas ici",
        ),
        (
            "{ADMIN: [80]}",
            "{ADMI: [80]}",
            "x:8: « ADMI » : segment « ADMI » inconnu [segment-inconnu]\n"
            "  vouliez-vous dire « ADMIN » ?",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_line(old: str, new: str, said: str) -> None:
    assert complain(old, new) == [said]


def test_a_range_of_an_unknown_segment_is_told_of_once() -> None:
    assert complain("segment: ADMIN", "segment: ADMI") == [
        "x:4: « segment » : segment « ADMI » inconnu [segment-inconnu]\n"
        "  vouliez-vous dire « ADMIN » ?"
    ]


def test_of_what_a_damaged_segment_hurts_nothing_is_said() -> None:
    assert complain("segment: ADMIN", "segment: CASSE") == []
