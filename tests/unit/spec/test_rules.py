"""The rules of the lint as a set: named once, in French order, each with a wrong cahier."""

import re

from labctl.spec.catalogue import FORM_RULES, NEEDED_RULES, known_rules
from tests.plans import ROOT

CASES = ROOT / "tests" / "golden" / "lint"


def test_every_rule_is_broken_by_a_golden_case() -> None:
    said = "".join(file.read_text("utf-8") for file in CASES.glob("*/expected.txt"))
    broken = set(re.findall(r" \[([a-z0-9-]+)\]$", said, re.MULTILINE))
    assert (known_rules() | set(FORM_RULES)) - broken == {"fichier"}


def test_needed_rules_exist() -> None:
    assert set(NEEDED_RULES) <= known_rules()


def test_ids_are_short_french_words() -> None:
    assert [rule for rule in known_rules() if not re.fullmatch(r"[a-z]+(-[a-z]+)*", rule)] == []
