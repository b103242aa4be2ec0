"""A proof from end to end, on a bench that is a list of what is broken in it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from labctl.core.errors import InfrastructureError, ProviderError
from labctl.core.ids import CheckId, NodeName
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Verdict
from labctl.judge.selection import Selection
from labctl.pipeline import building, look, prove, sabotage
from labctl.pipeline.acts import result_type
from labctl.pipeline.campaign import Ready, Tried
from labctl.pipeline.place import load_place
from labctl.spec.fault import Fault
from labctl.spec.step import Step

CHOSEN = ("K-007", "K-078")
VERDICTS = BenchVerdicts(
    1, "A", "c", "namespace", "", "", "",
    (CheckVerdict("K-007", "1.1", "x", 2, Verdict.NON_CONFORM, message="y"),),
)  # fmt: skip


@dataclass
class Bench:
    """A bench in a file: child processes change it too. ``deaf`` faults break nothing."""

    folder: Path
    deaf: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()
    """Faults that no repair mends."""

    def note(self, act: str, broken: Sequence[str]) -> None:
        with (self.folder / "acts").open("a", encoding="utf-8") as acts:
            acts.write(f"{act}\n")
        (self.folder / "broken").write_text(json.dumps(list(broken)), encoding="utf-8")

    def list_acts(self) -> list[str]:
        return (self.folder / "acts").read_text("utf-8").splitlines()

    def list_broken(self) -> list[str]:
        found: list[str] = json.loads((self.folder / "broken").read_text("utf-8"))
        return found

    def reset(self, *_settings: object) -> None:
        self.note("reset", CHOSEN)

    def solve(self, *_settings: object) -> None:
        self.note("solve", ())

    def inject(self, _plan: object, faults: Sequence[Fault], _report: object) -> None:
        checks = [fault.check for fault in faults]
        self.note(f"inject {' '.join(checks)}", [name for name in checks if name not in self.deaf])

    def revert(self, _plan: object, faults: Sequence[Fault], _report: object) -> None:
        checks = [fault.check for fault in faults]
        self.note(f"revert {' '.join(checks)}", [name for name in checks if name in self.lasting])

    def judge(self, _evidence: object, selection: Selection) -> tuple[BenchVerdicts, ...]:
        broken = self.list_broken()
        made = tuple(
            CheckVerdict(
                name, "1.1", "", 1, Verdict.NON_CONFORM if name in broken else Verdict.CONFORM
            )
            for name in (check.spec.id for check in selection.chosen)
        )
        return (BenchVerdicts(1, "A", "c", "namespace", "", "", "", made),)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give a bench in the place of machines; no wait is longer than a tenth of a second."""
    here = Bench(tmp_path)
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    for name, act in {
        "solve_bench": here.solve,
        "inject": here.inject,
        "revert": here.revert,
        "SHOW_S": 0.1,
    }.items():
        monkeypatch.setattr(sabotage, name, act)
    monkeypatch.setattr(building, "load", lambda _name: here)
    monkeypatch.setattr(look, "judge", here.judge)
    monkeypatch.setattr(look, "load_evidence", lambda run: run)
    monkeypatch.setattr(look, "collect_one", lambda *_settings, **_options: tmp_path)
    monkeypatch.setattr(prove, "preload", lambda: None)
    return here


def run(bench: Bench, said: list[str] | None = None) -> prove.Result:
    def step(_bench: int, text: str) -> None:
        if said is not None and text:
            said.append(text)

    place = load_place("demo", None)
    return prove.prove(place, (1,), CHOSEN, step, bench.folder / "proof.json")


def reasons(result: prove.Result) -> dict[str, tuple[str, ...]]:
    return {row.check: row.reasons for row in result.proof.rows}


def test_each_sabotage_is_tried_on_the_solved_bench_and_undone(bench: Bench) -> None:
    said: list[str] = []

    result = run(bench, said)

    assert bench.list_acts() == [
        "reset", "solve",
        "inject K-007", "revert K-007",
        "inject K-078", "revert K-078",
    ]  # fmt: skip
    assert reasons(result) == {"K-007": (), "K-078": ()}
    assert result.proof.score == 1
    assert (result.failed, result.interruptions) == ({}, ())
    assert said == [
        "remise à neuf", "application du corrigé",
        "pannes : K-007", "discriminent : K-007",
        "pannes : K-078", "discriminent : K-078",
    ]  # fmt: skip


def test_a_sabotage_that_shows_nowhere_counts_against_its_check_and_is_undone(
    bench: Bench,
) -> None:
    bench.deaf = ("K-007",)

    result = run(bench)

    assert [check for check, against in reasons(result).items() if against] == ["K-007"]
    assert "revert K-007" in bench.list_acts()


def test_a_sabotage_that_cannot_be_undone_counts_against_its_check(bench: Bench) -> None:
    bench.lasting = ("K-078",)

    result = run(bench)

    assert [check for check, against in reasons(result).items() if against] == ["K-078"]


