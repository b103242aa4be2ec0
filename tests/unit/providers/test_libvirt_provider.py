"""The libvirt provider before a libvirt in memory: what it finds without files, what it refuses."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import BenchId
from labctl.core.progress import silent
from labctl.providers.base import BenchCondition
from labctl.providers.libvirt import hosts
from labctl.providers.libvirt.provider import LibvirtProvider
from labctl.providers.libvirt.sealing import LibvirtSealer
from tests.plans import host_of_machines
from tests.unit.providers.guest_world import DC, FILES, NAS, World, open_world

BENCH = BenchId(1)
URI = "qemu+unix:///system?socket=/nonexistent/libvirt-sock"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with open_world(monkeypatch) as opened:
        hosts.remember(URI)
        yield opened


def test_a_bench_whose_files_are_lost_is_found_and_removed_by_its_tag(world: World) -> None:
    world.machines.make({DC: FILES, NAS: FILES})
    (world.bench.folder / "state.json").unlink()
    provider = LibvirtProvider()

    assert provider.list_benches() == (BENCH,)
    assert provider.down(BENCH, Deadline.after(30))
    assert not provider.down(BENCH, Deadline.after(30))

    assert (world.hypervisor.domains, world.hypervisor.networks) == ({}, {})
    assert provider.list_benches() == ()
    assert hosts.list_known() == ()


def test_a_hypervisor_is_known_as_long_as_another_bench_is_on_it(world: World) -> None:
    world.machines.make({DC: FILES})

    LibvirtProvider().down(BenchId(2), Deadline.after(30))

    assert hosts.list_known() == (URI,)
    assert world.machines.scan() == {DC}


@pytest.mark.usefixtures("world")
def test_a_bench_that_was_never_built_is_absent() -> None:
    assert LibvirtProvider().status(BenchId(7)).condition is BenchCondition.ABSENT


def test_what_needs_a_bench_says_how_to_build_it(world: World) -> None:
    provider = LibvirtProvider()

    with pytest.raises(ProviderError, match="banc 01 n’est pas construit") as said:
        provider.endpoints(world.plan)
    assert said.value.hint == "labctl up 1"
    with pytest.raises(ProviderError):
        LibvirtSealer().subject(BenchId(7))


def test_a_room_that_names_no_host_says_what_to_add(world: World) -> None:
    with pytest.raises(ProviderError, match="ne dit pas sur quel hôte") as said:
        LibvirtProvider().up(replace(world.plan, hosting=None), silent, Deadline.after(60))

    assert "« hotes »" in str(said.value.hint)


def test_a_daemon_that_does_not_listen_is_named_before_anything_is_done(world: World) -> None:
    plan = replace(world.plan, hosting=host_of_machines(URI))

    with pytest.raises(ProviderError, match="/nonexistent/libvirt-sock"):
        LibvirtProvider().up(plan, silent, Deadline.after(60))

    assert world.hypervisor.domains == {}
