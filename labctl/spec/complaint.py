"""What pydantic refuses, said in French with the line of the file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from labctl.core.errors import Mistake
from labctl.core.i18n import _, mark
from labctl.spec.fields import ECHO
from labctl.spec.loader import Path_, Source
from labctl.spec.suggest import find_nearest, suggest

UNKNOWN_KEY = "cle-inconnue"
MISSING_KEY = "cle-manquante"
MOST = 200
"""Mistakes of form explained of one document: the rest would tell its author nothing."""
_ECHOES = (ECHO, "default_factory_not_called")
"""What only repeats, as a default taken from another key, which is refused and told of."""
_SAID = {
    "missing": mark("clé « {key} » absente"),
    "int_type": mark("nombre entier attendu"),
    "int_from_float": mark("nombre entier attendu"),
    "string_type": mark("texte attendu"),
    "bool_type": mark("true ou false attendu"),
    "float_type": mark("nombre attendu"),
    "tuple_type": mark("liste attendue, comme [a, b]"),
    "dict_type": mark("bloc « clé: valeur » attendu"),
    "model_type": mark("bloc « clé: valeur » attendu"),
    "model_attributes_type": mark("bloc « clé: valeur » attendu"),
    "greater_than_equal": mark("valeur trop petite : {ge} au moins"),
    "less_than_equal": mark("valeur trop grande : {le} au plus"),
    "string_too_short": mark("texte vide"),
    "string_too_long": mark("texte trop long : {max_length} caractères au plus"),
    "string_pattern_mismatch": mark("forme incorrecte : le texte doit suivre {pattern}"),
    "literal_error": mark("valeur non admise"),
    "too_short": mark("liste trop courte : {min_length} élément(s) au moins"),
    "too_long": mark("liste trop longue : {max_length} élément(s) au plus"),
}
_RULES = {
    "missing": MISSING_KEY,
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
    "segment": "segment-inconnu",
    "without_network": "adresse-sans-reseau",
    "without_gateway": "vlan-sans-passerelle",
    "outside": "adresse-hors-reseau",
    "reversed": "valeur",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """A mistake of form, where it lies, and the missing key that an unknown one looks like."""

    path: Path_
    mistake: Mistake
    meant: str = ""


def explain(
    error: ValidationError,
    source: Source,
    model: type[BaseModel],
    *,
    at: Path_ = (),
    also: Callable[[], Iterable[str]] = tuple,
) -> tuple[Complaint, ...]:
    """Return one complaint for each thing pydantic refused; a misspelt key is one thing.

    ``at`` is where the model lies in the file, ``also`` gives the keys it may have beside its own.
    """
    details = list(islice(error.errors(include_url=False), MOST))
    place = _Place(source, model, at, also)
    found = tuple(_complaint(detail, place) for detail in details)
    missing = {c.path for c in found if c.mistake.rule == MISSING_KEY}
    found = tuple(_with_meaning(complaint, missing) for complaint in found)
    meant = {(*c.path[:-1], c.meant) for c in found if c.meant}
    hurt = {c.path[:size] for c in found for size in range(len(c.path))}
    return tuple(
        c
        for detail, c in zip(details, found, strict=True)
        if detail["type"] not in _ECHOES
        and not (c.mistake.rule == MISSING_KEY and c.path in meant)
        and not (detail["type"] == "too_short" and c.path in hurt)  # its items are what is wrong
    )


def _with_meaning(complaint: Complaint, missing: set[Path_]) -> Complaint:
    if complaint.mistake.rule != UNKNOWN_KEY:
        return complaint
    absent = [str(path[-1]) for path in missing if path[:-1] == complaint.path[:-1]]
    return replace(complaint, meant=find_nearest(str(complaint.path[-1]), absent))


@dataclass(frozen=True, slots=True)
class _Place:
    """What was read, and where it lies in which file."""

    source: Source
    model: type[BaseModel]
    path: Path_
    also: Callable[[], Iterable[str]]

    def keys_at(self, path: Path_) -> set[str]:
        """Return the keys the file may hold at a path of the model."""
        return _keys_at(self.model, path) | (set() if path else set(self.also()))


def _complaint(detail: ErrorDetails, place: _Place) -> Complaint:
    path = tuple(part for part in detail["loc"] if not _is_inner(part))
    rule = "valeur" if _lacks_item(detail) else _RULES.get(detail["type"], "type")
    hint = _hint(detail, path, place)
    path = (*place.path, *path)
    return Complaint(path, place.source.mistake(path, _message(detail, path), rule=rule, hint=hint))


def _is_inner(part: str | int) -> bool:
    """Tell the names that pydantic adds for its own branches from those of the file."""
    return isinstance(part, str) and (part.startswith("[") or part.endswith("]"))


def _message(detail: ErrorDetails, path: Path_) -> str:
    kind = detail["type"]
    named = next((part for part in reversed(path) if isinstance(part, str)), "")
    where = f"« {named} » : " if named else ""
    if kind in ("missing", "extra_forbidden") and not _lacks_item(detail):
        said = _("clé « %(key)s » absente") if kind == "missing" else _("clé « %(key)s » inconnue")
        return said % {"key": path[-1]}
    return where + (_of_length(detail) or _of_value(detail))


def _of_length(detail: ErrorDetails) -> str:
    """Return what is said of a block or a pair that is too short, "" of anything else."""
    if _lacks_item(detail):
        said = _("liste trop courte : il manque l'élément %(rank)d")
        return said % {"rank": int(detail["loc"][-1]) + 1}
    if detail["type"] == "too_short" and isinstance(detail["input"], Mapping):
        return _("bloc vide : une clé au moins")
    return ""


def _of_value(detail: ErrorDetails) -> str:
    template = _SAID.get(detail["type"])
    if template is None:
        return detail["msg"]
    said = _(template).format_map(detail.get("ctx") or {})
    return said + _found(detail.get("input"))


def _lacks_item(detail: ErrorDetails) -> bool:
    """Tell whether a pair, as (first, last), is what lacks something."""
    return detail["type"] == "missing" and isinstance(detail["loc"][-1], int)


def _found(value: object) -> str:
    if isinstance(value, Mapping):
        shown = _("un bloc")
    elif isinstance(value, tuple):
        shown = _("une liste") if value else _("une liste vide")
    elif value is None:
        shown = _("rien")
    elif isinstance(value, bool):
        shown = f"« {str(value).lower()} »"
    else:
        shown = f"« {str(value)[:60]} »"
    return _(", trouvé : %(value)s") % {"value": shown}


def _hint(detail: ErrorDetails, path: Path_, place: _Place) -> str:
    own = (detail.get("ctx") or {}).get("hint")
    if own:
        return str(own)
    if detail["type"] == "literal_error":
        expected = (detail.get("ctx") or {}).get("expected", "").replace(" or ", ", ")
        names = expected.replace("'", "").replace("True", "true").replace("False", "false")
        return _("valeurs admises : %(names)s") % {"names": names}
    if detail["type"] != "extra_forbidden":
        return ""
    gone = getattr(place.model, "GONE", {}).get(str(path[-1])) if len(path) == 1 else None
    if gone:
        return _(gone)
    known = place.keys_at(path[:-1])
    return suggest(str(path[-1]), known, _("clés admises : %(names)s"))


def _keys_at(model: Any, path: Path_) -> set[str]:
    """Return the keys the file may hold at a path, by walking the models."""
    for part in path:
        model = _step(model, part)
    return {field.alias for field in find_fields(model).values() if field.alias}


def _step(model: Any, part: str | int) -> Any:
    for field in find_fields(model).values():
        if field.alias == part:
            return field.annotation
    arguments = [arg for arg in getattr(model, "__args__", ()) if arg not in (type(None), ...)]
    return arguments[-1] if arguments else None


def find_fields(model: Any) -> dict[str, Any]:
    """Return the fields of a model, or of the one that a type is made of."""
    kinds = (model, *getattr(model, "__args__", ()))
    models = (kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel))
    return next((dict(found.model_fields) for found in models), {})
