"""The driver before a libvirt in memory: what is ours, what is gone, what is refused or hangs."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.providers.libvirt import driver, layout, network_xml
from labctl.providers.libvirt.driver import Host, Refused
from tests.hypervisor import (
    FAILED,
    INVALID,
    NO_SUPPORT,
    OFF,
    PAUSED,
    RUNNING,
    Fault,
    Hypervisor,
    Thing,
)
from tests.plans import host_of_machines, plan_of

URI = "qemu:///system"
OURS, OTHER = "0a0a0a0a", "0b0b0b0b"
NAME = "labctl-0a0a0a0a-01-dc"
OWNER = '<l:owner xmlns:l="urn:labctl:bench:1" instance="{}" bench="{}" node="dc"/>'


def machine(name: str, instance: str = OURS, bench: object = 1) -> str:
    owner = OWNER.format(instance, bench)
    return f"<domain><name>{name}</name><metadata>{owner}</metadata></domain>"


@pytest.fixture
def hypervisor(monkeypatch: pytest.MonkeyPatch) -> Hypervisor:
    here = Hypervisor()
    monkeypatch.setitem(sys.modules, "libvirt", here.module())
    return here


@pytest.fixture
def host(hypervisor: Hypervisor) -> Iterator[Host]:
    assert hypervisor.calls == []
    with driver.open_host(URI, Deadline.after(60)) as opened:
        yield opened


def test_only_what_carries_our_tag_is_ours(hypervisor: Hypervisor, host: Host) -> None:
    foreign = "<domain><name>labctl-0a0a0a0a-01-foreign</name></domain>"
    for xml in (
        machine(NAME),
        machine("labctl-0a0a0a0a-02-dc", bench=2),
        machine("labctl-0b0b0b0b-01-dc", OTHER),
        machine("labctl-0a0a0a0a-xx-dc", bench="xx"),
        foreign,
    ):
        host.start(xml)

    assert [each.name for each in host.list_domains(OURS, 1)] == [NAME]
    assert len(host.list_domains(OURS)) == 2
    assert len(hypervisor.domains) == 5


@pytest.mark.parametrize(("state", "runs"), [(RUNNING, True), (PAUSED, False), (OFF, False)])
def test_a_machine_that_is_paused_as_on_a_full_disk_does_not_run(
    hypervisor: Hypervisor, host: Host, state: int, *, runs: bool
) -> None:
    hypervisor.domains[NAME] = Thing(machine(NAME), state)

    (found,) = host.list_domains(OURS)

    assert (found.is_running, found.tag.node, found.xml) == (runs, "dc", machine(NAME))


def test_what_ends_while_it_is_listed_is_not_there(hypervisor: Hypervisor, host: Host) -> None:
    host.start(machine(NAME))
    host.start(machine("labctl-0a0a0a0a-01-nas"))

    def end_one(_call: str) -> None:
        hypervisor.domains.pop(NAME, None)

    hypervisor.before = end_one

    assert [each.name for each in host.list_domains(OURS)] == ["labctl-0a0a0a0a-01-nas"]


def test_stopping_and_removing_what_is_gone_succeeds(hypervisor: Hypervisor, host: Host) -> None:
    host.start(machine(NAME))

    host.stop(NAME)
    host.stop(NAME)
    assert hypervisor.domains[NAME].state == OFF
    assert host.dump(NAME) == machine(NAME)
    host.remove(NAME)
    host.remove(NAME)
    host.stop("never-was")

    assert host.list_domains(OURS) == ()
    assert host.dump(NAME) == ""


def test_a_machine_is_removed_with_all_that_hangs_on_it(hypervisor: Hypervisor, host: Host) -> None:
    host.start(machine(NAME))

    host.remove(NAME)

    assert f"undefine {1 | 2 | 4 | 16 | 32}" in hypervisor.calls
    assert hypervisor.domains == {}


def test_a_hypervisor_without_what_hangs_on_machines_removes_them_too(
    hypervisor: Hypervisor, host: Host
) -> None:
    host.start(machine(NAME))

    def refuse_flags(call: str) -> None:
        if call.startswith("undefine "):
            raise Fault(NO_SUPPORT, "unsupported flags")

    hypervisor.before = refuse_flags
    host.remove(NAME)

    assert hypervisor.domains == {}


def test_a_saved_machine_is_off_and_restored_it_runs(
    hypervisor: Hypervisor, host: Host, tmp_path: Path
) -> None:
    host.start(machine(NAME))
    saved = str(tmp_path / "state")

    host.save(NAME, saved)
    assert hypervisor.domains[NAME].state == OFF
    host.restore(machine(NAME), saved)

    assert hypervisor.domains[NAME].state == RUNNING
    with pytest.raises(Refused, match="/nonexistent"):
        host.restore(machine(NAME), "/nonexistent")


def test_what_libvirt_refuses_is_a_sentence_and_its_words(
    hypervisor: Hypervisor, host: Host
) -> None:
    def refuse(_call: str) -> None:
        raise Fault(FAILED, "cannot set up guest memory")

    hypervisor.before = refuse
    with pytest.raises(Refused) as refused:
        host.start(machine(NAME))

    sentence, words = refused.value.message.splitlines()
    assert sentence == f"libvirt ({URI}) : l'acte demandé est refusé"
    assert words == "cannot set up guest memory"
    assert "journal" in str(refused.value.hint)


@pytest.mark.parametrize(
    "act",
    [
        lambda host: host.list_domains(OURS),
        lambda host: host.dump(NAME),
        lambda host: host.start(machine(NAME)),
    ],
    ids=["list", "dump", "start"],
)
def test_a_machine_that_is_in_another_state_is_not_gone(
    hypervisor: Hypervisor, host: Host, act: Callable[[Host], object]
) -> None:
    host.start(machine(NAME))

    def refuse(call: str) -> None:
        if call in ("XMLDesc", "create"):
            raise Fault(INVALID, "Requested operation is not valid: domain is already active")

    hypervisor.before = refuse
    with pytest.raises(Refused, match=r"n'est pas dans l'état qu'il faut\nRequested"):
        act(host)


def test_a_network_is_started_once_and_removed_in_any_state(
    hypervisor: Hypervisor, host: Host
) -> None:
    plan = replace(plan_of(1), hosting=host_of_machines(URI))
    first, second = layout.build_wires(plan, OURS)[:2]
    host.define_network(network_xml.render(first))
    host.define_network(network_xml.render(first))
    host.define_network(network_xml.render(second))
    hypervisor.networks[second.name].state = OFF
    hypervisor.networks["default"] = Thing("<network><name>default</name></network>", RUNNING)

    found = host.list_networks(OURS, 1)
    assert [(each.name, each.is_active) for each in found] == [
        (first.name, True),
        (second.name, False),
    ]
    for name in (first.name, second.name, second.name):
        host.remove_network(name)

    assert hypervisor.calls.count("create") == 2
    assert set(hypervisor.networks) == {"default"}
    assert host.list_networks(OTHER) == ()


def test_a_daemon_that_is_dead_is_said_and_what_to_do(hypervisor: Hypervisor) -> None:
    def refuse(_call: str) -> None:
        raise Fault(INVALID, "Failed to connect socket")

    hypervisor.before = refuse

    with (
        pytest.raises(ProviderError, match=f"{URI}.*Failed to connect") as said,
        driver.open_host(URI, Deadline.after(60)),
    ):
        pass

    assert "docs/install.md" in str(said.value.hint)


def test_a_daemon_that_hangs_is_given_up_at_the_deadline(hypervisor: Hypervisor) -> None:
    awake = threading.Event()
    begun = time.monotonic()

    def hang(call: str) -> None:
        if call == "XMLDesc":
            awake.wait(30)

    with driver.open_host(URI, Deadline.after(0.3)) as host:
        hypervisor.domains[NAME] = Thing(machine(NAME))
        hypervisor.before = hang
        with pytest.raises(ProviderError, match="ne répond plus"):
            host.list_domains(OURS)
    awake.set()

    assert time.monotonic() - begun < 10
    assert hypervisor.calls[-1] == "close"


def test_without_the_library_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "libvirt", None)

    with (
        pytest.raises(ProviderError, match="libvirt-python") as said,
        driver.open_host(URI, Deadline.after(60)),
    ):
        pass

    assert "make setup-libvirt" in str(said.value.hint)


def test_the_version_is_that_of_the_emulator(host: Host) -> None:
    assert host.version() == "8002000"
