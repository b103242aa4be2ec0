"""Pieces of the libvirt provider that need no hypervisor: console, golden states, proof, hosts."""

import json
import socket
import threading
from dataclasses import replace
from pathlib import Path
from shutil import which

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import BenchId, NodeName
from labctl.providers.libvirt import (
    console,
    control,
    disks,
    domain_xml,
    golden,
    hosts,
    layout,
    proof,
    rehearsal,
    seed,
)
from labctl.providers.libvirt.domain_xml import Parts
from labctl.providers.libvirt.images import GuestImage
from labctl.providers.libvirt.proof import Base
from labctl.providers.namespaces.bench import Bench
from labctl.providers.namespaces.network import HOST, MANAGEMENT_RANK, Outside, list_cables
from labctl.providers.namespaces.processes import Process
from labctl.providers.roles.nodefiles import NodeFile
from tests.plans import host_of_machines, plan_of

DC = NodeName("dc")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.delenv("LABCTL_LIBVIRT_URI", raising=False)
    return tmp_path / "state"


class Guest:
    """The far end of a control port, which says what it is told to."""

    def __init__(self, port: Path, said: bytes) -> None:
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(port))
        self._server.listen(1)
        self._said = said
        self.asked = b""
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        link, _peer = self._server.accept()
        with link:
            self.asked = link.recv(4096)
            number = json.loads(self.asked)["id"]
            link.sendall(self._said.replace(b"NUMBER", number.encode()))
            link.settimeout(2)
            link.recv(1)  # until the other leaves

    def close(self) -> None:
        self._server.close()
        self._thread.join(2)


@pytest.fixture
def port(tmp_path: Path) -> Path:
    folder = tmp_path / "dc"
    folder.mkdir()
    return folder / "control"


def test_an_answer_is_typed(port: Path) -> None:
    late = b'{"id": "of another", "state": "ready", "clock": 1.0}\n'
    own = b'{"id": "NUMBER", "state": "ready", "clock": 12.5, "code": 3, "output": "x"}\n'
    guest = Guest(port, late + own)

    reply = control.run(port, ("/bin/true",), 5, Deadline.after(5))
    guest.close()

    assert (reply.state, reply.clock, reply.code, reply.output) == ("ready", 12.5, 3, "x")
    asked = json.loads(guest.asked)
    assert asked == {"id": asked["id"], "do": "run", "argv": ["/bin/true"], "seconds": 5}


@pytest.mark.parametrize(
    "said",
    [
        b'{"id": "NUMBER", "error": "busy"}\n',
        b"no json\n",
        b'{"id": "NUMBER", "state": "ready"}\n',
        b"[1]\n",
        b"{",
        b"",
    ],
)
def test_what_is_no_answer_is_an_error_that_names_the_machine(port: Path, said: bytes) -> None:
    guest = Guest(port, said)

    with pytest.raises(ProviderError, match="dc"):
        control.ask(port, {"do": "status"}, Deadline.after(0.3))
    guest.close()


def test_a_machine_that_is_off_says_nothing(port: Path) -> None:
    assert control.look(port, Deadline.after(1)) == ""


def image_in(folder: Path) -> GuestImage:
    digests = dict.fromkeys(("disk.qcow2", "kernel", "initrd.img"), "0")
    kernel, initrd = folder / "kernel", folder / "initrd.img"
    return GuestImage("dc", "k1", folder / "disk.qcow2", kernel, initrd, digests)


def test_a_golden_state_fits_one_domain_one_emulator_one_image(state: Path) -> None:
    image = image_in(state)
    fits = golden.key("<domain/>", "10", image, "spec")
    others = (
        golden.key("<domain />", "10", image, "spec"),
        golden.key("<domain/>", "11", image, "spec"),
        golden.key("<domain/>", "10", image, "another"),
        golden.key(
            "<domain/>", "10", replace(image, sha256={**image.sha256, "kernel": "1"}), "spec"
        ),
    )
    bench = Bench(BenchId(1))
    taken = golden.open_new(bench, DC)
    assert golden.find(bench, DC, fits) is None  # not published: it does not count
    taken.disk.write_bytes(b"disk")
    taken.state.write_bytes(b"state")
    golden.publish(taken, fits)

    found = golden.find(bench, DC, fits)

    assert found is not None
    assert (found.disk_sha256, found.state_sha256) == (
        disks.digest(taken.disk),
        disks.digest(taken.state),
    )
    assert all(golden.find(bench, DC, other) is None for other in others)
    golden.forget(found)
    assert golden.find(bench, DC, fits) is None


def test_a_disk_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    if which("qemu-img") is None:
        pytest.skip("qemu-img is not installed: make setup-libvirt")

    with pytest.raises(ProviderError, match=r"disk\.qcow2"):
        disks.make_overlay(tmp_path / "none", tmp_path / "no" / "disk.qcow2", Deadline.after(10))


FILES = {
    "etc/hostname": NodeFile(b"dc\n"),
    "etc/labctl/secrets.json": NodeFile(b"{}", 0o600, is_secret=True),
}


