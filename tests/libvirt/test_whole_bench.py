"""The whole bench of the shipped cahier as virtual machines, as a teacher uses it."""

import os
from pathlib import Path

import pytest

from tests.commands import Command
from tests.far_host import FarHost
from tests.libvirt.sheets import LONG, grade, list_refused
from tests.subjects import VIRTUAL

CHECKS = len(VIRTUAL.checks)
pytestmark = pytest.mark.nightly


@pytest.fixture(scope="module")
def bench(room: Command) -> Command:
    room.must("up", "1", timeout_s=LONG)
    return room


def test_dry_run_finds_nothing_to_do_on_a_bench_that_is_up(bench: Command) -> None:
    document = bench.json("up", "1", "--dry-run")

    assert document["would_build"] == {"1": []}
    assert document["differences"] == {"1": []}


def test_nothing_conforms_on_an_untouched_bench(bench: Command) -> None:
    (sheet,) = grade(bench, "1")  # slowness is no answer, and none is lacking either

    assert sheet["counts"].get("conforme", 0) == 0
    assert sheet["counts"]["non conforme"] > 0


def test_a_solved_bench_conforms_in_everything_as_the_embedded_one_does(bench: Command) -> None:
    bench.must("solve", "1", timeout_s=LONG)

    (sheet,) = grade(bench, "1")

    assert list_refused(sheet) == []
    assert (sheet["counts"]["aidé"], sum(sheet["counts"].values())) == (CHECKS, CHECKS)


def test_a_second_bench_with_the_same_addresses_on_another_host_is_judged_for_itself(
    bench: Command, host: FarHost
) -> None:
    bench.must("up", "2", timeout_s=LONG)
    assert (host.state / "benches" / "02").is_dir()

    solved, untouched = grade(bench, "1-2")

    assert list_refused(solved) == []
    assert (solved["counts"]["aidé"], sum(solved["counts"].values())) == (CHECKS, CHECKS)
    assert untouched["counts"].get("conforme", 0) == 0
    assert sum(untouched["counts"].values()) == CHECKS


def test_the_second_bench_is_sealed_whole_and_a_changed_byte_is_named(
    bench: Command, host: FarHost
) -> None:
    (seal,) = bench.json("seal", "2", timeout_s=LONG)["sealed"]
    disk = host.state / "benches" / "02" / "nodes" / "nas" / "disk.qcow2"

    change_a_byte(disk)
    refused = bench.run("unseal", "2", timeout_s=LONG)
    change_a_byte(disk)
    (opened,) = bench.json("unseal", "2", timeout_s=LONG)["opened"]

    assert refused.returncode == 5
    assert "nodes/nas/disk.qcow2" in refused.stderr
    assert opened["fingerprint"] == seal["fingerprint"]
    (sheet,) = grade(bench, "2")  # what the jury looks at is what was closed
    assert sheet["counts"].get("conforme", 0) == 0
    bench.must("down", "2", "--sealed", timeout_s=LONG)


def test_reset_of_the_whole_bench_is_proved(bench: Command) -> None:
    (proof,) = bench.json("reset", "1", timeout_s=LONG)["reset"]

    assert proof["proof"]["kept"] == []
    assert proof["proof"]["found_in"] == []
    assert len(proof["proof"]["renewed"]) == 24  # all but those on paper (ADR 66)
    assert all(each["expected"] == each["observed"] for each in proof["proof"]["nodes"])
    assert len(proof["proof"]["nodes"]) == 17


def test_down_leaves_nothing(bench: Command) -> None:
    bench.must("down", "1", timeout_s=LONG)

    assert not (bench.state / "benches").exists()
    assert not (bench.state / "hypervisors.json").exists()
    assert not (bench.state / "elsewhere").exists()
    assert bench.json("down", "1", "--dry-run")["would_remove"] == []


def change_a_byte(file: Path) -> None:
    """Flip a bit in the middle of a file; its dates tell nothing."""
    seen = file.stat()
    with file.open("r+b") as opened:
        opened.seek(seen.st_size // 2)
        (byte,) = opened.read(1)
        opened.seek(seen.st_size // 2)
        opened.write(bytes([byte ^ 1]))
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
