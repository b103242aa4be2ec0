"""Domains and networks of a bench: as libvirt's schema and the golden files have them."""

from dataclasses import replace
from pathlib import Path
from shutil import which

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId, NodeName
from labctl.plan import document
from labctl.plan.model import Plan
from labctl.providers.libvirt import domain_xml, drift, layout, network_xml
from labctl.providers.libvirt.domain_xml import Parts, Seen
from labctl.spec.kind import load_kind
from tests.golden import assert_golden
from tests.plans import ROOT, host_of_machines, plan_of

INSTANCE = "0123abcd"
GOLDEN = ROOT / "tests" / "golden" / "libvirt"
PARTS = Parts(
    kernel=Path("/cache/guests/dc-1/kernel"),
    initrd=Path("/cache/guests/dc-1/initrd.img"),
    arguments="console=ttyS0 root=/dev/vda rw",
    disk=Path("/state/benches/01/nodes/dc/disk.qcow2"),
    seed=Path("/state/benches/01/nodes/dc/seed.img"),
    log=Path("/state/benches/01/nodes/dc/log"),
    control=Path("/state/benches/01/nodes/dc/control"),
    image="dc-1",
)
NAMES = ("commutateur", "dc", "nas", "poste", "routeur")


def plan_on(bench: int, virt_type: str = "qemu") -> Plan:
    return replace(plan_of(bench), hosting=host_of_machines("qemu:///system", virt_type))


def validate(xml: str, schema: str, folder: Path) -> None:
    if which("virt-xml-validate") is None:
        pytest.skip("virt-xml-validate is not installed: make setup-libvirt")
    file = folder / f"{schema}.xml"
    file.write_text(xml, encoding="utf-8")
    command.run(("virt-xml-validate", str(file), schema), Deadline.after(30))


@pytest.mark.parametrize("name", NAMES)
def test_domain_is_the_golden_one_and_valid(name: str, tmp_path: Path) -> None:
    guest = layout.build_guests(plan_on(1), INSTANCE)[NodeName(name)]

    xml = domain_xml.render(guest, PARTS)

    assert_golden(xml, GOLDEN / f"{name}.xml")
    validate(xml, "domain", tmp_path)


def test_domain_on_a_kvm_host_is_the_golden_one_and_valid(tmp_path: Path) -> None:
    guest = layout.build_guests(plan_on(1, "kvm"), INSTANCE)[NodeName("dc")]

    xml = domain_xml.render(guest, PARTS)

    assert_golden(xml, GOLDEN / "dc-kvm.xml")
    validate(xml, "domain", tmp_path)


def test_network_is_the_golden_one_and_valid(tmp_path: Path) -> None:
    wire = layout.build_wires(plan_on(1), INSTANCE)[1]

    xml = network_xml.render(wire)

    assert_golden(xml, GOLDEN / "network.xml")
    validate(xml, "network", tmp_path)


@pytest.mark.parametrize("bench", [1, 2, 3, 16])
def test_machines_of_the_subject_are_virtual_and_labctl_s_own_are_not(bench: int) -> None:
    plan = plan_on(bench)

    guests = layout.list_guests(plan)

    roles = sorted(plan.nodes[name].kind for name in guests)
    assert roles == ["dc", "mail", "nas", "router", "switch", "tickets", "workstation-linux"]
    assert plan.management.vantage not in guests
    assert plan.internet.node not in guests


@pytest.mark.parametrize("bench", [1, 2, 3, 16])
def test_a_machine_has_a_card_for_each_of_its_cables_and_one_for_labctl(bench: int) -> None:
    plan = plan_on(bench)

    for name, guest in layout.build_guests(plan, INSTANCE).items():
        ends = [end for link in plan.links for end in (link.a, link.b) if end.node == name]
        macs = {card.name: card.mac for card in plan.nodes[name].interfaces}
        assert {card.interface for card in guest.cards} == {
            "mgmt0",
            *(end.interface for end in ends),
        }
        for card in guest.cards[1:]:
            assert card.mac == macs[card.interface]


