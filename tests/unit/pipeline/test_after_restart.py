"""A run that came after a power cut is judged beside the one before it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from checks.desk.facts.user_settings import UserSettings
from checks.naming.facts.identity import Identity
from labctl.collect.bundle import load
from labctl.core.verdict import Restart, Verdict
from labctl.facts.registry import name_key
from labctl.pipeline.observe import choose, grade, grade_again
from labctl.pipeline.place import new_run
from labctl.pipeline.power import list_cut
from tests.facts import solved_facts, untouched_facts
from tests.plans import Desk, plan_of
from tests.runs import part, write_evidence

CHOICE = part("K-007")
PLAN = plan_of(1)


@pytest.fixture(autouse=True)
def _own_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))


def write(facts: Mapping[type[Any], Any], restart: Restart | None = None) -> Path:
    wanted = [name_key((Identity, PLAN.desks[0].name))]
    return write_evidence(new_run(1), PLAN, facts, wanted, restart=restart)


def test_the_power_is_cut_of_what_the_candidate_configures() -> None:
    assert list_cut(PLAN) == ("routeur", "commutateur", "nas", "poste", "point_acces")


def test_evidence_tells_which_power_cut_it_comes_after() -> None:
    cut = Restart(("routeur", "poste"), "avant", "pas prêtes : poste")

    assert load(write(solved_facts(PLAN), cut)).restart == cut
    assert load(write(solved_facts(PLAN))).restart is None


def test_what_was_lost_with_the_power_is_named() -> None:
    before = write(solved_facts(PLAN))
    after = write(untouched_facts(PLAN), Restart(("poste",), before.name))

    (one,) = grade([after], CHOICE)
    (again,) = grade_again(after, CHOICE)

    restart = one.sheet.provenance.restart
    assert restart is not None
    assert restart.lost
    assert again.sheet.provenance.restart == restart
    said = {item.message for item in one.verdicts.verdicts if item.check in restart.lost}
    assert all(text.startswith("ne tient pas après redémarrage : ") for text in said)


def test_a_session_that_the_cut_closed_counts_as_it_was_seen_before() -> None:
    plan, choice = plan_of(1, Desk.SIMULATED), part("K-039")
    needs = choose(plan.referential, choice).meant_for(plan).needs(plan)
    closed = solved_facts(plan) | {UserSettings: UserSettings(is_open=False)}
    wanted = [name_key(key) for key in needs]
    before = write_evidence(new_run(1), plan, solved_facts(plan), wanted)
    cut = Restart(("poste",), before.name)
    after = write_evidence(new_run(1), plan, closed, wanted, restart=cut)

    (one,) = grade([after], choice)

    (verdict,) = one.verdicts.verdicts
    said = f"vu avant la coupure (relevé {before.name}) : {verdict.label}"
    assert (verdict.verdict, verdict.message) == (Verdict.CONFORM, said)
    assert one.sheet.provenance.restart == cut


def test_a_run_before_that_is_gone_names_nothing() -> None:
    after = write(untouched_facts(PLAN), Restart(("poste",), "20260101T000000.000000Z"))

    (one,) = grade([after], CHOICE)

    restart = one.sheet.provenance.restart
    assert restart is not None
    assert restart.lost == ()
