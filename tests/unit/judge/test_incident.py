"""The four lines on an incident: what each says, and what it does not hide."""

from dataclasses import replace
from decimal import Decimal

import pytest

from labctl.core.check import CheckSpec
from labctl.core.ids import CheckId, NodeName
from labctl.core.incident import Told
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Reason, Unobserved, Verdict
from labctl.facts.watched import Seen
from labctl.judge.incident import (
    Finding,
    Glance,
    Guard,
    find_refusal,
    is_shown,
    judge_incidents,
    leave_ended,
    list_still,
    list_unexpected,
    make_glance,
    tell,
)
from labctl.spec.incident import Incident, LineName
from labctl.spec.step import Step
from labctl.spec.watch import Healthy, Watch

OK, WRONG, BLOCKED = Verdict.CONFORM, Verdict.NON_CONFORM, Verdict.BLOCKED
UNKNOWN, NONE = Verdict.UNVERIFIABLE, Verdict.NOT_APPLICABLE


def watch(name: str, check: str = "") -> Watch:
    node = NodeName("" if check else "nas")
    return Watch(name, CheckId(check), node, ("/bin/x",), "", Healthy(0), 0.0, "", "objet", 1)


def spec(name: str, *after: str) -> CheckSpec:
    return CheckSpec(CheckId(name), (), tuple(map(CheckId, after)), name)


CATALOGUE = (spec("K-001"), spec("K-002", "K-001"), spec("K-003"), spec("K-004"), spec("K-005"))
INCIDENT = Incident(
    id="P-901",
    topic="dns",
    title="",
    says="",
    level=1,
    minutes=5,
    points=10,
    needs=(CheckId("K-001"),),
    draw={},
    symptom=(watch("s", "K-003"),),
    cause=(watch("c"),),
    changes={CheckId("K-001"): "parce que"},
    sometimes=frozenset(),
    keeps=(),
    inject=(),
    undo=(),
    repairs=(),
    wrong_repairs=(),
    survives_restart=True,
    excludes=(),
    hints=(),
    questions=(),
    traces=(),
    file="P-901.yml",
)
GUARD = Guard(frozenset({"K-005"}), (watch("g"),))


def verdict(case: str, found: Verdict, by: tuple[str, ...] = ()) -> CheckVerdict:
    return CheckVerdict(case, "", "", 1, found, message="", earned=Decimal(0), blocked_by=by)


def seen(name: str, is_healthy: bool | None = True, trouble: Unobserved | None = None) -> Seen:
    return Seen(name, is_healthy, "dit", trouble)


CUT = Unobserved(Reason.UNREACHABLE, "coupée")
HEALTHY = Glance(
    {f"K-00{rank}": verdict(f"K-00{rank}", OK) for rank in range(1, 6)},
    {"c": seen("c"), "g": seen("g")},
)


def glance(*looks: Seen, **verdicts: Verdict) -> Glance:
    """Return the healthy bench but for some verdicts (``K_001=…``) and looks."""
    changed = {name.replace("_", "-"): found for name, found in verdicts.items()}
    return Glance(
        {**HEALTHY.verdicts, **{name: verdict(name, found) for name, found in changed.items()}},
        {**HEALTHY.seen, **{one.name: one for one in looks}},
    )


def judge(now: Glance, *others: Incident, before: Glance = HEALTHY) -> Finding:
    return judge_incidents([INCIDENT, *others], before, now, CATALOGUE, GUARD)[0]


def told(finding: Finding) -> list[str]:
    return [line.told.value for line in finding.lines]


def test_a_repaired_bench_has_four_lines_that_say_yes() -> None:
    found = judge(HEALTHY)
    assert found.is_repaired
    assert not found.is_workaround
    assert found.line(LineName.CAUSE).reasons == ()


def test_what_an_incident_changes_is_excused_while_its_cause_is_there() -> None:
    now = glance(seen("c", False), K_001=WRONG, K_002=BLOCKED, K_003=WRONG)
    assert told(judge(now)) == ["non", "non", "oui", "oui"]


def test_what_an_incident_changes_must_conform_once_its_cause_is_repaired() -> None:
    found = judge(glance(K_001=WRONG))
    assert told(found) == ["oui", "oui", "non", "oui"]
    assert found.line(LineName.INTACT).reasons == ("K-001 : non conforme",)


def test_what_a_request_changes_is_meant_to_stay() -> None:
    now, asked = glance(K_001=WRONG), replace(INCIDENT, request=True)
    assert told(judge_incidents([asked], HEALTHY, now, CATALOGUE, GUARD)[0]) == ["oui"] * 4


def test_a_symptom_without_its_cause_is_a_workaround() -> None:
    assert judge(glance(seen("c", False))).is_workaround


def test_a_regression_is_named_and_is_not_the_incidents() -> None:
    assert judge(glance(K_004=WRONG)).line(LineName.INTACT).reasons == ("K-004 : non conforme",)


