"""A real Windows of a virtual bench, as far as it goes without one: its domain, disc, life."""

import json
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import which
from typing import Any, cast

import pytest

from labctl.connect.base import Endpoint, Endpoints, Transport
from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import silent
from labctl.plan.model import Plan
from labctl.providers.libvirt import domain_xml, images, layout, windows_xml
from labctl.providers.libvirt.driver import Host
from labctl.providers.libvirt.guests import Setting, VirtualMachines
from labctl.providers.libvirt.windows import WindowsMachine
from labctl.providers.libvirt.windows_xml import WindowsParts
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench
from labctl.providers.namespaces.processes import Process
from labctl.providers.roles import nodefiles
from labctl.providers.roles.nodefiles import NodeFile
from labctl.providers.roles.safe import Safe
from labctl.providers.windows.copies import find_master, is_done, list_windows
from labctl.providers.windows.machine import MasterParts, render
from labctl.providers.windows.master import list_recipes
from labctl.providers.works.endpoints import build_endpoints
from labctl.spec.kind import load_kind
from tests.attacks.certificates import make_authority
from tests.golden import assert_golden
from tests.plans import ROOT, Desk, host_of_machines, plan_of
from tests.unit.windows.served import serve_windows

POSTE, ROLE = NodeName("poste"), "windows-11"
GOLDEN = ROOT / "tests" / "golden" / "windows" / ROLE / "machine"
PARTS = WindowsParts(Path("/state/disk.qcow2"), "scsi", Path("/state/disc.iso"), f"{ROLE}-A")


def planned(virt_type: str = "kvm") -> Plan:
    hosting = host_of_machines("qemu:///system", virt_type)
    return replace(plan_of(1, Desk.WINDOWS), hosting=hosting)


@dataclass
class FakeHost:
    """A hypervisor that notes what it is asked for."""

    started: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def start(self, xml: str) -> None:
        self.started.append(xml)

    def stop(self, name: str) -> None:
        del name

    def remove(self, name: str) -> None:
        self.removed.append(name)

    def change_disc(self, name: str, xml: str) -> None:
        del name
        self.changed.append(xml)

    def dump(self, name: str) -> str:
        """Return the last domain, its drive as it was left."""
        del name
        xml = self.started[-1]
        return without_disc(xml) if self.changed else xml


def without_disc(xml: str) -> str:
    lines = [line for line in xml.splitlines() if "disc.iso" not in line]
    return "\n".join(lines)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give labctl a state and a cache of its own."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("LABCTL_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path


def make_master(place: Path) -> Path:
    """Lay down what ``images build`` and the centre leave of a master: an empty disk does here."""
    folder = place / "cache" / "windows" / ROLE / "A"
    folder.mkdir(parents=True)
    disk = folder / "master.qcow2"
    argv = ("qemu-img", "create", "-q", "-f", "qcow2", str(disk), "1M")
    command.run(argv, Deadline.after(30))
    parts = MasterParts(disk, Path("/iso"), Path("/answers"), None)
    (folder / "master.xml").write_text(render("m", list_recipes()[ROLE], parts))
    return disk


def files_for(plan: Plan, folder: Path) -> Mapping[str, NodeFile]:
    node, wanted = plan.nodes[POSTE], load_kind(ROLE).secrets
    safe = Safe(folder / "secrets")
    safe.draw_common("labctl test")
    safe.draw_passwords(wanted)
    names = nodefiles.list_names(plan, node)
    return nodefiles.render(plan, node, safe.draw_node(POSTE, names, wanted))


def machine(host: FakeHost, plan: Plan) -> WindowsMachine:
    guest = layout.build_guests(plan, "0123abcd")[POSTE]
    master, bench = find_master(plan, ROLE), Bench(BenchId(1))
    return WindowsMachine(plan, guest, master, bench, cast("Host", host), Deadline.after(60))


needs_qemu = pytest.mark.skipif(which("qemu-img") is None, reason="make setup-libvirt")


