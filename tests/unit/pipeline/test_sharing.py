"""How the sabotages of a proof are shared between benches, and its parts put together."""

from labctl.core.kind import WITH_CIM, Kind
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Verdict
from labctl.judge.catalogue import load_checks
from labctl.judge.prove import Trial
from labctl.judge.selection import select
from labctl.pipeline.prove import Part, merge_parts, share_faults

CHOSEN = ("K-001", "K-007", "K-016", "K-078")
SELECTION = select(load_checks(), CHOSEN)


def shared_between(**benches: Kind) -> dict[str, list[str]]:
    """Return the checks whose sabotage each bench is given."""
    numbers = dict(enumerate(benches.values(), start=1))
    shared = share_faults(numbers, SELECTION)
    names = dict(enumerate(benches, start=1))
    return {
        names[bench]: [str(fault.check) for fault in faults] for bench, faults in shared.items()
    }


def test_sabotages_of_a_windows_go_where_there_is_one() -> None:
    shared = shared_between(linux=Kind.LINUX, windows=Kind.SIMULATED)
    assert shared == {"linux": ["K-007", "K-078"], "windows": ["K-001", "K-016"]}


def test_without_a_windows_they_go_nowhere() -> None:
    assert shared_between(one=Kind.LINUX, two=Kind.LINUX) == {"one": ["K-007"], "two": ["K-078"]}


def verdicts(kind: Kind, *, but: str = "", verdict: Verdict = Verdict.CONFORM) -> BenchVerdicts:
    """Return verdicts of the chosen checks that mean something for a kind."""
    made = tuple(
        CheckVerdict(spec.id, "1.1", "", 1, verdict if spec.id == but else Verdict.CONFORM)
        for spec in (check.spec for check in SELECTION.on(kind).chosen)
    )
    return BenchVerdicts(1, "A", "c", "namespace", "", "", "", made)


def untouched(kind: Kind) -> BenchVerdicts:
    """Return verdicts of which none conforms."""
    none = tuple(
        CheckVerdict(one.check, "1.1", "", 1, Verdict.NON_CONFORM)
        for one in verdicts(kind).verdicts
    )
    return BenchVerdicts(1, "A", "c", "namespace", "", "", "", none)


def part(kind: Kind, *sabotaged: str) -> Part:
    """Return what a bench contributes when each of its sabotages shows."""
    trials = tuple(
        Trial(
            check,
            frozenset(),
            verdicts(kind, but=check, verdict=Verdict.NON_CONFORM),
            verdicts(kind),
        )
        for check in sabotaged
    )
    return Part(kind, untouched(kind), verdicts(kind), trials)


def test_parts_of_different_kinds_make_one_proof() -> None:
    proof = merge_parts(
        SELECTION,
        [part(Kind.LINUX, "K-007", "K-078"), part(Kind.SIMULATED, "K-001", "K-016")],
    )
    assert {row.check: row.reasons for row in proof.rows} == dict.fromkeys(CHOSEN, ())
    assert proof.score == 1


def test_what_no_bench_sabotaged_is_not_proved() -> None:
    proof = merge_parts(SELECTION, [part(Kind.SIMULATED, "K-001", "K-007", "K-078")])
    unproved = [row.check for row in proof.rows if row.reasons]
    assert unproved == ["K-016"]


def test_a_linux_alone_says_nothing_of_a_windows() -> None:
    proof = merge_parts(SELECTION, [part(Kind.LINUX, "K-007", "K-078")])
    meant = {check.spec.id for check in SELECTION.chosen if check.spec.kinds != WITH_CIM}
    assert {row.check for row in proof.rows} == meant