@pytest.mark.parametrize("bench", [1, 2, 3, 16])
def test_machines_do_not_depend_on_the_order_of_a_plan(bench: int) -> None:
    plan = plan_on(bench)
    read_back = document.from_json(document.to_json(plan))

    assert layout.build_guests(read_back, INSTANCE) == layout.build_guests(plan, INSTANCE)
    assert layout.build_wires(read_back, INSTANCE) == layout.build_wires(plan, INSTANCE)


def test_a_network_holds_the_ends_of_one_cable_only() -> None:
    plan = plan_on(1)
    guests = layout.build_guests(plan, INSTANCE)
    cards = [card for guest in guests.values() for card in guest.cards]

    between = [link for link in plan.links if {link.a.node, link.b.node} <= set(guests)]

    for wire in layout.build_wires(plan, INSTANCE):
        there = [card.interface for card in cards if card.network == wire.name]
        assert set(there) == {"mgmt0"} or len(there) in (1, 2)
    assert len(between) == 2  # the router and the workstation, on the switch


def test_two_benches_and_two_installations_share_no_name() -> None:
    names: list[str] = []
    for bench in (1, 2):
        for instance in (INSTANCE, "99999999"):
            plan = replace(plan_on(1), bench=BenchId(bench))
            guests = layout.build_guests(plan, instance).values()
            wires = layout.build_wires(plan, instance)
            names += [guest.name for guest in guests] + [guest.uuid for guest in guests]
            names += [card.device for guest in guests for card in guest.cards]
            names += [n for wire in wires for n in (wire.name, wire.uuid, wire.bridge)]

    assert len(set(names)) == len(names)


def test_devices_of_the_host_have_names_the_kernel_takes() -> None:
    plan = plan_on(16)
    devices = [
        *(wire.bridge for wire in layout.build_wires(plan, INSTANCE)),
        *(c.device for g in layout.build_guests(plan, INSTANCE).values() for c in g.cards),
    ]

    assert max(map(len, devices)) <= 15


def planned_dc() -> Seen:
    guest = layout.build_guests(plan_on(1), INSTANCE)[NodeName("dc")]
    seen = domain_xml.parse(domain_xml.render(guest, PARTS))
    assert seen is not None
    return seen


def test_what_is_rendered_is_read_back() -> None:
    seen = planned_dc()

    assert seen.tag == layout.Tag(INSTANCE, 1, "dc")
    assert seen.image == "dc-1"
    budget = load_kind("dc").budget
    assert budget is not None
    assert seen.memory_kib == budget.memory_mib << 10
    assert seen.disks == (("vda", str(PARTS.disk)), ("vdb", str(PARTS.seed)))
    assert len(seen.cards) == 2
    assert drift.compare("dc", seen, seen) == ()


def test_a_domain_without_our_tag_is_nobody_of_ours() -> None:
    xml = domain_xml.render(layout.build_guests(plan_on(1), INSTANCE)[NodeName("dc")], PARTS)
    foreign = xml.replace("urn:labctl:bench:1", "urn:somebody:else")

    assert domain_xml.parse(foreign) is None
    assert domain_xml.parse_tag(foreign) is None


def test_each_difference_is_named() -> None:
    planned = planned_dc()
    (mac, network), second = planned.cards
    moved = replace(planned, cards=((mac, "ailleurs"), second))
    unplugged = replace(planned, cards=(second,))
    swapped = replace(planned, disks=(("vda", "/srv/autre.qcow2"), planned.disks[1]))
    larger = replace(planned, memory_kib=planned.memory_kib * 2, kernel="/boot/vmlinuz")

    assert drift.compare("dc", planned, moved) == (
        f"dc : carte {mac} déplacée : réseau ailleurs, prévu {network}",
    )
    assert drift.compare("dc", planned, unplugged) == (
        f"dc : carte {mac} retirée (réseau {network})",
    )
    assert drift.compare("dc", planned, swapped) == (
        f"dc : disque vda échangé : /srv/autre.qcow2, prévu {PARTS.disk}",
    )
    assert len(drift.compare("dc", planned, larger)) == 2