@pytest.mark.parametrize("disc", [PARTS.disc, None], ids=["with-disc", "empty"])
def test_the_domain_is_as_libvirt_spells_it(disc: Path | None, tmp_path: Path) -> None:
    guest = layout.build_guests(planned(), "0123abcd")[POSTE]

    xml = windows_xml.render(guest, replace(PARTS, disc=disc))

    assert_golden(xml, GOLDEN / ("domain.xml" if disc else "domain-settled.xml"))
    if which("virt-xml-validate") is not None:
        (tmp_path / "domain.xml").write_text(xml)
        argv = ("virt-xml-validate", str(tmp_path / "domain.xml"), "domain")
        command.run(argv, Deadline.after(30))


def test_what_is_read_back_of_a_domain_is_what_was_planned() -> None:
    guest = layout.build_guests(planned(), "0123abcd")[POSTE]

    seen = domain_xml.parse(windows_xml.render(guest, PARTS))

    assert seen is not None
    assert seen.disks == (("sda", "/state/disk.qcow2"), ("sdb", "/state/disc.iso"))
    assert [mac for mac, _network in seen.cards] == [card.mac for card in guest.cards]


@needs_qemu
def test_a_machine_is_a_copy_of_its_master_with_a_disc_that_only_root_reads(place: Path) -> None:
    master, host, plan = make_master(place), FakeHost(), planned()
    windows_machine = machine(host, plan)
    windows_machine.clear()

    windows_machine.begin(files_for(plan, place))

    assert stat.S_IMODE(windows_machine.disc.stat().st_mode) == 0o600
    assert str(windows_machine.disc) in host.started[0]
    argv = ("qemu-img", "info", "--output=json", str(windows_machine.parts.disk))
    said = json.loads(command.run(argv, Deadline.after(30)).stdout)
    assert said["backing-filename"] == str(master)


@needs_qemu
def test_the_disc_is_destroyed_once_the_machine_answers(place: Path) -> None:
    make_master(place)
    host, plan = FakeHost(), planned()
    windows_machine, files = machine(host, plan), files_for(plan, place)
    windows_machine.clear()
    windows_machine.begin(files)

    windows_machine.finish(endpoint_of(plan, place), lambda _way, _deadline: True)

    assert not windows_machine.disc.exists()
    assert [xml for xml in host.changed if "source" in xml] == []
    assert len(host.changed) == 1
    proof = windows_machine.prove(files)
    assert proof.expected == proof.observed
    windows_machine.boot_again()
    assert "disc.iso" not in host.started[-1]


@needs_qemu
def test_a_machine_whose_disk_stands_on_something_else_is_not_proved(place: Path) -> None:
    make_master(place)
    host, plan = FakeHost(), planned()
    windows_machine, files = machine(host, plan), files_for(plan, place)
    windows_machine.clear()
    windows_machine.begin(files)
    other = place / "other.qcow2"
    run = ("qemu-img", "create", "-q", "-f", "qcow2")
    command.run((*run, str(other), "1M"), Deadline.after(30))
    disk = str(windows_machine.parts.disk)
    command.run((*run, "-F", "qcow2", "-b", str(other), disk), Deadline.after(30))

    proof = windows_machine.prove(files)

    assert proof.expected != proof.observed


@needs_qemu
def test_what_is_left_of_a_disc_goes_with_the_bench(place: Path) -> None:
    make_master(place)
    host, plan = FakeHost(), planned()
    windows_machine = machine(host, plan)
    windows_machine.clear()
    windows_machine.begin(files_for(plan, place))

    benches.wipe(windows_machine.bench)

    assert not windows_machine.disc.exists()
    assert list((place / "state").rglob("*.iso")) == []


@needs_qemu
def test_a_windows_is_not_emulated(place: Path) -> None:
    make_master(place)

    with pytest.raises(ProviderError, match="virtualisation matérielle"):
        bench_of(FakeHost(), "qemu").ensure_images()


def test_a_master_that_is_not_made_is_named_with_what_to_do(place: Path) -> None:
    with pytest.raises(ProviderError, match=r"master\.qcow2") as caught:
        find_master(planned(), ROLE)

    assert "images build windows-11" in caught.value.hint
    assert str(place) in caught.value.message


