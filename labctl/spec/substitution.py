"""``${x}`` in a cahier: replaced by the value of the variant or of the bench.

``${secret:n}`` stays as it is: a reference. ``${a.b}`` looks inside, ``${x|02d}`` pads a number.
Alone in its text, ``${x}`` keeps its type: a list stays a list.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from labctl.core.i18n import _
from labctl.spec.complaint import Complaint
from labctl.spec.loader import Path_, Source, Value
from labctl.spec.suggest import suggest

MOST_HINTS = 20
LONGEST = 500
"""Characters of a value that may stand in a text: a longer one, said often, would fill memory."""
MOST_TEXT = 4 * LONGEST
"""Characters of a text in which references are looked for: one that long is refused anyway."""

_REFERENCE = re.compile(r"\$\{(?!secret:)([^{}]*)\}")
_ALONE = re.compile(rf"(?:[a-z][a-z0-9_]*\.)?{_REFERENCE.pattern}")
_NAME = re.compile(r"([A-Za-z_][\w.]*)(?:\|(0?)([1-9])d)?")
_MARK = re.compile(r"\$\{")


def find_reference(text: str) -> tuple[str, ...]:
    """Return the parts of the name that a text refers to, none unless it is a reference alone.

    A port of a machine, as ``sw1.${ports.pc}``, is one too: the number is what differs.
    """
    whole = _ALONE.fullmatch(text)
    parsed = _NAME.fullmatch(whole.group(1).strip()) if whole else None
    return tuple(parsed.group(1).split(".")) if parsed else ()


def list_references(text: str) -> tuple[str, ...]:
    """Return the names that a text refers to, in order: ``code`` and ``num`` of ``${code}-${num}``.

    Those of secrets, and what is no reference, are left out.
    """
    found = (_NAME.fullmatch(inside.strip()) for inside in _REFERENCE.findall(text))
    return tuple(one.group(1) for one in found if one)


@dataclass(slots=True)
class Substitution:
    """Replaces the references of one document; notes what is wrong and what was used."""

    source: Source
    variables: Mapping[str, Value]
    complaints: list[Complaint] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def apply(self, value: Value, path: Path_) -> Value:
        """Return the value with its references replaced."""
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, Mapping):
            return self._mapping(value, path)
        if isinstance(value, tuple):
            return tuple(self.apply(item, (*path, i)) for i, item in enumerate(value))
        return value

    def _mapping(self, block: Mapping[str, Value], path: Path_) -> Value:
        done: dict[str, Value] = {}
        for name, inside in block.items():
            key = str(self._text(name, (*path, name)))
            if key in done:
                said = _("clé « %(key)s » donnée deux fois, une fois les variables remplacées")
                self._complain((*path, name), said % {"key": key}, rule="cle-double")
            done[key] = self.apply(inside, (*path, name))
        return done

    def _text(self, text: str, path: Path_) -> Value:
        if "${" not in text or len(text) > MOST_TEXT:
            return text
        whole = _REFERENCE.fullmatch(text)
        if whole:
            return self._look_up(whole.group(1), path)
        done = _REFERENCE.sub(lambda found: self._inline(found.group(1), path), text)
        if len(_MARK.findall(done)) != done.count("${secret:"):
            self._complain(path, _("« ${ » sans « } » dans « %(text)s »") % {"text": text})
        return done

    def _inline(self, reference: str, path: Path_) -> str:
        value = self._look_up(reference, path)
        if isinstance(value, Mapping | tuple) or value is None:
            said = _(
                "« ${%(name)s} » n'est pas une valeur simple : elle ne peut être dans un texte"
            )
            self._complain(path, said % {"name": reference})
            return ""
        if len(str(value)) > LONGEST:
            said = _("« ${%(name)s} » est trop longue pour être dans un texte : %(max)d au plus")
            self._complain(path, said % {"name": reference, "max": LONGEST})
            return ""
        return str(value)

    def _look_up(self, reference: str, path: Path_) -> Value:
        parsed = _NAME.fullmatch(reference.strip())
        if not parsed:
            said = _("référence « ${%(name)s} » incorrecte")
            hint = _("écrivez ${nom}, ${nom.cle}, ${nom|02d} ou ${secret:nom}")
            self._complain(path, said % {"name": reference}, hint)
            return ""
        name, zero, width = parsed.groups()
        value = self._walk(name, path)
        if not width:
            return value
        if not isinstance(value, int):
            said = _("« ${%(name)s} » n'est pas un nombre")
            self._complain(path, said % {"name": reference})
            return ""
        return f"{value:{zero}{width}d}"

    def _walk(self, name: str, path: Path_) -> Value:
        current: Value = self.variables
        for part in name.split("."):
            known = list(current) if isinstance(current, Mapping) else []
            if part not in known:
                said = _("variable « ${%(name)s} » inconnue") % {"name": name}
                hinted = len(self.complaints) < MOST_HINTS
                hint = suggest(part, known, _("variables connues : %(names)s")) if hinted else ""
                self._complain(path, said, hint)
                return ""
            current = current[part] if isinstance(current, Mapping) else None
        self.used.add(name)
        return current

    def _complain(
        self, path: Path_, message: str, hint: str = "", *, rule: str = "variable"
    ) -> None:
        mistake = self.source.mistake(path, message, rule=rule, hint=hint)
        self.complaints.append(Complaint(path, mistake))
