"""The page for trainers on checks without Python: what it shows validates, and is judged."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from labctl.core.verdict import CheckVerdict, Reason, Unobserved, Verdict
from labctl.facts.declared import make_fact
from labctl.facts.machines import Machines
from labctl.facts.watched import Seen
from labctl.judge.run import judge
from labctl.pipeline.choosing import choose_checks, list_faults
from labctl.pipeline.new import draft_declared
from labctl.pipeline.validate import validate
from labctl.plan.fault import resolve
from labctl.spec.aim import MEANT
from labctl.spec.declared import load_declared
from tests.facts import evidence_of
from tests.plans import ROOT, plan_of

PAGE = (ROOT / "docs" / "ecrire-un-controle.md").read_text(encoding="utf-8")
FILE = re.compile(r"^```\w+\n# (\S+\.yml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = "checks/centre/declared/L-101.yml"
PLAN = plan_of(1)
COUNT = 5


@pytest.fixture
def file(tmp_path: Path, use_content: Callable[[Path], None]) -> Path:
    """Return the file of the page, in a centre's content folder."""
    use_content(tmp_path)
    ((name, text),) = FILE.findall(PAGE)
    path = tmp_path / str(name)
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def verdict_of(file: Path, *healthy: bool | Unobserved) -> CheckVerdict:
    """Judge the check of the page, of what each of its looks showed."""
    looks = load_declared(file).looks
    seen = tuple(
        Seen(look.name, None, "", one) if isinstance(one, Unobserved) else Seen(look.name, one, "x")
        for look, one in zip(looks, healthy, strict=False)
    )
    return judge_seen(seen)


def judge_seen(seen: tuple[Seen, ...]) -> CheckVerdict:
    """Judge the check of the page, all machines of the bench living."""
    fact = make_fact("centre", "L-101")
    facts = {fact: fact(seen), Machines: Machines(dict.fromkeys(PLAN.nodes))}
    (bench,) = judge([evidence_of(PLAN, facts)], choose_checks("tai", ["L-101"]))
    return bench.verdicts[0]


def test_the_check_of_the_page_validates(file: Path) -> None:
    assert file.match(NAME)
    assert validate([str(file)]).mistakes == ()


def test_it_conforms_when_all_it_looks_at_is_so(file: Path) -> None:
    found = verdict_of(file, *[True] * COUNT)
    assert (found.verdict, found.criterion, found.weight) == (Verdict.CONFORM, "6.2", 1)
    assert found.label == "Le serveur de fichiers sert les postes, et n'a rien d'ouvert en clair"


def test_it_says_what_is_not_so(file: Path) -> None:
    found = verdict_of(file, True, True, True, True, False)
    assert (found.verdict, found.earned) == (Verdict.NON_CONFORM, Decimal(0))
    said = "nas, port 23 vu de BUREAUTIQUE : attendu : fermé ; trouvé : x"
    assert found.message == said


def test_what_was_not_seen_is_not_known(file: Path) -> None:
    silent = Unobserved(Reason.TIMEOUT, "nas : muet")
    found = verdict_of(file, silent, False, True, True, True)
    assert (found.verdict, found.reason) == (Verdict.UNVERIFIABLE, Reason.TIMEOUT)


def test_evidence_of_another_wording_is_not_judged_by_this_one(file: Path) -> None:
    before = file.read_text("utf-8")
    file.write_text(before.replace("security = ads", "security = user"))
    looks = load_declared(file).looks
    file.write_text(before)
    found = judge_seen(tuple(Seen(look.name, True, "") for look in looks))
    assert (found.verdict, found.reason) == (Verdict.UNVERIFIABLE, Reason.SPEC)


def test_its_sabotage_is_one(file: Path) -> None:
    assert file.is_file()
    (fault,) = list_faults(choose_checks("tai", ["L-101"]), PLAN)
    assert resolve(fault, PLAN).steps[0].node == "nas"


def test_without_a_sabotage_it_says_so(file: Path) -> None:
    text = file.read_text("utf-8")
    file.write_text(text[: text.index("sabotage:")])
    assert verdict_of(file, *[True] * COUNT).label.endswith("en clair (non prouvé)")


def test_a_subject_that_does_not_ask_it_is_not_judged_by_it(file: Path) -> None:
    text = file.read_text("utf-8")
    file.write_text(text.replace("[tai-tp-pme-01]", "[tai-tp-cabinet-02]"))
    assert choose_checks("tai", ["L-101"]).meant_for(PLAN).chosen == ()


def test_the_page_tells_every_thing_that_can_be_looked_at() -> None:
    assert all(f"| `{kind}: " in PAGE for kind in MEANT)


def test_a_new_one_validates_at_once(tmp_path: Path, use_content: Callable[[Path], None]) -> None:
    use_content(tmp_path)
    draft = draft_declared(tmp_path, "L-102", "centre")
    draft.write()
    (path,) = draft.paths
    assert path == tmp_path / "checks/centre/declared/L-102.yml"
    assert validate([str(path)]).mistakes == ()
