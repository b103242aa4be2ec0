"""What pydantic refuses, said in French with the line of the file."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from labctl.core.errors import Mistake
from labctl.core.i18n import _
from labctl.spec.loader import Path_, Source

UNKNOWN_KEY = "cle-inconnue"
_SAID = {
    "missing": "clé « {key} » absente",
    "int_type": "nombre entier attendu",
    "int_from_float": "nombre entier attendu",
    "string_type": "texte attendu",
    "bool_type": "true ou false attendu",
    "float_type": "nombre attendu",
    "tuple_type": "liste attendue, comme [a, b]",
    "dict_type": "bloc « clé: valeur » attendu",
    "model_type": "bloc « clé: valeur » attendu",
    "model_attributes_type": "bloc « clé: valeur » attendu",
    "greater_than_equal": "valeur trop petite : {ge} au moins",
    "less_than_equal": "valeur trop grande : {le} au plus",
    "string_too_short": "texte vide",
    "string_too_long": "texte trop long : {max_length} caractères au plus",
    "string_pattern_mismatch": "forme incorrecte : le texte doit suivre {pattern}",
    "literal_error": "valeur non admise",
    "too_short": "liste trop courte : {min_length} élément(s) au moins",
    "too_long": "liste trop longue : {max_length} élément(s) au plus",
}
_RULES = {
    "missing": "cle-manquante",
    "extra_forbidden": UNKNOWN_KEY,
    "secret": "secret-en-clair",
    "greater_than_equal": "valeur",
    "less_than_equal": "valeur",
    "literal_error": "valeur",
    "string_pattern_mismatch": "valeur",
    "string_too_short": "valeur",
    "string_too_long": "valeur",
    "too_short": "valeur",
    "too_long": "valeur",
}


def explain(error: ValidationError, source: Source, model: type[BaseModel]) -> Iterable[Mistake]:
    """Yield one mistake for each thing pydantic refused."""
    for detail in error.errors(include_url=False):
        path = tuple(part for part in detail["loc"] if not _is_inner(part))
        kind = detail["type"]
        yield source.mistake(
            path,
            _message(detail, path),
            rule=_RULES.get(kind, "type"),
            hint=_hint(detail, path, model),
        )


def _is_inner(part: str | int) -> bool:
    """Tell the names that pydantic adds for its own branches from those of the file."""
    return isinstance(part, str) and (part.startswith("[") or part.endswith("]"))


def _message(detail: ErrorDetails, path: Path_) -> str:
    kind = detail["type"]
    where = f"« {path[-1]} » : " if path and isinstance(path[-1], str) else ""
    if kind == "missing":
        return _("clé « %(key)s » absente") % {"key": path[-1]}
    if kind == "extra_forbidden":
        return _("clé « %(key)s » inconnue") % {"key": path[-1]}
    template = _SAID.get(kind)
    if template is None:
        return where + detail["msg"]
    said = _(template).format_map(_Context(detail.get("ctx") or {}))
    return where + said + _found(detail.get("input"))


class _Context(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def _found(value: object) -> str:
    if isinstance(value, Mapping):
        shown = _("un bloc")
    elif isinstance(value, tuple):
        shown = _("une liste")
    elif value is None:
        shown = _("rien")
    else:
        shown = f"« {str(value)[:60]} »"
    return _(", trouvé : %(value)s") % {"value": shown}


def _hint(detail: ErrorDetails, path: Path_, model: type[BaseModel]) -> str:
    if detail["type"] == "literal_error":
        expected = (detail.get("ctx") or {}).get("expected", "").replace(" or ", ", ")
        return _("valeurs admises : %(names)s") % {"names": expected.replace("'", "")}
    if detail["type"] != "extra_forbidden":
        return ""
    known = sorted(_keys_at(model, path[:-1]))
    close = get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
    if close:
        return _("vouliez-vous dire « %(name)s » ?") % {"name": close[0]}
    return _("clés admises : %(names)s") % {"names": ", ".join(known)} if known else ""


def _keys_at(model: Any, path: Path_) -> set[str]:
    """Return the keys the file may hold at a path, by walking the models."""
    for part in path:
        model = _step(model, part)
    return {field.alias for field in _fields(model).values() if field.alias}


def _step(model: Any, part: str | int) -> Any:
    for field in _fields(model).values():
        if field.alias == part:
            return field.annotation
    arguments = [arg for arg in getattr(model, "__args__", ()) if arg not in (type(None), ...)]
    return arguments[-1] if arguments else None


def _fields(model: Any) -> dict[str, Any]:
    if isinstance(model, type) and issubclass(model, BaseModel):
        return dict(model.model_fields)
    for argument in getattr(model, "__args__", ()):
        if isinstance(argument, type) and issubclass(argument, BaseModel):
            return dict(argument.model_fields)
    return {}
