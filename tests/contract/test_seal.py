"""A sealed bench cannot be reached or changed; a jury works above it and leaves it as it was."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError, ProviderError, UsageError
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import silent
from labctl.pipeline import sealed
from labctl.pipeline.place import bench_dir
from labctl.pipeline.seal import Work, keys_dir, seal_bench, unseal_bench, verify_bench
from labctl.providers import parts
from labctl.providers.base import BenchCondition, NodeCondition
from labctl.providers.namespaces import processes
from labctl.providers.namespaces.bench import Bench, instance
from labctl.seal import signature
from labctl.seal.document import SealBroken
from tests.contract.node_lab import kill_machine, list_links, list_tenants
from tests.small_bench import small_plan

pytestmark = pytest.mark.embedded

PLAN = small_plan()
BENCH = BenchId(1)
PROBE = NodeName("sonde_admin")


@pytest.fixture(params=["embedded"])
def name(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the name of a provider with a small bench on which a candidate left a file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
        provider = parts.load(request.param)
        links = list_links()
        provider.up(PLAN, silent, soon())
        run(request.param, "sh", "-c", "echo work > /root/work; chmod 640 /root/work")
        yield request.param
        sealed.throw_seal_away(BENCH)
        provider.down(BENCH, soon())
        assert list_links() == links
        assert not list_tenants(tmp_path / "state")


def soon(seconds: float = 120) -> Deadline:
    return Deadline.after(seconds)


def work_on(name: str) -> Work:
    return Work(BENCH, name, parts.load_sealer(name), silent, soon())


def seal(name: str) -> str:
    return seal_bench(work_on(name), signature.ensure_key(keys_dir())).fingerprint


def signers() -> Path:
    return keys_dir() / signature.SIGNERS


def run(name: str, *argv: str) -> str:
    entered = parts.load_observer(name).enter_argv(BENCH, PROBE, argv)
    return command.run(entered, soon(20)).stdout


def condition(name: str) -> BenchCondition:
    return parts.load_observer(name).status(BENCH).condition


def candidate_file() -> Path:
    return Bench(BENCH).node_folder(PROBE) / "upper/root/work"


def test_nothing_of_a_sealed_bench_runs_and_no_way_in_is_left(name: str) -> None:
    seal(name)

    seen = parts.load_observer(name).status(BENCH)
    assert seen.condition is BenchCondition.SEALED
    assert set(seen.nodes.values()) == {NodeCondition.STOPPED}
    assert processes.scan(instance()) == ()
    with pytest.raises(ProviderError):
        parts.load_observer(name).endpoints(PLAN)
    with pytest.raises(ProviderError):
        run(name, "true")


def test_a_verb_that_touches_the_bench_is_refused_until_it_is_open(name: str) -> None:
    seal(name)
    with pytest.raises(sealed.BenchSealed, match="est scellé"):
        sealed.require_open(BENCH)

    unseal_bench(work_on(name), signers())

    sealed.require_open(BENCH)
    with pytest.raises(sealed.BenchSealed, match="serait perdu"):
        sealed.require_unsealed(BENCH)


def test_a_jury_sees_the_work_and_changes_only_its_copy(name: str) -> None:
    fingerprint = seal(name)

    opened = unseal_bench(work_on(name), signers())

    assert (opened.fingerprint, opened.trouble) == (fingerprint, "")
    assert condition(name) is BenchCondition.OPENED
    assert run(name, "cat", "/root/work") == "work\n"
    run(name, "sh", "-c", "echo jury > /root/work; rm /etc/hostname; touch /root/new")
    assert run(name, "cat", "/root/work") == "jury\n"
    assert candidate_file().read_text() == "work\n"
    assert verify_bench(work_on(name), signers()).fingerprint == fingerprint


def test_closed_again_the_seal_is_the_same_and_the_copy_is_gone(name: str) -> None:
    fingerprint = seal(name)
    unseal_bench(work_on(name), signers())
    run(name, "sh", "-c", "echo jury > /root/work")

    assert seal(name) == fingerprint

    assert condition(name) is BenchCondition.SEALED
    assert list(bench_dir(BENCH).glob("opened")) == []
    unseal_bench(work_on(name), signers())
    assert run(name, "cat", "/root/work") == "work\n"


def test_a_machine_that_dies_in_front_of_the_jury_starts_again_on_the_copy(name: str) -> None:
    seal(name)
    unseal_bench(work_on(name), signers())
    run(name, "sh", "-c", "echo jury > /root/work; sync")
    kill_machine(BENCH, PROBE)
    assert condition(name) is BenchCondition.DAMAGED

    parts.load(name).up(PLAN, silent, soon())

    assert condition(name) is BenchCondition.OPENED
    assert run(name, "cat", "/root/work") == "jury\n"
    assert candidate_file().read_text() == "work\n"


def test_one_changed_byte_is_named_and_the_bench_stays_closed(name: str) -> None:
    seal(name)
    path = candidate_file()
    times = path.stat()
    path.write_text("Work\n")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    with pytest.raises(SealBroken) as caught:
        unseal_bench(work_on(name), signers())

    assert caught.value.message.splitlines()[1:] == [
        "banc: nodes/sonde_admin/upper/root/work : changé (contenu)"
    ]
    assert condition(name) is BenchCondition.SEALED


def test_another_key_does_not_open_a_seal(name: str, tmp_path: Path) -> None:
    seal(name)
    signature.ensure_key(tmp_path / "other")

    with pytest.raises(SealBroken, match="signature"):
        verify_bench(work_on(name), tmp_path / "other" / signature.SIGNERS)


def test_the_key_is_the_centres_alone(name: str) -> None:
    seal(name)
    key = keys_dir() / "key"

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert signers().read_text().startswith('labctl namespaces="labctl-seal" ssh-ed25519 ')


def test_only_what_was_built_is_sealed_and_only_what_was_sealed_is_opened(name: str) -> None:
    with pytest.raises(UsageError, match="n'est pas scellé"):
        unseal_bench(work_on(name), signers())
    parts.load(name).down(BENCH, soon())

    with pytest.raises(ProviderError, match="n'est pas construit"):
        seal(name)

    assert not bench_dir(BENCH).exists()


def test_a_seal_that_lost_its_papers_does_not_open(name: str) -> None:
    seal(name)
    (bench_dir(BENCH) / "seal/phase.json").unlink()

    with pytest.raises(sealed.BenchSealed, match="pas été menée à son terme"):
        sealed.require_open(BENCH)
    with pytest.raises(LabctlError):
        unseal_bench(work_on(name), signers())
    seal(name)
    assert condition(name) is BenchCondition.SEALED


def test_what_a_jury_lost_is_made_again_without_touching_the_seal(name: str) -> None:
    fingerprint = seal(name)
    unseal_bench(work_on(name), signers())
    (bench_dir(BENCH) / "opened/state.json").unlink()

    with pytest.raises(ProviderError, match="ouvert au jury"):
        parts.load(name).up(PLAN, silent, soon())

    assert seal(name) == fingerprint
