"""A session of 16 candidates and 4 juries, killed at many places: nothing lost, nothing skipped.

Every command of the day is killed in turn, at instants spread over its changes of the disk, and run
again as the person at the keyboard would. Nothing here needs a bench: seals are laid by hand.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from labctl.cli.main import run
from labctl.core.chain import parse_chain
from labctl.pipeline import journal
from labctl.session.state import State
from tests.crash.kill_points import count_points, kill_at, spread
from tests.crash.small import KILLS, SCALE
from tests.figures import Figures
from tests.plans import ROOT

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(600 * SCALE)]
PLACES = 20
"""Kills over the whole day, at least; ``make crash`` asks for more."""
MORE = {"open": 4, "close": 2, "archive": 4}
"""Kills of the verbs that write more than a record."""

DAY: tuple[tuple[str, ...], ...] = (
    ("open", "FILE", "--by", "Vaite"),
    ("sign", "demo", "emargement", "1-15"),
    ("sign", "demo", "absent", "16"),
    ("sign", "demo", "notice", "1-15"),
    ("sign", "demo", "sujet", "7"),
    ("start", "demo", "1"),
    ("pause", "demo", "--reason", "coupure"),
    ("resume", "demo"),
    ("incident", "demo", "4", "poste remplacé", "--minutes", "10"),
    ("stop", "demo"),
    ("sign", "demo", "scelle", "1-15", "--number", "004512"),
    ("sign", "demo", "levee", "1-15"),
    ("start", "demo", "2"),
    ("stop", "demo"),
    ("close", "demo"),
    ("archive", "demo", "--passphrase", "SECRET"),
)
KINDS = (
    "open", "sign", "absent", "sign", "sign", "start", "pause", "resume", "incident", "stop",
    "seal", "unseal", "start", "stop", "close", "archive",
)  # fmt: skip


@pytest.fixture(name="words")
def make_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[tuple[str, ...]], list[str]]:
    """Give the command of each step; the session is an exam: every rule holds."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("LABCTL_LANG", "fr")
    text = (ROOT / "inventories/sessions/demo.session.yml").read_text()
    given = {"FILE": str(tmp_path / "demo.session.yml"), "SECRET": str(tmp_path / "secret")}
    Path(given["FILE"]).write_text(re.sub("mode: formation", "mode: examen", text))
    (tmp_path / "demo.csv").write_bytes((ROOT / "inventories/sessions/demo.csv").read_bytes())
    Path(given["SECRET"]).write_text("nacre fenua lagon")
    return lambda step: ["session", *(given.get(word, word) for word in step)]


def records() -> list[dict[str, object]]:
    """Return the records of the journal, torn lines left out; its chain must hold."""
    path = journal.session_dir("demo") / journal.JOURNAL
    found = parse_chain(path.read_bytes() if path.exists() else b"")
    assert found.broken is None
    return [dict(record) for record in found.records if record["kind"] != "torn"]


def list_broken_rules(done: list[dict[str, object]]) -> Iterator[str]:
    """Yield what the journal holds that no rule allows: acts twice, or before what they need."""
    kinds = [str(record["kind"]) for record in done]
    if kinds != list(KINDS[: len(kinds)]):
        yield f"acts are {kinds}"
    if "start" in kinds:
        before = done[: kinds.index("start")]
        papers = {record["document"] for record in before if "document" in record}
        if papers != {"emargement", "notice", "sujet"}:
            yield f"started with {papers} signed"


def test_a_day_killed_at_twenty_places_loses_and_skips_nothing(
    tmp_path: Path, words: Callable[[tuple[str, ...]], list[str]], figures: Figures
) -> None:
    wrong: list[str] = []
    killed = 0
    for number, step in enumerate(DAY):
        command = words(step)
        wanted = SCALE * MORE.get(step[0], 1)
        for point in spread(count_on_copy(command, tmp_path), wanted + 2)[1:-1]:
            before = len(records())
            if kill_at(lambda command=command: run(command), point):  # type: ignore[misc]
                figures.add(KILLS, f"session {step[0]}")
                killed += 1
            done = records()
            wrong += [f"{step} at {point}: {said}" for said in list_broken_rules(done)]
            if len(done) not in (before, before + 1):
                wrong.append(f"{step} at {point}: {before} records, then {len(done)}")
        if len(records()) == number and run(command) not in (0, 3):
            wrong.append(f"{step}: refused when it was run again")
        if len(records()) != number + 1:
            wrong.append(f"{step}: {len(records())} records instead of {number + 1}")
    assert wrong == []
    assert killed >= PLACES
    assert len(journal.read_state("demo").archived) == 1
    assert is_whole(journal.read_state("demo"), words, tmp_path)


def count_on_copy(command: list[str], tmp_path: Path) -> int:
    """Return how many points a command has, tried on a copy of the state that is thrown away."""
    here, copy = tmp_path / "state", tmp_path / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    if here.exists():
        shutil.copytree(here, copy)

    def act() -> None:
        os.environ["LABCTL_STATE_DIR"] = str(copy)
        assert run(command) in (0, 3)

    return count_points(act)


def is_whole(state: State, words: Callable[[tuple[str, ...]], list[str]], tmp_path: Path) -> bool:
    """Tell whether the archive opens, has the whole journal, and names what is in the state."""
    (archive,) = (
        path
        for path in (journal.session_dir("demo") / "archives").iterdir()
        if not path.name.startswith(".") and path.suffix == ".age"
    )
    out = tmp_path / "out"
    command = words(("extract", str(archive), str(out), "--passphrase", "SECRET"))
    kept = parse_chain((out / "session/journal.jsonl").read_bytes()) if run(command) == 0 else None
    return (
        kept is not None
        and kept.broken is None
        and len([one for one in kept.records if one["kind"] != "torn"]) == len(KINDS) - 1
        and state.benches[4].clocks[0].given_s == 600
        and json.loads((out / "manifest.json").read_text())["head"] == kept.head
    )