def made_machine(folder: Path) -> tuple[Base, str]:
    plan = replace(plan_of(1), hosting=host_of_machines("qemu:///system"))
    parts = Parts(
        kernel=folder / "kernel",
        initrd=folder / "initrd",
        arguments="",
        disk=folder / "disk.qcow2",
        seed=folder / "seed.img",
        log=folder / "log",
        control=folder / "control",
        image="dc-k1",
    )
    folder.mkdir(parents=True, exist_ok=True)
    seed.write_seed(FILES, parts.seed)
    base = Base(
        "dc-k1",
        folder / "gold.qcow2",
        None,
        parts,
        made=("a", "b"),
        found=("a", "b", str(folder / "gold.qcow2"), "fresh"),
        fresh="fresh",
    )
    return base, domain_xml.render(layout.build_guests(plan, "0a0a0a0a")[DC], parts)


def is_proved(base: Base, running: str) -> bool:
    found = proof.prove(plan_of(1), DC, base, FILES, running)
    return found.expected == found.observed


def test_a_machine_made_as_planned_is_proved_and_any_difference_is_seen(tmp_path: Path) -> None:
    base, running = made_machine(tmp_path)
    gold = str(tmp_path / "gold.qcow2")

    assert is_proved(base, running)
    assert not is_proved(base, "")
    assert not is_proved(base, running.replace("disk.qcow2", "other.qcow2"))
    assert not is_proved(base, running.replace("dc-k1", "dc-k2"))
    assert not is_proved(replace(base, found=("x", "b", gold, "fresh")), running)
    assert not is_proved(replace(base, found=("a", "x", gold, "fresh")), running)
    assert not is_proved(replace(base, found=("a", "b", "elsewhere", "fresh")), running)
    assert not is_proved(replace(base, found=("a", "b", gold, "used")), running)


def test_a_seed_with_another_file_is_seen(tmp_path: Path) -> None:
    base, running = made_machine(tmp_path)

    seed.write_seed({**FILES, "etc/added": NodeFile(b"")}, base.parts.seed)
    assert not is_proved(base, running)
    seed.write_seed({**FILES, "etc/hostname": NodeFile(b"autre\n")}, base.parts.seed)
    assert not is_proved(base, running)
    seed.write_seed(FILES, base.parts.seed)
    assert is_proved(base, running)


def test_a_rehearsal_has_the_files_of_the_machine_and_secrets_of_nobody() -> None:
    node = plan_of(1).nodes[DC]

    first, second = (rehearsal.draw_files(plan_of(1), node) for _ in range(2))

    assert set(first) == set(second)
    changed = {name for name in first if first[name].content != second[name].content}
    assert changed == {name for name, file in first.items() if file.is_secret}


def test_hypervisors_are_remembered_until_nothing_is_left(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hosts.list_known() == ()
    hosts.remember("qemu:///system")
    hosts.remember("qemu:///system")
    hosts.remember("qemu+unix:///system?socket=/x")
    assert hosts.list_known() == ("qemu:///system", "qemu+unix:///system?socket=/x")
    assert hosts.list_of(BenchId(3)) == hosts.list_known()
    hosts.forget("qemu:///system")
    hosts.forget("qemu+unix:///system?socket=/x")
    assert hosts.list_known() == ()
    assert not (state / "hypervisors.json").exists()
    monkeypatch.setenv("LABCTL_LIBVIRT_URI", "qemu:///system")
    assert hosts.list_known() == ("qemu:///system",)


def test_namespaces_plug_in_the_bridges_of_their_cables() -> None:
    plan = plan_of(1)
    place = Process(1, 1, "", "", "libvirtd", "")
    outside = Outside(layout.list_guests(plan), "0a0a0a0a01", place)

    cables = list_cables(plan, outside)

    assert not any({c.node, c.peer} & outside.nodes for c in cables)
    mixed = [
        rank
        for rank, link in enumerate(plan.links)
        if len({link.a.node, link.b.node} & outside.nodes) == 1
    ]
    plugged = {c.peer_interface for c in cables if c.peer == HOST}
    assert plugged == {outside.port(rank) for rank in (*mixed, MANAGEMENT_RANK)}
    macs = [c.mac for c in cables] + [c.peer_mac for c in cables]
    assert len(set(macs)) == len(macs)


@pytest.mark.usefixtures("state")
def test_the_console_of_a_person_pins_the_host_key() -> None:
    bench = Bench(BenchId(1))
    bench.secrets.mkdir(parents=True)
    (bench.secrets / "host_dc.pub").write_text("ssh-ed25519 AAAA")
    bench.node_folder(DC).mkdir(parents=True)
    vantage = Process(42, 1, "", "", "jury", "")

    argv = console.enter_argv(plan_of(1), bench, vantage, DC, ("cat", "a b"))

    known = bench.node_folder(DC) / "known_hosts"
    assert known.read_text() == "198.18.171.236 ssh-ed25519 AAAA\n"
    assert f"UserKnownHostsFile={known}" in argv
    assert argv[:4] == ("nsenter", "--net", "--target", "42")
    assert argv[-1] == "cat 'a b'"
