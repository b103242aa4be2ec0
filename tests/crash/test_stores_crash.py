"""The stores alone: killed at a system call, or refused one, they lose nothing they claimed."""

import errno
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from labctl.collect.bundle import load
from labctl.core.errors import StoreError
from labctl.core.regular import explain_os
from labctl.seal.document import SealPhase, read_phase
from tests.crash import kernel
from tests.crash.acts import WRITES
from tests.crash.kernel import Ended, Point
from tests.crash.small import KILLS as KILLED
from tests.crash.small import SCALE
from tests.figures import Figures

pytestmark = [
    pytest.mark.embedded,  # strace needs no root; the trees of a seal do
    pytest.mark.timeout(600 * SCALE),
]

KILLS = {"documents": 6, "evidence": 8, "lock": 2, "seal": 5}
REFUSED = {"documents": 6, "evidence": 8, "lock": 3, "seal": 5}
"""Points tried, spread over those there are; ``make crash`` tries all of them."""


def choose(points: Sequence[Point], wanted: int) -> tuple[Point, ...]:
    """Return points spread from the first to the last."""
    if SCALE > 1 or wanted >= len(points):
        return tuple(points)
    step = (len(points) - 1) / (wanted - 1)
    return tuple(points[round(each * step)] for each in range(wanted))


def is_named(error: str, said: str) -> bool:
    """Tell whether a message says why the kernel refused, in its words or in ours."""
    number = getattr(errno, error)
    words = os.strerror(number)
    return words in said or explain_os(OSError(number, words)) in said


def choose_errors(errors: Sequence[str], number: int) -> Sequence[str]:
    """Return the errors to try at a point: one in turn, or all of them."""
    return errors if SCALE > 1 else (errors[number % len(errors)],)


def documents_hold(folder: Path, ended: Ended) -> bool:
    """The last document claimed, or the next one, is there whole."""
    path = folder / "state.json"
    claimed = int(ended.claims[-1]) if ended.claims else 0
    if not path.exists():
        return claimed == 0
    document = json.loads(path.read_bytes())
    return document["number"] in (claimed, claimed + 1) and document["text"] == "é" * 400


def evidence_holds(folder: Path, ended: Ended) -> bool:
    """Every record claimed is in the chain; unfinished evidence is not taken for evidence."""
    claimed = int(ended.claims[-1]) if ended.claims else 0
    (run,) = folder.glob("run-*") if claimed else list(folder.glob("run-*")) or [folder / "none"]
    journals = list((run / "evidence").glob("journal*.jsonl"))
    if not journals:
        return claimed == 0
    if len(journals) > 1 or count_chained(journals[0]) < claimed:
        return False
    is_finished = journals[0].name == "journal.jsonl"
    return is_finished == is_loaded(run) and (claimed < 6 or is_finished)


def count_chained(journal: Path) -> int:
    """Return how many whole records a journal begins with, each naming the one before it."""
    previous, count = "0" * 64, 0
    for line in journal.read_bytes().split(b"\n")[:-1]:
        record = json.loads(line)
        if (record["seq"], record["prev"]) != (count, previous):
            break
        previous, count = hashlib.sha256(line).hexdigest(), count + 1
    return count


def is_loaded(run: Path) -> bool:
    try:
        load(run)
    except StoreError:
        return False
    return True


def seal_holds(folder: Path, ended: Ended) -> bool:
    """A seal claimed is a seal; any other is still open to be ended."""
    phase = read_phase(folder / "state/benches/07")
    key = folder / "state/seal/key"
    is_private = not key.exists() or key.stat().st_mode & 0o077 == 0
    return is_private and (not ended.claims or phase is SealPhase.SEALED)


def anything_holds(_folder: Path, _ended: Ended) -> bool:
    """A lock holds nothing but while its process lives."""
    return True


HOLDS: dict[str, Callable[[Path, Ended], bool]] = {
    "documents": documents_hold,
    "evidence": evidence_holds,
    "lock": anything_holds,
    "seal": seal_holds,
}


@pytest.mark.parametrize("act", KILLS)
def test_killed_at_a_system_call_a_store_keeps_what_it_claimed_and_works_again(
    act: str, tmp_path: Path, figures: Figures
) -> None:
    wrong = []
    points = kernel.list_points(act, tmp_path / "listed")
    for point in choose(points, KILLS[act]):
        folder = tmp_path / str(point)
        ended = kernel.kill(act, folder, point)
        figures.add(KILLED, f"{act} alone, at a system call", int(ended.code == -9))
        if ended.code != -9 or not HOLDS[act](folder, ended):
            wrong.append(f"{point}: {ended}")
        again = kernel.run(act, folder)
        if again.code != 0:
            wrong.append(f"{point}, again: {again}")
    assert wrong == []
    assert len(points) >= KILLS[act]


@pytest.mark.parametrize("act", REFUSED)
def test_refused_by_the_kernel_a_store_says_so_in_one_line_and_keeps_what_it_had(
    act: str, tmp_path: Path, figures: Figures
) -> None:
    wrong = []
    points = [p for p in kernel.list_points(act, tmp_path / "listed") if p.call in kernel.REFUSALS]
    for number, point in enumerate(choose(points, REFUSED[act])):
        for error in choose_errors(kernel.REFUSALS[point.call], number):
            folder = tmp_path / f"{point}-{error}"
            ended = kernel.refuse(act, folder, point, error)
            figures.add("refusals by the kernel", f"{act} alone, {error}")
            is_told = ended.code == 0 or (ended.code == 5 and is_named(error, ended.said))
            if "Traceback" in ended.said or not is_told or not HOLDS[act](folder, ended):
                wrong.append(f"{point} {error}: {ended}")
            again = kernel.run(act, folder)
            if again.code != 0:
                wrong.append(f"{point} {error}, again: {again}")
    assert wrong == []


def test_the_documents_of_a_store_end_with_the_last(tmp_path: Path) -> None:
    ended = kernel.run("documents", tmp_path)
    assert ended.claims == tuple(str(number) for number in range(1, WRITES + 1))
