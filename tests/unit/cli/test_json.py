"""What --json prints is one JSON document that names its shape."""

import json

import pytest

from tests.unit.cli.lines import say

DOCUMENTS = [
    (("validate",), "labctl/validate/v1"),
    (("plan", "7"), "labctl/plan/v2"),
    (("images", "list"), "labctl/images/v1"),
    (("images", "build", "--dry-run"), "labctl/images/v1"),
    (("status", "1-2"), "labctl/status/v1"),
    (("up", "1-2", "--dry-run"), "labctl/up-dry-run/v1"),
    (("solve", "1", "--dry-run"), "labctl/solve-dry-run/v1"),
    (("reset", "1", "--dry-run"), "labctl/reset-dry-run/v1"),
    (("down", "1", "--dry-run"), "labctl/down-dry-run/v1"),
    (("prove", "1-3", "--dry-run"), "labctl/prove-dry-run/v1"),
]


@pytest.mark.parametrize(("words", "schema"), DOCUMENTS)
def test_one_document_that_names_its_shape_whatever_the_language(
    words: tuple[str, ...], schema: str, capsys: pytest.CaptureFixture[str]
) -> None:
    french = say(capsys, *words, "--json")
    assert (french.code, french.err) == (0, "")
    assert json.loads(french.out)["schema"] == schema
    assert say(capsys, *words, "--json", "--lang", "en") == french


def test_mistakes_are_in_the_document_too(
    capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    wrong = tmp_path_factory.mktemp("wrong") / "x.cdc.yml"
    wrong.write_text("schema: labctl/cdc/v2\n", encoding="utf-8")
    said = say(capsys, "validate", str(wrong), "--json")
    assert said.code == 2
    assert {mistake["file"] for mistake in json.loads(said.out)["mistakes"]} == {str(wrong)}