def lose(bench: Bench, monkeypatch: pytest.MonkeyPatch, after: str, times: int = 1000) -> None:
    """Have the bench be lost so many times to who looks at it after an act."""
    lost = bench.folder / "lost"
    lost.touch()

    def collect(*_settings: object, **_options: object) -> Path:
        if bench.list_acts()[-1] == after and len(lost.read_text("utf-8")) < times:
            lost.write_text(lost.read_text("utf-8") + ".", encoding="utf-8")
            raise ProviderError("le point de vue ne répond plus", hint="labctl status 1")
        return bench.folder

    monkeypatch.setattr(look, "collect_one", collect)


def test_a_bench_that_is_lost_once_is_made_ready_again_and_proves_all(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(bench, monkeypatch, "inject K-007", times=1)
    said: list[str] = []

    result = run(bench, said)

    assert reasons(result) == {"K-007": (), "K-078": ()}
    (one,) = result.interruptions
    assert (one.bench, one.message) == (1, "K-007 : le point de vue ne répond plus")
    assert "à refaire : le point de vue ne répond plus" in said
    assert bench.list_acts().count("solve") == 2
    assert bench.list_acts()[3] == "revert K-007"


def test_a_sabotage_under_which_the_bench_is_lost_costs_only_its_own_check(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(bench, monkeypatch, "inject K-007")

    result = run(bench)

    assert reasons(result) == {
        "K-007": ("son sabotage n'a pas pu être essayé : K-007 : le point de vue ne répond plus",),
        "K-078": (),
    }
    assert result.failed == {}


def test_a_sabotage_that_can_be_neither_tried_nor_undone_says_both(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(what: str, _plan: object, faults: Sequence[Fault], _report: object) -> None:
        if faults[0].check == "K-007":
            raise InfrastructureError(f"{what} : refusé")

    for name in ("inject", "revert"):
        monkeypatch.setattr(sabotage, name, partial(refuse, name))

    (why,) = {one.message for one in run(bench).interruptions}
    assert why == "K-007 : inject : refusé\nrevert : refusé"


def test_what_is_proved_is_written_while_the_rest_is_tried(bench: Bench) -> None:
    seen: list[Any] = []

    def step(_bench: int, text: str) -> None:
        if text.startswith("discriminent"):
            seen.append(json.loads((bench.folder / "proof.json").read_text("utf-8")))

    place = load_place("demo", None)
    result = prove.prove(place, (1,), CHOSEN, step, bench.folder / "proof.json")

    first, last = seen
    assert {row["check"]: bool(row["reasons"]) for row in first["checks"]} == {
        "K-007": False,
        "K-078": True,
    }
    assert last == {"schema": "labctl/prove/v1", **json.loads(json.dumps(result.to_document()))}


def test_without_any_bench_there_is_no_proof(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_settings: object) -> None:
        raise ProviderError("plus de place", hint="labctl doctor")

    monkeypatch.setattr(sabotage, "solve_bench", refuse)

    with pytest.raises(InfrastructureError) as raised:
        run(bench)

    assert raised.value.message == "aucun banc n'a pu faire la preuve\nplus de place"
    assert raised.value.hint == "labctl doctor"


@pytest.mark.usefixtures("bench")
def test_what_would_be_tried_is_foreseen_and_nothing_is_done(tmp_path: Path) -> None:
    foreseen = prove.foresee(load_place("demo", None), (1, 2), CHOSEN)

    assert sorted(check for checks in foreseen.values() for check in checks) == sorted(CHOSEN)
    assert not (tmp_path / "acts").exists()


def fault_on(name: str, *machines: str) -> Fault:
    steps = tuple(Step(NodeName(machine), (), ("x",), "", 1) for machine in machines)
    return Fault(name, CheckId(name), "", steps, steps, {}, 0.0, "")


def test_faults_of_one_machine_stay_in_order_and_others_are_apart() -> None:
    faults = [
        fault_on("K-901", "poste"),
        fault_on("K-902", "dc"),
        fault_on("K-903", "nas"),
        fault_on("K-904", "nas", "poste"),
        fault_on("K-905", "poste"),
    ]

    parts = sabotage.split_by_machines(faults)

    assert [[fault.id for fault in part] for part in parts] == [
        ["K-902"],
        ["K-901", "K-903", "K-904", "K-905"],
    ]
    assert sabotage.split_by_machines([]) == []


@pytest.mark.parametrize(
    "came",
    [Ready(None, VERDICTS), Ready(VERDICTS, VERDICTS), Tried(VERDICTS, None)],
)
def test_what_a_turn_comes_to_crosses_a_connection(came: Ready | Tried) -> None:
    kind: TypeAdapter[Any] = TypeAdapter(result_type("prove"))

    assert kind.validate_python(kind.dump_python(came, mode="json")) == came
