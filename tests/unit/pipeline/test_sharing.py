"""How the sabotages of a proof are shared between benches, and its parts put together."""

from labctl.core.check import CheckSpec
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Verdict
from labctl.judge.cases import list_specs
from labctl.judge.prove import Trial
from labctl.pipeline.choosing import choose_checks
from labctl.pipeline.prove import Part, begin, merge_parts
from tests.plans import Desk, plan_of

CHOSEN = ("K-001", "K-007", "K-016", "K-078")
SELECTION = choose_checks("tai", CHOSEN)


def shared_between(*benches: Desk) -> dict[int, list[str]]:
    """Return the checks whose sabotages each bench can try."""
    plans = {bench: plan_of(1, kind) for bench, kind in enumerate(benches)}
    campaign = begin(plans, SELECTION)
    return {
        bench: sorted(name for (name,) in campaign.groups() if campaign.can(bench, (name,)))
        for bench in plans
    }


def test_sabotages_of_a_windows_go_where_there_is_one() -> None:
    shared = shared_between(Desk.LINUX, Desk.SIMULATED)
    assert shared == {0: ["K-007", "K-078"], 1: ["K-001", "K-007", "K-016", "K-078"]}


def test_without_a_windows_they_go_nowhere() -> None:
    assert shared_between(Desk.LINUX, Desk.LINUX) == {key: ["K-007", "K-078"] for key in (0, 1)}


def cases_of(kind: Desk) -> tuple[CheckSpec, ...]:
    """Return what is judged of a bench with such a workstation."""
    return list_specs(SELECTION, plan_of(1, kind))


def verdicts(kind: Desk, *, but: str = "", verdict: Verdict = Verdict.CONFORM) -> BenchVerdicts:
    """Return verdicts of the chosen checks that mean something for a kind."""
    made = tuple(
        CheckVerdict(spec.id, "1.1", "", 1, verdict if spec.id == but else Verdict.CONFORM)
        for spec in cases_of(kind)
    )
    return BenchVerdicts(1, "A", "c", "namespace", "", "", "", made)


def untouched(kind: Desk) -> BenchVerdicts:
    """Return verdicts of which none conforms."""
    none = tuple(
        CheckVerdict(one.check, "1.1", "", 1, Verdict.NON_CONFORM)
        for one in verdicts(kind).verdicts
    )
    return BenchVerdicts(1, "A", "c", "namespace", "", "", "", none)


def part(kind: Desk) -> Part:
    """Return the baselines of a bench."""
    return Part(cases_of(kind), untouched(kind), verdicts(kind))


def trials(kind: Desk, *sabotaged: str) -> list[Trial]:
    """Return what a bench shows when each of its sabotages does."""
    return [
        Trial(
            check,
            frozenset(),
            verdicts(kind, but=check, verdict=Verdict.NON_CONFORM),
            verdicts(kind),
        )
        for check in sabotaged
    ]


def test_benches_of_different_kinds_make_one_proof() -> None:
    proof = merge_parts(
        [part(Desk.LINUX), part(Desk.SIMULATED)],
        [*trials(Desk.LINUX, "K-007", "K-078"), *trials(Desk.SIMULATED, "K-001", "K-016")],
    )
    assert {row.check: row.reasons for row in proof.rows} == dict.fromkeys(CHOSEN, ())
    assert proof.score == 1


def test_what_no_bench_sabotaged_is_not_proved() -> None:
    tried = trials(Desk.SIMULATED, "K-001", "K-007", "K-078")
    proof = merge_parts([part(Desk.SIMULATED)], tried)
    unproved = [row.check for row in proof.rows if row.reasons]
    assert unproved == ["K-016"]


def test_a_linux_alone_says_nothing_of_a_windows() -> None:
    proof = merge_parts([part(Desk.LINUX)], trials(Desk.LINUX, "K-007", "K-078"))
    meant = {check.spec.id for check in SELECTION.chosen if check.spec.face != "windows"}
    assert {row.check for row in proof.rows} == meant
