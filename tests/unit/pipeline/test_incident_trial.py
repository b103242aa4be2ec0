"""Incidents tried on a bench that is made of files: rounds, culprits, sick benches."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from labctl.core.check import CheckSpec
from labctl.core.ids import CheckId
from labctl.core.progress import Report, silent
from labctl.core.verdict import CheckVerdict, Verdict
from labctl.facts.watched import Seen
from labctl.judge.incident import Glance, Guard
from labctl.pipeline.incident_book import read_book
from labctl.pipeline.incidents import bench as doing
from labctl.pipeline.incidents import trial
from labctl.pipeline.incidents.trial import Power, Trial, try_incidents
from labctl.plan.model import Plan
from labctl.spec.incident import Incident, LineName, Repair
from labctl.spec.step import Edit
from labctl.spec.watch import Watch
from tests.plans import plan_of
from tests.unit.judge.test_incident import INCIDENT, spec, watch
from tests.unit.pipeline.file_bench import File, Machine, bench_of, step

GOOD = b"good\n"
SPECS = (spec("K-001"), spec("K-002"), spec("K-003"))


def file_of(name: str) -> str:
    return f"/etc/{name}"


def incident(number: int, *changes: str) -> Incident:
    """Return an incident that is a file, a repair of it, a workaround and none that is declared."""
    name = f"P-{number}"
    mend = step(edit=Edit(file_of(name), "bad", "good"))
    hide = step(edit=Edit(file_of(name), "bad", "bad but hidden"))
    return replace(
        INCIDENT,
        id=name,
        topic=name,
        needs=(),
        symptom=(watch(f"{name}/symptom"),),
        cause=(watch(f"{name}/cause"),),
        changes={CheckId(check): "" for check in changes},
        inject=(step(edit=Edit(file_of(name), "good", "bad")),),
        undo=(),
        repairs=(Repair("réparer", (mend,)), Repair("réparer encore", (mend,))),
        wrong_repairs=(Repair("cacher", (hide,), (LineName.CAUSE,)),),
    )


@dataclass(slots=True)
class Fake:
    """A bench that is sick in ``breaks`` of an incident while its file is not as it was.

    ``sticks`` are checks that stay wrong once an incident was there, until the bench is renewed.
    """

    machine: Machine
    incidents: Mapping[str, Incident]
    breaks: Mapping[str, Collection[str]] = field(default_factory=dict)
    sticks: Mapping[str, str] = field(default_factory=dict)
    stuck: set[str] = field(default_factory=set)
    plan: Plan = field(default_factory=lambda: plan_of(1))
    report: Report = silent
    specs: tuple[CheckSpec, ...] = SPECS

    def find(self, name: str, drawn: Mapping[str, str]) -> Incident:  # noqa: ARG002
        return self.incidents[name]

    def guard(self) -> Guard:
        return Guard()

    def quietly(self) -> "Fake":
        return self

    def look(
        self,
        watches: Iterable[Watch],
        only: Collection[str] | None = None,  # noqa: ARG002
    ) -> Glance:
        there = {name for name in self.incidents if b"bad" in self._content(name)}
        self.stuck |= {self.sticks[name] for name in there if name in self.sticks}
        wrong = self.stuck.union(*(self.breaks.get(name, ()) for name in there))
        verdicts = {
            str(one.id): CheckVerdict(
                one.id, "", "", 1, Verdict.NON_CONFORM if one.id in wrong else Verdict.CONFORM
            )
            for one in SPECS
        }
        seen = {one.name: Seen(one.name, self._is_healthy(one.name), "") for one in watches}
        return Glance(verdicts, seen)

    def _is_healthy(self, look: str) -> bool:
        name, _slash, kind = look.partition("/")
        content = self._content(name)
        return b"bad" not in content or (kind == "symptom" and b"hidden" in content)

    def _content(self, name: str) -> bytes:
        return self.machine.files.get(file_of(name), File(GOOD)).content


@pytest.fixture(autouse=True)
def _quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    for module in (doing, trial):
        monkeypatch.setattr(module, "SHOW_S", 0.0)


@dataclass(slots=True)
class Tried:
    """What trying incidents came to."""

    trials: tuple[Trial, ...]
    told: list[str]
    renewed: int
    cuts: int

    @property
    def wrong(self) -> dict[tuple[str, str], tuple[str, ...]]:
        return {(one.incident, one.what): one.troubles for one in self.trials if one.troubles}


def run(
    *incidents: Incident,
    restarts: bool = True,
    is_ready: bool = False,
    **more: Mapping[str, object],
) -> Tried:
    known = {one.id: one for one in incidents}
    machine = Machine({file_of(name): File(GOOD) for name in known})
    bench = bench_of(machine)
    told: list[str] = []
    fake = Fake(machine, known, report=told.append, **more)  # type: ignore[arg-type]
    bench = replace(bench, sight=fake)
    tried = Tried((), told, 0, 0)

    def cut() -> str:
        tried.cuts += 1
        return ""

    def renew() -> None:
        tried.renewed += 1
        fake.stuck.clear()

    power = Power(cut if restarts else None, None if is_ready else renew)
    tried.trials = try_incidents(bench, {name: {} for name in known}, power)
    assert read_book(1).open == ()
    assert all(one.content == GOOD for one in machine.files.values())
    return tried


RIGHT = {"P-1": ["K-001"], "P-2": ["K-002"]}


def test_incidents_as_they_say_share_their_power_cuts() -> None:
    tried = run(incident(1, "K-001"), incident(2, "K-002"), breaks=RIGHT)
    assert tried.wrong == {}
    assert [one.what for one in tried.trials if one.incident == "P-1"] == [
        "la panne", "réparer", "réparer encore", "cacher", "le banc après le retrait",
    ]  # fmt: skip
    assert tried.cuts == 3  # before and after the first repair, after the second
    assert "P-1 : réparer : oui" in tried.told


def test_without_restarts_no_power_is_cut() -> None:
    tried = run(incident(1, "K-001"), breaks=RIGHT, restarts=False)
    assert (tried.wrong, tried.cuts) == ({}, 0)


def test_a_round_that_fails_names_its_culprit() -> None:
    breaks = {"P-1": ["K-001", "K-003"], "P-2": ["K-002"]}
    tried = run(incident(1, "K-001"), incident(2, "K-002"), breaks=breaks)
    assert set(tried.wrong) == {("P-1", "la panne"), ("P-1", "cacher")}
    assert all("K-003" in why for troubles in tried.wrong.values() for why in troubles)
    assert any("sera essayée seule" in text for text in tried.told)


def test_one_that_does_not_show_is_tried_again_without_the_others() -> None:
    never = replace(incident(2), symptom=(watch("P-9/symptom"),))
    tried = run(incident(1, "K-001"), never, breaks=RIGHT)
    assert {name for name, _what in tried.wrong} == {"P-2"}
    assert not any("P-1 : sera essayée" in text for text in tried.told)


def test_one_that_could_not_be_injected_was_never_there() -> None:
    refused = replace(incident(2), needs=(CheckId("K-999"),))
    tried = run(refused)
    assert {what for _name, what in tried.wrong} == {
        "la panne",
        "réparer",
        "réparer encore",
        "cacher",
    }


def test_a_change_that_company_declares_is_seen_all_the_same() -> None:
    breaks = {"P-1": ["K-001", "K-002"], "P-2": ["K-002"]}
    tried = run(incident(1, "K-001"), incident(2, "K-002"), breaks=breaks)
    assert ("P-1", "la panne") in tried.wrong


def test_a_check_that_does_not_change_is_said() -> None:
    tried = run(incident(1, "K-001"), incident(2, "K-002"), breaks={"P-1": ["K-001"]})
    assert set(tried.wrong) == {("P-2", "la panne")}
    assert tried.wrong["P-2", "la panne"][0] == "K-002 ne change pas"


def test_a_repair_that_fails_is_that_of_its_incident() -> None:
    lame = replace(incident(2), repairs=(Repair("ne rien faire", ()),))
    tried = run(incident(1), lame)
    assert set(tried.wrong) == {("P-2", "ne rien faire")}


def test_a_workaround_that_repairs_is_said() -> None:
    other = incident(1)
    good = replace(other.repairs[0], label="trop bien", leaves=(LineName.CAUSE,))
    tried = run(replace(other, wrong_repairs=(good,)))
    assert tried.wrong == {("P-1", "trop bien"): ("la ligne cause dit oui",)}


def test_a_step_that_fails_spoils_its_own_repair_only() -> None:
    lost = step(edit=Edit("/etc/none", "x", "y"))
    lame = replace(incident(2), repairs=(Repair("se tromper", (lost,)),))
    tried = run(incident(1), lame)
    assert set(tried.wrong) == {("P-2", "se tromper")}
    assert "n'existe pas" in tried.wrong["P-2", "se tromper"][0]


def test_an_incident_that_a_restart_should_repair_is_said() -> None:
    tried = run(replace(incident(1), survives_restart=False))
    (why,) = tried.wrong["P-1", "la panne"]
    assert why == "après redémarrage la panne est encore là"


def test_a_workaround_that_lasts_is_said() -> None:
    mended = Repair("provisoire", incident(1).repairs[0].steps, (LineName.LASTING,))
    tried = run(replace(incident(1), wrong_repairs=(mended,)))
    assert tried.wrong == {("P-1", "provisoire"): ("tient après redémarrage",)}


def test_a_bench_that_stays_sick_is_made_as_new_and_the_culprit_named() -> None:
    tried = run(incident(1), incident(2), breaks={"P-2": ["K-003"]}, sticks={"P-2": "K-003"})
    assert ("P-2", "le banc après le retrait") in tried.wrong
    assert ("P-1", "le banc après le retrait") not in tried.wrong
    assert tried.renewed > 1  # once after the round, once after the culprit


def test_a_bench_that_was_taken_as_it_is_is_not_made_as_new() -> None:
    tried = run(incident(1), sticks={"P-1": "K-003"}, is_ready=True)
    assert ("P-1", "le banc après le retrait") in tried.wrong
    assert tried.renewed == 0


def test_incidents_that_are_there_go_first() -> None:
    known = {"P-1": incident(1)}
    machine = Machine({file_of("P-1"): File(GOOD)})
    bench = replace(bench_of(machine), sight=Fake(machine, known))
    doing.inject(bench, {"P-1": {}})
    trials = try_incidents(bench, {"P-1": {}}, Power(None, None))
    assert not any(one.troubles for one in trials)
    assert len(read_book(1).records) == 4
