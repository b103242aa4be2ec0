"""What conformed before a power cut and does not after it is named."""

from dataclasses import replace

from labctl.core.verdict import (
    BenchVerdicts,
    CheckVerdict,
    EvidenceRef,
    Provenance,
    Restart,
    Verdict,
)
from labctl.judge.restart import name_lost

GOOD, BAD, UNTOLD = Verdict.CONFORM, Verdict.NON_CONFORM, Verdict.UNVERIFIABLE
CUT = Provenance(restart=Restart(("routeur",), "avant"))


def bench(provenance: Provenance, **verdicts: tuple[Verdict, str]) -> BenchVerdicts:
    """Return the verdicts of a bench: those of K-001, K-002…, each with its message."""
    found = tuple(
        CheckVerdict(name, "5.1", name, 1, verdict, message=message)
        for name, (verdict, message) in verdicts.items()
    )
    return BenchVerdicts(1, "A", "c", "namespace", "", "", "", found, provenance=provenance)


def messages(found: BenchVerdicts) -> dict[str, str]:
    return {one.check: one.message for one in found.verdicts}


def test_only_what_conformed_before_is_named() -> None:
    before = bench(Provenance(), a=(GOOD, ""), b=(BAD, "faux"), c=(GOOD, ""))
    after = bench(CUT, a=(BAD, "plus de règle"), b=(BAD, "faux"), c=(GOOD, ""))

    found = name_lost(before, after)

    assert messages(found) == {
        "a": "ne tient pas après redémarrage : plus de règle", "b": "faux", "c": "",
    }  # fmt: skip
    assert found.provenance.restart == Restart(("routeur",), "avant", "", ("a",))
    assert [one.verdict for one in found.verdicts] == [BAD, BAD, GOOD]


def test_what_is_blocked_or_cannot_be_told_is_named_too() -> None:
    before = bench(Provenance(), a=(GOOD, ""), b=(GOOD, ""))
    after = bench(CUT, a=(Verdict.BLOCKED, ""), b=(Verdict.UNVERIFIABLE, "injoignable"))

    assert messages(name_lost(before, after)) == {
        "a": "ne tient pas après redémarrage : bloqué",
        "b": "ne tient pas après redémarrage : injoignable",
    }


def test_a_check_that_was_not_asked_before_is_not_lost() -> None:
    after = bench(CUT, a=(BAD, "faux"))

    assert messages(name_lost(bench(Provenance()), after)) == {"a": "faux"}


def test_what_a_cut_ends_by_nature_is_judged_before_it() -> None:
    proof = EvidenceRef("poste", "session", "", 7, "")
    before = bench(Provenance(), a=(GOOD, ""), b=(BAD, "faux"), c=(UNTOLD, "pas de session"))
    before = replace(before, verdicts=tuple(replace(o, evidence=(proof,)) for o in before.verdicts))
    closed = (UNTOLD, "plus de session")
    after = bench(CUT, a=closed, b=closed, c=(BAD, "arrêt brutal"))

    found = name_lost(before, after, {"a", "b", "c"})

    assert messages(found) == {
        "a": "vu avant la coupure (relevé avant) : a",
        "b": "vu avant la coupure (relevé avant) : faux",
        "c": "vu avant la coupure (relevé avant) : pas de session",
    }
    assert [one.verdict for one in found.verdicts] == [GOOD, BAD, UNTOLD]
    assert [one.evidence for one in found.verdicts] == [(), (), ()]  # numbered in the other run
    assert found.provenance.restart == CUT.restart


def test_what_a_cut_ends_and_conforms_after_it_is_judged_after_it() -> None:
    after = bench(CUT, a=(GOOD, ""))

    assert name_lost(bench(Provenance(), a=(BAD, "faux")), after, {"a"}) == after


def test_what_a_cut_ends_is_lost_with_its_need() -> None:
    after = bench(CUT, a=(Verdict.BLOCKED, ""))

    found = name_lost(bench(Provenance(), a=(GOOD, "")), after, {"a"})

    assert messages(found) == {"a": "ne tient pas après redémarrage : bloqué"}


def test_without_a_look_before_the_cut_there_is_one_verdict() -> None:
    after = bench(CUT, a=(UNTOLD, "plus de session"))

    assert name_lost(bench(Provenance()), after, {"a"}) == after


def test_without_a_power_cut_nothing_is_lost() -> None:
    after = bench(Provenance(), a=(BAD, "faux"))

    assert name_lost(bench(Provenance(), a=(GOOD, "")), after) is after
    assert replace(after) == after