def test_a_windows_has_no_guest_image_and_is_a_virtual_machine() -> None:
    plan = planned()

    assert list_windows(plan) == {POSTE}
    assert POSTE in layout.list_guests(plan)
    assert ROLE not in images.list_stacks(plan)


def endpoint_of(plan: Plan, folder: Path) -> Any:
    safe = Safe(folder / "secrets")
    bench = cast("Bench", Secrets(safe.folder))
    (way,) = build_endpoints(plan, bench, {}, frozenset({POSTE})).endpoints
    return way


@dataclass(frozen=True)
class Secrets:
    """A bench of which only the secrets matter."""

    secrets: Path


def test_the_only_way_in_is_winrm(tmp_path: Path) -> None:
    plan = planned()
    files_for(plan, tmp_path)

    way = endpoint_of(plan, tmp_path)

    assert (way.transport, way.port) == (Transport.CIM, 5986)
    assert Path(way.trust).read_bytes().startswith(b"-----BEGIN CERTIFICATE")
    assert way.credential.endswith("windows_audit_password")


def bench_of(host: FakeHost, virt_type: str = "kvm") -> VirtualMachines:
    """Return the virtual machines of a bench that has one, the Windows."""
    plan = planned(virt_type)
    plan = replace(plan, nodes={POSTE: plan.nodes[POSTE]}, links=())
    nowhere = Process(0, 0, "", "", "", "")
    setting = Setting(
        plan, cast("Host", host), nowhere, silent, Deadline.after(60), Bench(BenchId(1))
    )
    return VirtualMachines(setting)


def test_without_its_master_a_bench_is_refused_before_anything_is_made(place: Path) -> None:
    with pytest.raises(ProviderError, match=str(place)):
        bench_of(FakeHost()).ensure_images()


@needs_qemu
def test_a_bench_waits_for_its_windows_and_proves_it(place: Path) -> None:
    make_master(place)
    host = FakeHost()
    machines = bench_of(host)
    files = {POSTE: files_for(planned(), place)}
    begun = machines.windows(POSTE)
    begun.clear()
    begun.begin(files[POSTE])

    with finished_windows(place) as way:
        machines.finish([POSTE], Endpoints(1, "vm", (way,), {}))

    assert machines.ensure_images() == {POSTE: (f"{ROLE}-A",)}
    assert not begun.disc.exists()
    (proof,) = machines.prove(files)
    assert proof.expected == proof.observed
    assert machines.find("mot", [POSTE], Endpoints(1, "vm", (), {})) == ()


@contextmanager
def finished_windows(folder: Path) -> Iterator[Endpoint]:
    (folder / "ca").mkdir()
    with serve_windows(make_authority(folder / "ca"), folder) as served:
        told = {"HKLM": {"SOFTWARE\\Labctl": {"FirstLogon": "done"}}}
        text = json.dumps({"schema": "labctl/windows-scenario/v1", "registry": told})
        served.windows.store.write_text(text)
        yield served.endpoint(folder)


@pytest.mark.parametrize(("said", "done"), [("done", True), ("begun", False), (None, False)])
def test_the_first_logon_is_over_when_the_audit_account_reads_so(
    tmp_path: Path, said: str | None, done: bool
) -> None:
    (tmp_path / "ca").mkdir()
    with serve_windows(make_authority(tmp_path / "ca"), tmp_path) as served:
        if said is not None:
            told = {"HKLM": {"SOFTWARE\\Labctl": {"FirstLogon": said}}}
            text = json.dumps({"schema": "labctl/windows-scenario/v1", "registry": told})
            served.windows.store.write_text(text)

        assert is_done(served.endpoint(tmp_path), Deadline.after(60)) is done


def test_a_windows_that_does_not_answer_is_not_done(tmp_path: Path) -> None:
    (tmp_path / "ca").mkdir()
    with serve_windows(make_authority(tmp_path / "ca"), tmp_path) as served:
        way = served.endpoint(tmp_path)

    assert not is_done(way, Deadline.after(60))
