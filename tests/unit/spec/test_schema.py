"""The schemas under docs/schema/ are those of the models, in French."""

import json
from pathlib import Path
from typing import Any

import pytest

from labctl.session.document import session_schema
from labctl.spec.schema import FILES, build_schema
from tests.golden import assert_golden
from tests.plans import CAHIER, PROVIDERS, ROOM, ROOT, SESSION

FOLDER = ROOT / "docs" / "schema"


@pytest.mark.parametrize("name", FILES)
def test_generated_file_is_up_to_date(name: str) -> None:
    schema = build_schema(FILES[name], PROVIDERS)
    text = json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert_golden(text, FOLDER / name)


def test_generated_file_of_a_session_is_up_to_date() -> None:
    text = json.dumps(session_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert_golden(text, FOLDER / "labctl-session-v1.schema.json")


@pytest.mark.parametrize("file", [CAHIER, ROOM, SESSION], ids=lambda file: file.name)
def test_shipped_file_names_a_schema_that_exists(file: Path) -> None:
    first = file.read_text("utf-8").splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (file.parent / named).resolve().parent == FOLDER
    assert (file.parent / named).exists()


@pytest.mark.parametrize("kind", FILES.values())
def test_every_key_of_the_file_is_described(kind: str) -> None:
    schema = build_schema(kind, PROVIDERS)
    silent = [
        f"{name}.{key}"
        for name, definition in (("", schema), *schema.get("$defs", {}).items())
        for key, value in definition.get("properties", {}).items()
        if "description" not in value
    ]
    assert silent == []


def test_a_reference_may_stand_for_any_value_of_a_cahier() -> None:
    definitions: dict[str, Any] = build_schema("cahier", PROVIDERS)["$defs"]
    definition = definitions["Scope"]["properties"]["bail_h"]
    assert {"$ref": "#/$defs/reference"} in definition["anyOf"]


def test_a_variant_holds_values_not_references() -> None:
    definition = build_schema("cahier", PROVIDERS)["$defs"]["Variant"]["properties"]["societe"]
    assert "reference" not in json.dumps(definition)