def test_what_was_never_healthy_is_no_regression() -> None:
    sick = glance(K_004=WRONG)
    assert judge(sick, before=sick).is_repaired


def test_what_a_power_cut_ends_is_no_regression() -> None:
    catalogue = [replace(one, ended_by_cut=one.id == "K-004") for one in CATALOGUE]

    before = leave_ended(HEALTHY, catalogue)

    assert judge(glance(K_004=WRONG), before=before).is_repaired
    assert not judge(glance(K_003=WRONG), before=before).is_repaired


SAME = replace(INCIDENT, same=(watch("same"),))


@pytest.mark.parametrize(
    ("was", "now", "line"),
    [
        (Seen("same", True, "S-1-5-7"), Seen("same", True, "S-1-5-7"), "oui"),
        (Seen("same", True, "S-1-5-7"), Seen("same", True, "S-1-5-8"), "non"),  # made again
        (Seen("same", True, "S-1-5-7"), Seen("same", False, ""), "non"),
        (Seen("same", True, "S-1-5-7"), Seen("same", None, "", CUT), "non vérifiable"),
        (Seen("same", False, ""), Seen("same", True, "S-1-5-8"), "oui"),  # there is no before
        (None, Seen("same", True, "S-1-5-8"), "oui"),
    ],
)
def test_an_object_that_is_made_again_is_not_the_same(
    was: Seen | None, now: Seen, line: str
) -> None:
    before = glance(*filter(None, [was]))
    (found,) = judge_incidents([SAME], before, glance(now), CATALOGUE, GUARD)
    assert told(found) == ["oui", "oui", line, "oui"]


def test_what_must_be_the_same_is_compared_once_the_cause_is_repaired() -> None:
    before = glance(Seen("same", True, "C:/marie"))
    now = glance(Seen("same", True, "C:/TEMP"), seen("c", False))
    (found,) = judge_incidents([SAME], before, now, CATALOGUE, GUARD)
    assert told(found) == ["oui", "non", "oui", "oui"]


def test_what_could_not_be_seen_is_not_called_broken() -> None:
    found = judge(glance(K_004=UNKNOWN))
    assert found.line(LineName.INTACT).told is Told.UNKNOWN
    assert not found.is_repaired


def test_a_check_that_was_not_judged_is_not_called_broken() -> None:
    now = Glance({k: v for k, v in HEALTHY.verdicts.items() if k != "K-004"}, HEALTHY.seen)
    assert judge(now).line(LineName.INTACT).reasons == ("K-004 : n'a pas été jugé",)


def test_security_is_a_line_of_its_own() -> None:
    assert told(judge(glance(K_005=WRONG))) == ["oui", "oui", "oui", "non"]
    assert told(judge(glance(seen("g", False)))) == ["oui", "oui", "oui", "non"]


def test_reasons_of_checks_and_looks_are_said_together() -> None:
    found = judge(glance(seen("g", False), K_005=WRONG)).line(LineName.SECURE)
    assert found.reasons == ("K-005 : non conforme", "objet : dit")


def test_security_that_was_low_before_is_not_the_candidates() -> None:
    low = glance(seen("g", False))
    assert judge(low, before=low).is_repaired
    blind = Glance(HEALTHY.verdicts, {"c": seen("c")})
    assert judge(HEALTHY, before=blind).is_repaired


def test_what_another_incident_changes_is_not_counted() -> None:
    other = replace(
        INCIDENT,
        id="P-902",
        symptom=(watch("s2", "K-004"), watch("s3")),
        cause=(watch("c2"),),
        changes={},
    )
    now = glance(seen("c2", False), seen("s3"), K_004=WRONG)
    assert told(judge(now, other)) == ["oui"] * 4
    mended = glance(seen("c2"), seen("s3"), K_004=WRONG)
    assert told(judge(mended, other)) == ["oui"] * 4
    healthy = glance(seen("c2"), seen("s3"), K_001=WRONG)
    assert told(judge(healthy, other)) == ["oui", "oui", "non", "oui"]


@pytest.mark.parametrize(
    ("found", "by", "answer"),
    [
        (OK, (), Told.YES),
        (NONE, (), Told.YES),
        (WRONG, (), Told.NO),
        (UNKNOWN, (), Told.UNKNOWN),
        (BLOCKED, ("K-001",), Told.NO),
        (BLOCKED, ("K-004",), Told.UNKNOWN),
    ],
)
def test_a_check_says_what_its_verdict_says(
    found: Verdict, by: tuple[str, ...], answer: Told
) -> None:
    now = glance(K_001=WRONG)
    now = Glance({**now.verdicts, "K-003": verdict("K-003", found, by)}, now.seen)
    assert tell((watch("s", "K-003"),), now)[0] is answer


def test_a_check_of_several_machines_fails_with_one_of_them() -> None:
    now = Glance({"K-003@a": verdict("K-003@a", OK), "K-003@b": verdict("K-003@b", WRONG)})
    assert tell((watch("s", "K-003"),), now) == (Told.NO, ("K-003@b : non conforme",))


