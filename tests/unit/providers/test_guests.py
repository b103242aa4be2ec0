"""The virtual machines of a bench, before a libvirt in memory: made, restored, mended, closed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from labctl.connect.base import Endpoints
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import NodeName
from labctl.providers.libvirt import closing, guests, hostnet, readiness
from labctl.providers.libvirt.guests import VirtualMachines
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench
from labctl.providers.works.guests import KEPT_FOLDER
from tests.hypervisor import OFF, RUNNING, Fault, Thing
from tests.unit.providers.guest_world import DC, FILES, NAS, World, open_world

BOTH = {DC: FILES, NAS: FILES}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with open_world(monkeypatch) as opened:
        yield opened


def heard(world: World, node: NodeName) -> list[str]:
    """Return what a machine was told, looks at it apart."""
    port = world.ports[str(world.bench.node_folder(node) / "control")]
    return [act for act in port.heard if act != "status"]


def test_machines_are_rehearsed_once_then_restored_and_proved(world: World) -> None:
    world.machines.make(BOTH)

    assert world.machines.scan() == {DC, NAS}
    assert "premier démarrage et état de référence : dc, nas" in world.said
    assert heard(world, DC) == ["start"]  # restored: it had rehearsed when it was saved
    assert {each.observed == each.expected for each in world.machines.prove(BOTH)} == {True}
    world.said.clear()
    world.machines.make(BOTH)
    assert [text for text in world.said if "premier" in text] == []
    assert {each.observed == each.expected for each in world.machines.prove(BOTH)} == {True}


def test_a_machine_that_boots_is_cut_from_every_network_while_it_rehearses(world: World) -> None:
    world.machines.make({DC: FILES})

    cut = [line for line in world.list_ran() if line.endswith("nomaster")]
    assert cut == [
        f"ip link set {card.device} nomaster" for card in world.machines._guests()[DC].cards
    ]
    bridges = {card.bridge for card in world.machines._guests()[DC].cards}
    passing = {line.split()[3] for line in world.list_ran() if "group_fwd_mask 0x4000" in line}
    assert bridges <= passing


def test_a_disk_that_was_changed_is_not_proved(world: World) -> None:
    world.machines.make({DC: FILES})
    name = world.name(DC)
    thing = world.hypervisor.domains[name]

    world.hypervisor.domains[name] = Thing(thing.xml.replace("/seed.img", "/other.img"), RUNNING)

    (proof,) = world.machines.prove({DC: FILES})
    assert proof.observed == ""


def test_a_golden_state_that_is_refused_is_forgotten_and_the_machine_boots(world: World) -> None:
    world.machines.make({DC: FILES})
    kept = list((world.bench.folder / KEPT_FOLDER).iterdir())
    world.hypervisor.saved.clear()

    world.machines.make({DC: FILES})

    assert [path.name for path in kept] == ["dc"]
    assert not kept[0].exists()
    assert any("démarrage à froid" in text for text in world.said)
    assert world.machines.scan() == {DC}
    assert {each.observed == each.expected for each in world.machines.prove({DC: FILES})} == {True}


def test_a_machine_whose_rehearsal_fails_boots_from_its_image(world: World) -> None:
    world.fate = "ended"

    world.machines.make({DC: FILES})

    assert not (world.bench.folder / KEPT_FOLDER).exists()
    assert world.hypervisor.saved == {}
    assert heard(world, DC) == ["start"]


def test_a_dead_machine_starts_again_on_its_own_disk(world: World) -> None:
    world.machines.make(BOTH)
    disk = world.bench.node_folder(DC) / "disk.qcow2"
    disk.write_text("what a candidate wrote", encoding="utf-8")
    world.hypervisor.domains[world.name(DC)].state = OFF
    assert world.machines.scan() == {NAS}
    world.plug(NAS)

    world.machines.restart([DC])

    assert world.machines.scan() == {DC, NAS}
    assert disk.read_text("utf-8") == "what a candidate wrote"
    card = world.card(NAS)
    assert f"ip link set {card.device} master {card.bridge} up" in world.list_ran()


def test_a_machine_whose_disk_is_gone_says_what_to_do(world: World) -> None:
    world.machines.make({DC: FILES})
    (world.bench.node_folder(DC) / "disk.qcow2").unlink()

    with pytest.raises(ProviderError, match=r"dc.*disk\.qcow2") as said:
        world.machines.restart([DC])

    assert said.value.hint == "labctl reset --node dc"


def test_faults_name_networks_that_ended_and_cards_that_are_out(world: World) -> None:
    world.machines.make(BOTH)
    assert world.machines.find_faults() == ()
    world.plug(NAS)
    stopped = world.card(DC).network
    world.hypervisor.networks[stopped].state = OFF

    found = world.machines.find_faults()

    assert found[0] == f"réseau {stopped} arrêté"
    assert f"nas:{world.card(NAS).interface}" in found
    assert not any(line.startswith("dc:") for line in found)


def test_what_differs_from_the_plan_is_named(world: World) -> None:
    world.machines.make(BOTH)
    assert world.machines.list_drift() == ()
    thing = world.hypervisor.domains[world.name(NAS)]

    thing.xml = thing.xml.replace(world.card(NAS).mac, "02:00:00:00:00:99")

    removed, added = sorted(world.machines.list_drift(), key=lambda line: "ajoutée" in line)
    assert removed.startswith(f"nas : carte {world.card(NAS).mac} retirée")
    assert added.startswith("nas : carte 02:00:00:00:00:99 ajoutée")


def test_removing_ends_what_carries_the_tag_and_nothing_else(world: World) -> None:
    world.machines.make(BOTH)
    foreign = Thing("<domain><name>labctl-other</name></domain>", RUNNING)
    world.hypervisor.domains["labctl-other"] = foreign

    assert world.machines.remove()
    assert not world.machines.remove()
    assert world.hypervisor.networks != {}
    assert guests.remove_all(world.machines.setting.host, world.plan.bench)
    assert not guests.remove_all(world.machines.setting.host, world.plan.bench)

    assert world.hypervisor.domains == {"labctl-other": foreign}
    assert world.hypervisor.networks == {}


def test_the_canary_is_left_and_looked_for_in_each_machine(world: World) -> None:
    nowhere = Endpoints(1, "vm", (), {})
    world.machines.make(BOTH)

    world.machines.leave("word", BOTH, nowhere)

    assert world.machines.find("word", [DC, NAS], nowhere) == (
        "dc:/root", "dc:/srv", "nas:/root", "nas:/srv",
    )  # fmt: skip
    assert heard(world, NAS) == ["start", "run", "run"]
    world.ports[str(world.bench.node_folder(DC) / "control")].close()
    world.machines.leave("word", [DC], nowhere)  # what does not answer holds nothing
    with pytest.raises(ProviderError, match="dc"):
        world.machines.find("word", [DC], nowhere)


def test_a_closed_bench_keeps_what_its_machines_were(world: World) -> None:
    world.machines.make(BOTH)
    xml = world.hypervisor.domains[world.name(DC)].xml

    world.machines.close()
    world.machines.close()

    assert (world.hypervisor.domains, world.hypervisor.networks) == ({}, {})
    assert (world.bench.node_folder(DC) / closing.DEFINITION).read_text("utf-8") == xml
    assert heard(world, NAS) == ["start", "run"]  # to write what it holds


def test_an_opened_bench_stands_on_the_sealed_disks(world: World) -> None:
    world.machines.make(BOTH)
    world.machines.close()
    sealed, opened = world.bench, Bench(world.plan.bench, is_opened=True)
    benches.write_state(opened, world.state)

    VirtualMachines(replace(world.machines.setting, bench=opened)).lift()

    for node in BOTH:
        below, above = sealed.node_folder(node), opened.node_folder(node)
        assert (above / "disk.qcow2").read_text("utf-8") == f"on {below / 'disk.qcow2'}"
        assert (above / "seed.img").read_bytes() == (below / "seed.img").read_bytes()


def test_a_bridge_that_is_not_there_is_named(world: World) -> None:
    place = world.machines.setting.place

    with pytest.raises(ProviderError, match="lostbridge"):
        hostnet.forward_everything(place, ["lostbridge"], Deadline.after(60))


def test_a_machine_that_is_late_or_ended_is_named_with_its_last_words(world: World) -> None:
    world.machines.make({DC: FILES})
    folder = world.bench.node_folder(DC)
    port, log = folder / "control", folder / "log"

    with pytest.raises(ProviderError, match=r"dc n’a pas fini de démarrer(?s:.*)kernel: hello"):
        readiness.await_waiting(port, log, Deadline.after(0.2))
    readiness.await_ready({DC: port}, {DC: log}, world.machines.scan, Deadline.after(60))
    world.ports[str(port)].close()
    with pytest.raises(ProviderError, match="dc n’a pas fini de démarrer"):
        readiness.await_ready({DC: port}, {DC: log}, world.machines.scan, Deadline.after(0.2))
    world.hypervisor.domains[world.name(DC)].state = OFF
    with pytest.raises(ProviderError, match="dc s’est arrêtée en démarrant"):
        readiness.await_ready({DC: port}, {DC: log}, world.machines.scan, Deadline.after(60))


def test_the_first_failure_is_said_when_all_have_ended(world: World) -> None:
    def refuse(call: str) -> None:
        if call == "create":
            raise Fault(1, "no memory left")

    world.machines._lay_wires()
    world.hypervisor.before = refuse

    with pytest.raises(ProviderError, match="no memory left"):
        world.machines.make(BOTH)

    assert world.machines.scan() == frozenset()


def test_a_power_cut_ends_a_machine_and_its_disk_stays(world: World) -> None:
    world.machines.make(BOTH)
    kept = world.bench.node_folder(NAS) / "disk.qcow2"

    world.machines.stop([NAS])

    assert world.machines.scan() == {DC}
    assert world.hypervisor.domains[world.name(NAS)].state == OFF
    assert kept.exists()
    world.machines.restart([NAS])
    assert world.machines.scan() == BOTH.keys()
