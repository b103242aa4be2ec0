"""JSON Schema of the files people write: an editor completes and checks them with it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Union

from pydantic import BaseModel, create_model
from pydantic.json_schema import GenerateJsonSchema

from labctl.spec.declared import DeclaredDocument
from labctl.spec.fields import key
from labctl.spec.grid import GridDocument
from labctl.spec.hosting import Providers
from labctl.spec.incident_file import IncidentDocument
from labctl.spec.kind import Kind
from labctl.spec.referential import Referential
from labctl.spec.room import shape_document
from labctl.spec.subject import Subject
from labctl.spec.topic import list_asking

BASE = "https://json-schema.org/draft/2020-12/schema"
FILES = {
    "labctl-cdc-v2.schema.json": "cahier",
    "labctl-room-v2.schema.json": "room",
    "labctl-referentiel-v1.schema.json": "referential",
    "labctl-kind.schema.json": "kind",
    "labctl-grille-v1.schema.json": "grid",
    "labctl-incident.schema.json": "incident",
    "labctl-controle.schema.json": "declared",
}
"""Generated files under docs/schema/, and which schema each of them holds."""
_REFERENCE = {"type": "string", "pattern": r"\$\{[^}]+\}", "description": "référence ${variable}"}
_TO_REFERENCE = {"$ref": "#/$defs/reference"}
_KINDS = ("integer", "number", "boolean", "array")
_STRICT = ("pattern", "enum", "const", "format")
_OWN_VALUES = "Variant"


def cahier_schema() -> dict[str, Any]:
    """Return the schema of a ``.cdc.yml``; ``${…}`` may stand for any value."""
    blocks: dict[str, Any] = {
        topic.name: (topic.load() | None, key(topic.block, topic.title, default=None))
        for topic in list_asking()
    }
    whole = create_model("Cahier", __base__=Subject, **blocks)
    schema = describe_model(whole, "Cahier des charges d'une mise en situation (labctl/cdc/v2)")
    definitions = schema["$defs"]
    for name in definitions:
        if name != _OWN_VALUES:
            definitions[name] = _admit_references(definitions[name])
    definitions["reference"] = _REFERENCE
    return schema


def room_schema(providers: Providers) -> dict[str, Any]:
    """Return the schema of a ``.room.yml``: a host may have the keys of any provider."""
    hosts = tuple(dict.fromkeys(rules.host for rules in providers.values()))
    form = shape_document(tuple(providers), Union[hosts])  # noqa: UP007  # of a list that is not known here
    return describe_model(form, "Salle et bancs (labctl/room/v2)")


def referential_schema() -> dict[str, Any]:
    """Return the schema of a référentiel."""
    return describe_model(Referential, "Référentiel d'un titre (labctl/referentiel/v1)")


def kind_schema() -> dict[str, Any]:
    """Return the schema of a ``kind.yml``."""
    return describe_model(Kind, "Genre de machine (kind.yml)")


def grid_schema() -> dict[str, Any]:
    """Return the schema of a grid."""
    return describe_model(GridDocument, "Grille d'un référentiel (labctl/grille/v1)")


def incident_schema() -> dict[str, Any]:
    """Return the schema of an incident."""
    return describe_model(IncidentDocument, "Panne de la phase 2 (checks/<thème>/incidents/…)")


def declared_schema() -> dict[str, Any]:
    """Return the schema of a declared check."""
    return describe_model(DeclaredDocument, "Contrôle sans Python (checks/<thème>/declared/…)")


def build_schema(name: str, providers: Providers) -> dict[str, Any]:
    """Return a schema by the name of what it describes: ``cahier``, ``kind``…; see ``FILES``."""
    builders: Mapping[str, Callable[[], dict[str, Any]]] = {
        "cahier": cahier_schema,
        "room": partial(room_schema, providers),
        "referential": referential_schema,
        "kind": kind_schema,
        "grid": grid_schema,
        "incident": incident_schema,
        "declared": declared_schema,
    }
    return builders[name]()


class _French(GenerateJsonSchema):
    """Leaves out the English names and docstrings of the models: the file is French."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  # overrides
        return False


def describe_model(model: type[BaseModel], title: str) -> dict[str, Any]:
    """Return the schema of the file that a model reads."""
    schema = model.model_json_schema(by_alias=True, schema_generator=_French)
    for definition in (schema, *schema.get("$defs", {}).values()):
        definition.pop("title", None)
        definition.pop("description", None)
    return {"$schema": BASE, "title": title, **schema}


def _admit_references(node: Any) -> Any:
    """Return a schema where a reference may stand for each value that is not a text."""
    if not isinstance(node, Mapping):
        return node
    changed = {key: _inside(key, value) for key, value in node.items()}
    strict_text = changed.get("type") == "string" and not changed.keys().isdisjoint(_STRICT)
    free_block = changed.get("type") == "object" and "properties" not in changed
    if not (changed.get("type") in _KINDS or "$ref" in changed or strict_text or free_block):
        return changed
    described = {key: changed.pop(key) for key in ("description", "default") if key in changed}
    return {**described, "anyOf": [changed, _TO_REFERENCE]}


def _inside(key: str, value: Any) -> Any:
    if key in ("properties", "patternProperties") and isinstance(value, Mapping):
        named = {name: _admit_references(inside) for name, inside in value.items()}
        if key == "patternProperties":  # a key may be a reference too
            named[_REFERENCE["pattern"]] = next(iter(named.values()))
        return named
    if key in ("items", "additionalProperties", "propertyNames"):
        return _admit_references(value)
    if key in ("anyOf", "prefixItems") and isinstance(value, list):
        return [_admit_references(inside) for inside in value]
    return value
