"""Topologies as a cahier writes them: flat at home, two routers on two sites; what is refused."""

from ipaddress import IPv4Interface

import pytest

from labctl.core.ids import NodeName
from labctl.plan.placement import Placed, place
from labctl.spec.catalogue import VARIANT_RULES
from labctl.spec.layout import Layout, read_layout
from labctl.spec.loader import parse
from labctl.spec.rules.view import View
from labctl.spec.subject import Subject
from labctl.spec.survey import Unplugged, build_topology, find_end
from labctl.spec.topology import End, Medium
from labctl.spec.variant import Variant

FLAT = """\
segments:
  MAISON: {reseau: 192.168.1.0/24, passerelle: 1, usage: "tout le monde"}
machines:
  box: {genre: router, nom: BOX, etat: a_configurer, cartes: {lan0: {segment: MAISON, hote: 1}}}
  bloc: {genre: switch, nom: BLOC, etat: a_configurer}
  salon:
    genre: [workstation-linux, windows-standin]
    nom: SALON
    etat: a_configurer
    cartes: {eth0: {segment: MAISON}}
  chambre: {genre: printer, nom: CH, etat: a_configurer, cartes: {eth0: {segment: MAISON}}}
  nas: {genre: nas, nom: NAS, etat: a_configurer, cartes: {eth0: {segment: MAISON, hote: 20}}}
liaisons:
  - {nom: internet, entre: [internet, box.wan0]}
  - {nom: box, entre: [box.lan0, bloc.1], segments: [MAISON]}
  - {nom: salon, entre: [bloc.2, salon], segments: [MAISON]}
  - {nom: chambre, entre: [bloc.3, chambre], segments: [MAISON], par: radio}
  - {nom: hote, entre: [hote, bloc.4], segments: [MAISON], porte: [nas]}
"""
TWO_SITES = """\
segments:
  SIEGE: {vlan: 10, reseau: 10.1.0.0/24, passerelle: 1, usage: "bureaux"}
  ATELIER: {vlan: 20, reseau: 10.2.0.0/24, passerelle: 1, usage: "machines"}
  LIBRE: {vlan: 99, usage: "rien"}
machines:
  r1: {genre: router, nom: R1, etat: a_configurer, cartes: {lan0: {segment: SIEGE, hote: 1}}}
  r2:
    genre: router
    nom: R2
    etat: a_configurer
    cartes: {wan0: {segment: SIEGE, hote: 2}, lan0: {segment: ATELIER, hote: 1}}
  sw1: {genre: switch, nom: SW1, etat: a_configurer}
  sw2: {genre: switch, nom: SW2, etat: a_configurer}
  poste1: {genre: printer, nom: P1, etat: a_configurer, cartes: {eth0: {segment: SIEGE}}}
  poste2: {genre: printer, nom: P2, etat: a_configurer, cartes: {eth0: {segment: ATELIER}}}
  serveur: {genre: nas, nom: S, etat: existant, cartes: {eth0: {segment: SIEGE, hote: 20}}}
liaisons:
  - {nom: internet, entre: [internet, r1.wan0]}
  - {nom: r1, entre: [r1.lan0, sw1.1], segments: [SIEGE]}
  - {nom: r2, entre: [sw1.2, r2.wan0], segments: [SIEGE]}
  - {nom: r2_lan, entre: [r2.lan0, sw2.1], segments: [ATELIER]}
  - {nom: tronc, entre: [sw1.12, sw2.12], segments: [SIEGE, ATELIER], natif: LIBRE}
  - {nom: poste1, entre: [sw1.3, poste1], segments: [SIEGE]}
  - {nom: poste2, entre: [sw2.3, poste2], segments: [ATELIER]}
  - {nom: hote1, entre: [hote, sw1.4], segments: [SIEGE], porte: [serveur]}
  - {nom: hote2, entre: [hote, sw2.4], segments: [ATELIER]}
"""


def read(text: str) -> Layout:
    return read_layout(parse("x", text.encode()).tree)


def placed(text: str) -> Placed:
    return place(build_topology(read(text), {}), 1)


