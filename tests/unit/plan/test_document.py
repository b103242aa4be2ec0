"""The plan as a document: the same bytes for the same plan, and the same plan back."""

import json
import subprocess
import sys

import pytest

from labctl.core.errors import StoreError
from labctl.plan.document import digest, from_json, to_json
from tests.golden import assert_golden
from tests.plans import ROOT, plan_of

GOLDEN = ROOT / "tests" / "golden" / "plan"


@pytest.mark.parametrize("bench", [1, 2, 3])
def test_plan_of_a_variant_is_the_golden_one(bench: int) -> None:
    assert_golden(to_json(plan_of(bench)), GOLDEN / f"banc-{bench:02d}.json")


@pytest.mark.parametrize("bench", [1, 2, 3])
def test_document_gives_the_plan_back(bench: int) -> None:
    assert from_json(to_json(plan_of(bench))) == plan_of(bench)


def test_digest_does_not_depend_on_the_order_of_sets() -> None:
    program = "from tests.plans import plan_of; from labctl.plan.document import digest; "
    argv = [sys.executable, "-c", program + "print(digest(plan_of(1)))"]
    env = {"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    said = subprocess.check_output(argv, env=env, cwd=ROOT, text=True)
    assert said.strip() == digest(plan_of(1))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"schema": "labctl/plan/v2"}', "[" * 100_000, "nul", '{"schema": 3}'],
    ids=["empty", "list", "no schema", "no plan", "deep", "no json", "other schema"],
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(StoreError):
        from_json(text)


def test_wrong_value_is_refused() -> None:
    document = json.loads(to_json(plan_of(1)))
    document["segments"]["ADMIN"]["network"] = "10.21.255.300/30"
    with pytest.raises(StoreError):
        from_json(json.dumps(document))


def test_plan_of_another_labctl_is_refused_in_few_words_and_says_what_to_do() -> None:
    document = json.loads(to_json(plan_of(1)))
    del document["demands"], document["segments"]
    with pytest.raises(StoreError) as refused:
        from_json(json.dumps(document))
    assert len(refused.value.message) < 300
    assert "down, up" in refused.value.hint
