"""A thousand tampered seals are found and named; a hundred honest ones raise no alarm."""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError
from labctl.core.untrusted import inert
from labctl.pipeline.place import bench_dir
from labctl.pipeline.seal import verify_bench
from labctl.seal import document, tree
from tests import seals
from tests.contract.tampering import KINDS, ODD, Scene

pytestmark = pytest.mark.embedded

ROUNDS = 40
"""Times each of the kinds of tampering is tried, at a place of its own."""
HONEST = 100


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("tampering")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_STATE_DIR", str(folder / "state"))
        made = Scene(folder, folder / "kept", random.Random(2026))  # noqa: S311  # the same each run
        seals.grow(made.trees)
        seals.grow(folder / "other")
        seals.seal(made.trees)
        seals.seal(folder / "other", bench=8)
        made.kept.mkdir()
        seals.copy(made.trees, made.kept / "trees")
        seals.copy(made.seal, made.kept / "seal")
        yield made


def test_a_thousand_tampered_seals_are_tried() -> None:
    assert len(KINDS) * ROUNDS >= 1000


@pytest.mark.parametrize("tamper", KINDS, ids=lambda kind: kind.__name__)
def test_a_tampered_seal_is_found_and_what_changed_is_named(
    scene: Scene, tamper: Callable[[Scene], Path]
) -> None:
    outcomes = [try_one(scene, tamper) for _round in range(ROUNDS)]

    assert [outcome for outcome in outcomes if outcome] == []


@pytest.mark.parametrize("tamper", ODD, ids=lambda kind: kind.__name__)
def test_an_odd_way_to_tamper_is_found_too(scene: Scene, tamper: Callable[[Scene], Path]) -> None:
    assert try_one(scene, tamper) == ""


def test_a_hollow_file_of_eight_tebibytes_is_sealed_in_time_and_its_bytes_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    seals.grow(tmp_path / "trees")
    hollow = tmp_path / "trees/bench/hollow"
    hollow.write_bytes(b"begin")
    os.truncate(hollow, 8 << 40)

    seals.seal(tmp_path / "trees")
    assert seals.verify(tmp_path / "trees").files
    seen = hollow.stat()
    with hollow.open("r+b") as file:
        file.seek(7 << 40)
        file.write(b"x")
    os.utime(hollow, ns=(seen.st_atime_ns, seen.st_mtime_ns))

    with pytest.raises(LabctlError, match=r"hollow : changé \(contenu\)"):
        seals.verify(tmp_path / "trees")


def test_a_copy_that_filled_the_holes_is_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "HOLLOW_FROM", 1 << 20)
    for name in ("hollow", "filled"):
        (tmp_path / name).mkdir()
    hollow, filled = tmp_path / "hollow/disk", tmp_path / "filled/disk"
    hollow.write_bytes(b"begin")
    os.truncate(hollow, 8 << 20)
    filled.write_bytes(hollow.read_bytes())
    os.utime(filled, ns=(hollow.stat().st_atime_ns, hollow.stat().st_mtime_ns))
    assert filled.stat().st_blocks > hollow.stat().st_blocks

    looked = [
        tree.Root(folder).list_entries(Deadline.after(60))["disk"]
        for folder in (hollow.parent, filled.parent)
    ]

    assert looked[0] == looked[1]


def test_a_seal_of_which_only_the_name_is_left_still_closes_the_bench(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    (tmp_path / "file/seal").write_text("")
    (tmp_path / "link").mkdir()
    (tmp_path / "link/seal").symlink_to("nowhere")
    for bench in (tmp_path / "file", tmp_path / "link"):
        assert document.read_phase(bench) is document.SealPhase.SEALING
        document.discard(bench)
        assert document.read_phase(bench) is None


def try_one(scene: Scene, tamper: Callable[[Scene], Path]) -> str:
    """Tamper and verify; return what escaped, nothing when it was found and named."""
    scene.restore()
    changed = tamper(scene)
    try:
        seals.verify(scene.trees)
    except LabctlError as exc:
        return "" if is_named(changed, scene, exc.message) else f"{changed}: {exc.message}"
    return f"{changed}: not found"


def is_named(changed: Path, scene: Scene, message: str) -> bool:
    """Tell whether a changed file is in the message (a seal that changed is named as a whole)."""
    if not changed.is_relative_to(scene.trees):
        return any(word in message for word in ("manifeste", "manifest.json", "bench : « 8 »"))
    name = "/".join(changed.relative_to(scene.trees).parts[1:]) or "."
    return f": {inert(name)} : " in message


@pytest.mark.parametrize("fact", [*seals.FACTS, "new"])
def test_what_the_bench_is_counts_as_its_files_do(scene: Scene, fact: str) -> None:
    scene.restore()
    work = seals.work_on(scene.trees)
    assert isinstance(work.sealer, seals.PaperSealer)
    work.sealer.facts[fact] = "other"

    with pytest.raises(LabctlError, match=fact):
        verify_bench(work, Path(os.environ["LABCTL_STATE_DIR"], "seal/allowed_signers"))


def test_honest_seals_raise_no_alarm(scene: Scene, tmp_path: Path) -> None:
    prints = set()
    for number in range(HONEST):
        shutil.rmtree(tmp_path / "trees", ignore_errors=True)
        shutil.rmtree(bench_dir(9), ignore_errors=True)
        seals.grow(tmp_path / "trees")
        done = seals.seal(tmp_path / "trees", bench=9)
        seals.copy(tmp_path / "trees", tmp_path / "copy")  # also where it was restored
        seals.copy(tmp_path / "copy", tmp_path / "trees")
        assert seals.verify(tmp_path / "trees", bench=9).fingerprint == done.fingerprint, number
        prints.add(done.fingerprint)
    scene.restore()
    assert len(prints) == HONEST
    assert seals.verify(scene.trees).bench == 7