def judge(text: str) -> list[str]:
    """Return the ids of the rules of a topology that are broken."""
    layout = read(text)
    subject = Subject.model_construct(
        segments=layout.segments, machines=layout.machines, cables=layout.cables
    )
    view = View("A", Variant.model_construct(), subject)
    own = {"segments", "machines", "liaisons"}
    rules = [rule for rule in VARIANT_RULES if rule.reads and own.issuperset(rule.reads)]
    assert len(rules) > 20
    return [rule.id for rule in rules for _finding in rule.check(view)]


@pytest.mark.parametrize("text", [FLAT, TWO_SITES])
def test_topologies_of_other_exams_raise_no_alarm(text: str) -> None:
    assert judge(text) == []


def test_a_flat_network_has_no_tag_anywhere() -> None:
    bench = placed(FLAT)
    (bridge,) = bench.nodes[NodeName("hote")].bridges
    assert (bridge.native_vid, set(bridge.ports.values())) == (0, {0})
    assert all(link.tagged == () for link in bench.links)
    assert bench.nodes[NodeName("box")].interfaces[1].address == IPv4Interface("192.168.1.1/24")
    assert [link.medium for link in bench.links].count(Medium.RADIO) == 1


def test_each_site_has_its_probe_and_the_trunk_carries_both() -> None:
    bench = placed(TWO_SITES)
    assert {"sonde_siege", "sonde_atelier", "sonde_wan"} <= bench.nodes.keys()
    (trunk,) = (link for link in bench.links if link.a.interface == link.b.interface == "gi12")
    assert (trunk.tagged, trunk.untagged) == (("SIEGE", "ATELIER"), "LIBRE")


@pytest.mark.parametrize(
    ("place", "end"),
    [
        ("hote", End(NodeName("hote"), "")),
        ("poste1", End(NodeName("poste1"), "eth0")),
        ("r1.lan0", End(NodeName("r1"), "lan0")),
        ("sw1.12", End(NodeName("sw1"), "gi12")),
        ("sw1.gi3", End(NodeName("sw1"), "gi3")),
    ],
)
def test_an_end_is_a_machine_a_card_or_a_rank(place: str, end: End) -> None:
    assert find_end(place, build_topology(read(TWO_SITES), {}).machines) == end


@pytest.mark.parametrize(
    "place", ["x", "hote.1", "r1", "sw1", "sw1.13", "sw1.0", "r1.1", "sw1.1234"]
)
def test_an_end_that_leads_nowhere_is_refused(place: str) -> None:
    with pytest.raises(Unplugged) as caught:
        find_end(place, build_topology(read(TWO_SITES), {}).machines)
    assert caught.value.hint


def test_what_is_ill_formed_is_left_out_and_named() -> None:
    layout = read(TWO_SITES.replace("vlan: 20", "vlan: vingt").replace("nom: SW1", "nom: 3"))
    assert layout.damaged == {"ATELIER", "sw1"}
    assert "sw1" not in layout.machines
    assert read("liaisons: 3\nmachines: 3").cables == ()