def test_a_check_that_nobody_judges_says_nothing() -> None:
    assert tell((watch("s", "K-099"),), HEALTHY)[0] is Told.UNKNOWN


def test_a_look_that_was_not_made_says_nothing() -> None:
    assert tell((watch("z"),), HEALTHY) == (Told.UNKNOWN, ("objet : n'a pas été regardé",))


def test_a_look_in_trouble_says_nothing() -> None:
    now = glance(seen("c", None, Unobserved(Reason.TIMEOUT, "rien")))
    assert tell((watch("c"),), now) == (Told.UNKNOWN, ("objet : rien",))


def test_one_thing_that_is_wrong_outweighs_what_was_not_seen() -> None:
    now = glance(seen("c", False))
    assert tell((watch("z"), watch("c")), now) == (Told.NO, ("objet : dit",))


def test_a_symptom_is_shown_when_it_is_seen_and_only_then() -> None:
    assert is_shown(INCIDENT, glance(K_003=WRONG))
    assert not is_shown(INCIDENT, glance(K_003=UNKNOWN))
    assert not is_shown(INCIDENT, HEALTHY)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (HEALTHY, ""),
        (glance(K_001=WRONG), "K-001 doit être conforme avant"),
        (Glance({}, HEALTHY.seen), "K-001 n'est pas jugé"),
        (glance(K_003=WRONG), "le symptôme est déjà là"),
        (glance(seen("c", False)), "la cause est déjà là"),
        (glance(seen("c", None, Unobserved(Reason.TIMEOUT, "rien"))), "la cause est déjà là"),
    ],
)
def test_an_incident_is_refused_with_the_reason(now: Glance, said: str) -> None:
    refusal = find_refusal(INCIDENT, now)
    assert refusal.startswith(said)
    assert bool(refusal) == bool(said)


@pytest.mark.parametrize(
    ("fits", "said"),
    [
        (seen("b"), ""),
        (seen("b", False), "elle ne va pas à ce banc : objet : dit"),
        (seen("b", None, Unobserved(Reason.TIMEOUT, "rien")), "elle ne va pas à ce banc"),
        (seen("other"), "elle ne va pas à ce banc : objet : n'a pas été regardé"),
    ],
)
@pytest.mark.parametrize("asked", [False, True])
def test_an_incident_is_refused_where_the_bench_is_not_what_it_takes_for_granted(
    fits: Seen, said: str, asked: bool
) -> None:
    one = replace(INCIDENT, before=(watch("b"),), request=asked)
    refusal = find_refusal(one, glance(fits))
    assert refusal.startswith(said)
    assert bool(refusal) == bool(said)


def test_what_an_incident_does_not_declare_is_named() -> None:
    now = glance(seen("c", False), K_001=WRONG, K_002=BLOCKED, K_003=WRONG, K_004=UNKNOWN)
    assert list_unexpected([INCIDENT], HEALTHY, now, CATALOGUE) == ("K-004 : non vérifiable",)
    assert list_still(INCIDENT, HEALTHY, now) == ()


def test_what_an_incident_declares_must_change() -> None:
    assert list_still(INCIDENT, HEALTHY, HEALTHY) == ("K-001",)
    absent = Glance({}, {})
    assert list_still(INCIDENT, absent, HEALTHY) == ()


def test_what_changes_on_some_benches_only_may_conform() -> None:
    one = replace(INCIDENT, sometimes=frozenset(INCIDENT.changes))
    assert list_still(one, HEALTHY, HEALTHY) == ()


def test_a_moment_is_found_by_the_names_of_its_cases() -> None:
    words = ("A", "cahier", "namespace", "", "", "")
    verdicts = BenchVerdicts(1, *words, (verdict("K-001@a", OK),))
    found = make_glance(verdicts, [seen("c")])
    assert (list(found.verdicts), list(found.seen)) == (["K-001@a"], ["c"])


def test_what_an_incident_lowers_itself_is_not_said_of_its_neighbours() -> None:
    guard = Guard(frozenset(), (replace(watch("g"), name="shares/g"),))
    lowering = replace(
        INCIDENT,
        id="P-902",
        topic="shares",
        cause=(watch("d"),),
        inject=(Step(NodeName("nas"), (), ("/bin/x",), "", 1),),
    )
    before = Glance(HEALTHY.verdicts, {**HEALTHY.seen, "shares/g": seen("shares/g")})
    for is_there, elsewhere, said in (
        (True, lowering, Told.YES),
        (False, lowering, Told.NO),
        (True, replace(lowering, topic="dns"), Told.NO),
        (True, replace(lowering, inject=()), Told.NO),
    ):
        looks = {"shares/g": seen("shares/g", False), "d": seen("d", not is_there)}
        now = Glance(before.verdicts, {**before.seen, **looks})
        first, second = judge_incidents([INCIDENT, elsewhere], before, now, CATALOGUE, guard)
        assert first.line(LineName.SECURE).told is said
        assert second.line(LineName.SECURE).told is Told.NO
