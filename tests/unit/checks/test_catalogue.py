"""The catalogue as a whole: honest on every bench, whatever could not be observed."""

import subprocess
import sys
from pathlib import Path

import pytest

from checks.desk.facts.user_settings import UserSettings
from checks.documents.facts.in_force import InForce
from checks.internet.facts.login import Login
from checks.internet.facts.ssdp import UpnpSearch
from checks.remote_help.facts import RemoteHelp
from checks.shares.facts.shares import ShareListing
from checks.startup.facts.task_results import TaskResults
from checks.virtualisation.facts.guests import Guests
from labctl.connect.base import Transport
from labctl.core.check import CheckSpec
from labctl.core.verdict import CheckVerdict, Reason, Unobserved, Verdict
from labctl.facts.evidence import Evidence
from labctl.facts.machines import Machines
from labctl.facts.registry import name_of
from labctl.judge.catalogue import blocked_with, load_catalogue
from labctl.judge.run import judge
from labctl.pipeline.choosing import choose_checks, load_exam
from tests.checking import PLAN
from tests.facts import Facts, evidence_of, machines, solved_facts, untouched_facts
from tests.plans import ROOT, Desk, plan_of
from tests.probes import probe_of

ON_WINDOWS = frozenset(
    f"K-{number:03d}"
    for number in (
        *(*range(1, 7), *range(8, 12), *range(13, 17), *range(19, 28)),
        *(*range(29, 34), 36, 38, 39, *range(43, 54), 55, 56, 82, 120),
    )
)
ON_LINUX = frozenset({"K-012"})
DELIVERED = ON_WINDOWS | frozenset(
    f"K-{number:03d}"
    for number in (
        *(7, 12, 17, 18, 28, 34, 35, 37, 40, 41, 42, 54),
        *range(57, 82),
        *range(83, 90),
        *(*range(90, 120), *range(121, 127)),
    )
)
OF_BOX = frozenset(f"K-{number:03d}" for number in range(135, 139))
"""Judged where a box does everything; the shipped subject of the whole title has none."""
OPTIONAL = {"K-014", "K-015"}
"""Not judged where the candidate did not begin what the subject leaves to their choice."""
EVERY = choose_checks("tai")
CATALOGUE = tuple(spec for spec in load_catalogue() if spec.id in DELIVERED)


def verdicts_of(*evidences: Evidence) -> list[dict[str, CheckVerdict]]:
    """Judge and return the verdicts of each evidence by check."""
    return [
        {verdict.check: verdict for verdict in bench.verdicts} for bench in judge(evidences, EVERY)
    ]


def verdicts_on(facts: Facts) -> dict[str, CheckVerdict]:
    """Judge one bench of variant A."""
    (found,) = verdicts_of(evidence_of(PLAN, facts))
    return found


def of_kind(verdicts: dict[str, CheckVerdict], kind: Verdict) -> set[str]:
    """Return the checks with a verdict of this kind."""
    return {check for check, verdict in verdicts.items() if verdict.verdict is kind}


def test_what_a_power_cut_ends_is_an_open_session_or_a_log_without_stops() -> None:
    ended = {spec.id for spec in CATALOGUE if spec.ended_by_cut}
    assert ended == {"K-019", "K-032", "K-033", "K-038", "K-039"}


def test_catalogue_holds_what_was_announced() -> None:
    assert {spec.id for spec in load_catalogue()} == DELIVERED | OF_BOX


def test_every_check_serves_a_critere_of_the_referential() -> None:
    assert set(load_exam("tai").entries) == DELIVERED | OF_BOX


ASKED = {
    Desk.LINUX: DELIVERED - ON_WINDOWS,
    Desk.SIMULATED: DELIVERED,
    Desk.WINDOWS: DELIVERED - ON_LINUX,
}


