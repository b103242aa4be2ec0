"""A virtual machine under seal: closed, opened above its disk, and as it was left."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import BenchId
from labctl.core.progress import silent
from labctl.pipeline import sealed
from labctl.pipeline.seal import Work, keys_dir, seal_bench, unseal_bench
from labctl.plan.model import Plan
from labctl.providers import parts
from labctl.providers.base import BenchCondition
from labctl.providers.libvirt import control, driver
from labctl.providers.libvirt.provider import LibvirtProvider
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench, find
from labctl.seal import signature
from labctl.seal.document import SealBroken
from tests.libvirt.daemon import POSTE, lone_plan

BENCH = BenchId(3)
LONG = 500.0


@pytest.fixture
def plan(uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plan]:
    """Give the plan of a bench that is up, on which a candidate worked."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    built = lone_plan(uri, BENCH)
    LibvirtProvider().up(built, silent, Deadline.after(LONG))
    run("echo travail > /root/candidat")  # the seal has the machine write it to its disk
    yield built
    sealed.throw_seal_away(BENCH)
    LibvirtProvider().down(BENCH, Deadline.after(60))
    assert LibvirtProvider().list_benches() == ()


def run(script: str) -> str:
    port = find(BENCH).node_folder(POSTE) / "control"
    reply = control.run(port, ("/bin/sh", "-c", script), 20, Deadline.after(60))
    assert reply.code == 0, reply
    return reply.output.strip()


def work() -> Work:
    return Work(BENCH, "libvirt", parts.load_sealer("libvirt"), silent, Deadline.after(LONG))


def seal() -> str:
    return seal_bench(work(), signature.ensure_key(keys_dir())).fingerprint


def unseal() -> str:
    return unseal_bench(work(), keys_dir() / signature.SIGNERS).fingerprint


def condition() -> BenchCondition:
    return LibvirtProvider().status(BENCH).condition


def test_a_virtual_machine_is_sealed_opened_on_a_copy_and_sealed_again(
    plan: Plan, uri: str
) -> None:
    fingerprint = seal()

    folder = Bench(BENCH).node_folder(POSTE)
    assert condition() is BenchCondition.SEALED
    assert "<name>" in (folder / "domain.xml").read_text()
    with driver.open_host(uri, Deadline.after(60)) as host:
        assert host.list_domains(benches.instance(), BENCH) == ()
        assert host.list_networks(benches.instance(), BENCH) == ()
    with pytest.raises(ProviderError):
        LibvirtProvider().endpoints(plan)

    assert unseal() == fingerprint
    assert condition() is BenchCondition.OPENED
    assert run("cat /root/candidat") == "travail"
    run("echo jury > /root/candidat; sync")

    assert seal() == fingerprint
    assert not (Bench(BENCH).folder / "opened").exists()

    disk = folder / "disk.qcow2"
    seen = disk.stat()
    with disk.open("r+b") as file:
        file.seek(seen.st_size // 2)
        byte = file.read(1)
        file.seek(seen.st_size // 2)
        file.write(bytes([byte[0] ^ 1]))
    os.utime(disk, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    with pytest.raises(SealBroken) as caught:
        unseal()
    assert caught.value.message.splitlines()[1:] == [
        "banc: nodes/poste/disk.qcow2 : changé (contenu)"
    ]
    assert condition() is BenchCondition.SEALED
