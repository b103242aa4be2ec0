"""A proof from end to end, on a bench that is a list of what is broken in it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from labctl.core.errors import InfrastructureError, ProviderError
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Verdict
from labctl.judge.prove import Proof
from labctl.judge.selection import Selection
from labctl.pipeline import prove
from labctl.pipeline.outcome import Outcome
from labctl.pipeline.place import load_place
from labctl.spec.fault import Fault

CHOSEN = ("K-007", "K-078")


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

    def endpoints(self, _plan: object) -> None:
        """Give no way in: nothing is really asked."""

    def inject(self, fault: Fault, *_settings: object) -> None:
        self.note(f"inject {fault.check}", () if fault.check in self.deaf else (fault.check,))

    def revert(self, fault: Fault, *_settings: object) -> None:
        self.note(f"revert {fault.check}", (fault.check,) if fault.check in self.lasting else ())

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
        "judge": here.judge,
        "load": lambda _name: here,
        "load_observer": lambda _name: here,
        "collect_one": lambda *_settings: tmp_path,
        "load_evidence": lambda run: run,
        "preload": lambda: None,
        "CONVERGENCE_S": 0.1,
    }.items():
        monkeypatch.setattr(prove, name, act)
    list_faults = prove.list_faults
    monkeypatch.setattr(
        prove, "list_faults", lambda checks: [replace(f, settle_s=0.1) for f in list_faults(checks)]
    )
    return here


def run(said: list[str] | None = None) -> tuple[Proof, dict[int, Outcome[prove.Part]]]:
    def step(_bench: int, text: str) -> None:
        if said is not None and text:
            said.append(text)

    return prove.prove(load_place("demo", None), (1,), CHOSEN, step)


def reasons(proof: Proof) -> dict[str, tuple[str, ...]]:
    return {row.check: row.reasons for row in proof.rows}


def test_each_sabotage_is_tried_on_the_solved_bench_and_undone(bench: Bench) -> None:
    said: list[str] = []

    proof, outcomes = run(said)

    assert bench.list_acts() == [
        "reset", "solve",
        "inject K-007", "revert K-007",
        "inject K-078", "revert K-078",
    ]  # fmt: skip
    assert reasons(proof) == {"K-007": (), "K-078": ()}
    assert proof.score == 1
    assert outcomes[1].ok
    assert said[:2] == ["remise à neuf", "application du corrigé"]
    assert [text.partition(" : ")[0] for text in said[2:]] == ["1/2 K-007", "2/2 K-078"]


def test_a_sabotage_that_shows_nowhere_counts_against_its_check_and_is_undone(
    bench: Bench,
) -> None:
    bench.deaf = ("K-007",)

    proof, _outcomes = run()

    assert [check for check, against in reasons(proof).items() if against] == ["K-007"]
    assert "revert K-007" in bench.list_acts()


def test_a_sabotage_that_cannot_be_undone_counts_against_its_check(bench: Bench) -> None:
    bench.lasting = ("K-078",)

    proof, _outcomes = run()

    assert [check for check, against in reasons(proof).items() if against] == ["K-078"]


def test_a_sabotage_is_undone_also_when_the_bench_can_no_more_be_observed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_settings: object) -> Path:
        if bench.list_acts()[-1] == "inject K-007":
            raise ProviderError("le point de vue ne répond plus", hint="labctl status 1")
        return bench.folder

    monkeypatch.setattr(prove, "collect_one", lose)

    with pytest.raises(InfrastructureError) as said:
        run()

    assert said.value.message == (
        "aucun banc n'a pu faire la preuve\nle point de vue ne répond plus"
    )
    assert bench.list_acts()[-1] == "revert K-007"


@pytest.mark.usefixtures("bench")
def test_what_would_be_tried_is_foreseen_and_nothing_is_done(tmp_path: Path) -> None:
    foreseen = prove.foresee(load_place("demo", None), (1, 2), CHOSEN)

    assert sorted(check for checks in foreseen.values() for check in checks) == sorted(CHOSEN)
    assert not (tmp_path / "acts").exists()