def can_be_asked(spec: CheckSpec, kind: Desk) -> bool:
    """Tell whether a workstation of a kind has the ways in that the facts of a check use."""
    plan = plan_of(1, kind)
    ways = {Transport.SSH: "linux", Transport.CIM: "windows"}
    try:
        questions = [
            question for fact in spec.needs for question in probe_of(name_of(fact)).ask(plan)
        ]
    except KeyError:  # the plan of a Linux says nothing of a Windows
        return False
    return all(
        ways.get(question.transport, kind.faces[0]) in kind.faces
        for question in questions
        if question.node == plan.desks[0].name
    )


@pytest.mark.parametrize("spec", CATALOGUE, ids=lambda spec: str(spec.id))
def test_a_check_is_for_the_kinds_that_its_facts_can_be_asked_of(spec: CheckSpec) -> None:
    meant = {kind for kind in Desk if spec.is_meant_for(plan_of(1, kind))}
    assert meant == {kind for kind in Desk if can_be_asked(spec, kind)}


@pytest.mark.parametrize("kind", Desk)
@pytest.mark.parametrize("bench", [1, 2, 3])
def test_solved_bench_conforms(bench: int, kind: Desk) -> None:
    plan = plan_of(bench, kind)
    (found,) = verdicts_of(evidence_of(plan, solved_facts(plan)))
    assert of_kind(found, Verdict.CONFORM) == found.keys() == ASKED[kind]


@pytest.mark.parametrize("kind", Desk)
def test_whatever_conforms_says_in_words_what_was_expected_and_found(kind: Desk) -> None:
    plan = plan_of(1, kind)
    (found,) = verdicts_of(evidence_of(plan, solved_facts(plan)))
    assert {check for check, verdict in found.items() if not verdict.expected} == set()
    assert {check for check, verdict in found.items() if not verdict.found} == set()


@pytest.mark.parametrize("kind", Desk)
@pytest.mark.parametrize("bench", [1, 2, 3])
def test_untouched_bench_conforms_in_nothing_and_earns_nothing(bench: int, kind: Desk) -> None:
    plan = plan_of(bench, kind)
    (found,) = verdicts_of(evidence_of(plan, untouched_facts(plan)))
    decided = of_kind(found, Verdict.NON_CONFORM) | of_kind(found, Verdict.BLOCKED)
    assert of_kind(found, Verdict.NOT_APPLICABLE) == OPTIONAL & found.keys()
    assert decided | (OPTIONAL & found.keys()) == found.keys() == ASKED[kind]
    assert {verdict.earned for verdict in found.values()} == {0}


MAY_BE_SILENT = {Login, UserSettings, RemoteHelp, TaskResults}
"""Nothing of them was found on an untouched bench, which proves nothing against anybody."""
NOT_ALONE = {InForce, ShareListing, UpnpSearch}
"""What is asked may be noted too; a share that nobody is shown is as it should be, and so is a
search that nobody answers."""
NEEDS = sorted({fact for spec in CATALOGUE for fact in spec.needs}, key=lambda fact: fact.__name__)


@pytest.mark.parametrize("fact", NEEDS, ids=lambda fact: fact.__name__)
def test_what_was_not_observed_is_not_judged(fact: type[object]) -> None:
    facts = solved_facts(PLAN) | {fact: Unobserved(Reason.TIMEOUT, "pas de réponse en 10 s")}
    found = verdicts_on(facts)
    direct = {str(spec.id) for spec in CATALOGUE if fact in spec.needs}
    waiting = {str(name) for check in direct for name in blocked_with(CATALOGUE, check)}
    assert of_kind(found, Verdict.UNVERIFIABLE) == direct | waiting
    assert {found[check].reason for check in direct} == {Reason.TIMEOUT}
    assert {found[check].reason for check in waiting - direct} <= {Reason.DEPENDENCY}
    assert of_kind(found, Verdict.CONFORM) == DELIVERED - direct - waiting


