"""Whatever rules an author opts out of, what is left is enough to plan a bench from."""

from pathlib import Path

import pytest

from labctl.plan.build import build_plan
from labctl.spec.cahier import load_cahier
from labctl.spec.catalogue import NEEDED_RULES, known_rules
from labctl.spec.lint import validate_cahier, validate_room
from tests.lint_cases import list_cases, read_case
from tests.plans import PROVIDERS, ROOM, example_room


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize("folder", list_cases(), ids=lambda folder: folder.name)
def test_what_an_author_may_ignore_leaves_something_to_plan(folder: Path, tmp_path: Path) -> None:
    text = read_case(folder).texts.get("@cahier", "")
    ignored = ", ".join(sorted(known_rules() - set(NEEDED_RULES)))
    cahier = tmp_path / "x.cdc.yml"
    cahier.write_text(f"{text}\nlint: {{ignorer: [{ignored}]}}\n", encoding="utf-8")
    if not text or validate_cahier(cahier) or validate_room(ROOM, PROVIDERS, cahier):
        return  # it cannot be ignored
    assert build_plan(load_cahier(cahier), example_room(), 1).nodes