def test_a_machine_of_an_unknown_kind_keeps_the_cards_that_are_written() -> None:
    topology = build_topology(read(TWO_SITES.replace("genre: nas", "genre: nass")), {})
    assert tuple(topology.machines[NodeName("serveur")].cards) == ("eth0",)
    assert find_end("serveur.eth7", topology.machines) == End(NodeName("serveur"), "eth7")


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ("entre: [sw1.3, poste1]", "entre: [sw1.3, poste9]", ["bout-inconnu", "machine-isolee"]),
        ("entre: [sw1.3, poste1]", "entre: [sw1.2, poste1]", ["port-double"]),
        ("entre: [sw1.3, poste1]", "entre: [sw1.3, sw1.5]",
         ["liaison-impossible", "machine-isolee"]),
        ("entre: [hote, sw2.4]", "entre: [hote, internet]",
         ["liaison-impossible", "liaison-vide"]),
        ("poste2], segments: [ATELIER]", "poste2], segments: [SIEGE]", ["liaison-ailleurs"]),
        ("poste2], segments: [ATELIER]", "poste2]", ["liaison-vide"]),
        ("poste2], segments: [ATELIER]", "poste2], segments: [DMZ]", ["segment-inconnu"]),
        ("natif: LIBRE", "natif: DMZ", ["segment-inconnu"]),
        ("ATELIER: {vlan: 20, ", "ATELIER: {", ["etiquette-impossible"]),
        ("porte: [serveur]", "porte: [serveur, serveur]", ["machine-isolee"]),
        ("porte: [serveur]", "porte: [serveur, x]", ["porte-incorrecte"]),
        ("[SIEGE, ATELIER], natif: LIBRE", "[SIEGE, ATELIER], porte: [serveur]",
         ["porte-incorrecte", "machine-isolee"]),
        ("[hote, sw1.4], segments: [SIEGE]", "[hote, sw1.4], segments: [ATELIER]",
         ["porte-incorrecte", "segment-isole"]),
        ("nom: poste2, entre", "nom: POSTE1, entre", ["nom-double"]),
        ("LIBRE: {vlan: 99", "LIBRE: {vlan: 20", ["vid-double"]),
        ("LIBRE: {vlan: 99", "LIBRE: {vlan: 1002", ["vid-usine"]),
        ("LIBRE: {vlan: 99", "LIBRE: {passerelle: 1, vlan: 99", ["passerelle-sans-reseau"]),
        ("LIBRE: {vlan: 99", "WAN: {vlan: 99", ["nom-incorrect", "segment-inconnu"]),
        ("10.2.0.0/24, passerelle: 1", "10.2.0.0/24, passerelle: 0", ["passerelle-hors-reseau"]),
        ("reseau: 10.2.0.0/24", "reseau: 10.1.0.0/16", ["adresse-double", "reseaux-chevauchants"]),
        ("reseau: 10.2.0.0/24", "reseau: 198.18.0.0/24", ["reseau-reserve"]),
        ("reseau: 10.2.0.0/24", "reseau: 9.2.0.0/24", ["reseau-public"]),
        ("genre: nas", "genre: nass", ["genre-inconnu"]),
        ("poste2: {genre", "jury: {genre", ["nom-incorrect", "bout-inconnu", "machine-isolee"]),
        ("{segment: SIEGE, hote: 1}}", "{segment: SIEGE, hote: 1}, x0: {segment: SIEGE}}",
         ["carte-inconnue"]),
        ("{segment: SIEGE, hote: 20}", "{segment: DMZ, hote: 20}", ["segment-inconnu"]),
        ("{segment: SIEGE, hote: 20}", "{segment: LIBRE, hote: 20}",
         ["adresse-sans-reseau", "porte-incorrecte"]),
        ("{segment: SIEGE, hote: 20}", "{segment: SIEGE, hote: 255}", ["adresse-hors-reseau"]),
        ("{segment: SIEGE, hote: 20}", "{segment: SIEGE, hote: 20, mac: \"01:00:00:00:00:01\"}",
         ["mac-incorrecte"]),
        ("{segment: SIEGE, hote: 20}", "{segment: SIEGE, hote: 20, mac: \"00:00:00:00:00:00\"}",
         ["mac-incorrecte"]),
    ],
)  # fmt: skip
def test_each_mistake_breaks_its_rules(old: str, new: str, rules: list[str]) -> None:
    assert TWO_SITES.count(old) == 1
    assert set(judge(TWO_SITES.replace(old, new))) == set(rules)


def test_two_cards_with_one_mac() -> None:
    mac = 'mac: "02:00:00:00:00:01"'
    text = TWO_SITES.replace("SIEGE, hote: 1}", f"SIEGE, hote: 1, {mac}}}")
    text = text.replace("hote: 20}", f"hote: 20, {mac}}}")
    assert judge(text) == ["mac-double"]


def test_each_kind_that_is_unknown_is_told_of() -> None:
    assert judge(FLAT.replace("genre: nas", "genre: [nas, x, y]")) == ["genre-inconnu"] * 2