@pytest.mark.parametrize(
    "fact",
    [fact for fact in NEEDS if fact not in NOT_ALONE],
    ids=lambda fact: fact.__name__,
)
def test_each_fact_decides_something(fact: type[object]) -> None:
    """A fact of the untouched bench among those of the solved one: its checks see it."""
    facts = solved_facts(PLAN) | {fact: untouched_facts(PLAN)[fact]}
    found = verdicts_on(facts)
    read = {str(spec.id) for spec in CATALOGUE if fact in (*spec.needs, *spec.witnesses)}
    assert of_kind(found, Verdict.NON_CONFORM) <= read
    decided = Verdict.UNVERIFIABLE if fact in MAY_BE_SILENT else Verdict.NON_CONFORM
    decided = Verdict.NOT_APPLICABLE if fact is Guests else decided
    assert of_kind(found, decided)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ("routeur", {"K-034", "K-093", "K-095", "K-098", "K-099", "K-106"}),
        ("commutateur", {"K-034", "K-035", "K-062", "K-095", "K-098", "K-099", "K-106"}),
        ("dc", {"K-085", "K-086", "K-087", "K-106"}),
        ("hote", {"K-062", "K-095", "K-098", "K-099", "K-106"}),
        ("internet", {"K-093", "K-095", "K-106"}),
        ("imprimante", {"K-099"}),
        ("point_acces", {"K-098"}),
        ("poste", {"K-035"}),
        ("nas", {"K-085", "K-086", "K-087"}),
    ],
)
def test_dead_machine_is_not_the_candidates_mistake(node: str, expected: set[str]) -> None:
    """On the wire a dead router looks like a router never configured."""
    dead = Unobserved(Reason.UNREACHABLE, "connexion refusée")
    facts = untouched_facts(PLAN) | {Machines: machines(PLAN, **{node: dead})}
    untouched = verdicts_on(untouched_facts(PLAN))
    found = verdicts_on(facts)
    changed = {check for check in DELIVERED if found[check] != untouched[check]}
    own = {check for check in changed if found[check].reason is Reason.UNREACHABLE}
    assert own == expected
    waiting = changed - own - of_kind(found, Verdict.BLOCKED)  # by another check that failed
    assert {found[check].reason for check in waiting} <= {Reason.DEPENDENCY}
    assert {found[check].message for check in own} <= {
        f"machine injoignable : {node}, connexion refusée"
    }


def test_dead_machine_takes_nothing_from_what_is_seen_elsewhere() -> None:
    dead = Unobserved(Reason.UNREACHABLE, "connexion refusée")
    facts = solved_facts(PLAN) | {Machines: machines(PLAN, routeur=dead, poste=dead)}
    assert of_kind(verdicts_on(facts), Verdict.CONFORM) == DELIVERED


def test_same_evidence_gives_the_same_verdicts() -> None:
    evidence = evidence_of(PLAN, solved_facts(PLAN))
    assert judge([evidence], EVERY) == judge([evidence], EVERY)


def test_benches_do_not_see_each_other() -> None:
    solved, untouched = (
        evidence_of(PLAN, solved_facts(PLAN)),
        evidence_of(PLAN, untouched_facts(PLAN)),
    )
    together = judge([solved, untouched, solved], EVERY)
    assert together == (
        *judge([solved], EVERY),
        *judge([untouched], EVERY),
        *judge([solved], EVERY),
    )


def test_benches_of_different_kinds_are_judged_together() -> None:
    plans = [plan_of(1, kind) for kind in Desk]
    found = verdicts_of(*(evidence_of(plan, solved_facts(plan)) for plan in plans))
    assert [set(verdicts) for verdicts in found] == [ASKED[kind] for kind in Desk]


def test_checks_import_no_library_of_a_transport() -> None:
    """Judging again, offline, needs no way to a machine."""
    code = (
        "import sys; from labctl.judge.catalogue import load_checks; load_checks();"
        "print(sorted({'paramiko', 'ldap3', 'netmiko', 'smbclient', 'pytest'} & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: TID251  # a clean interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(ROOT)
    )
    assert done.stdout.strip() == "[]"
