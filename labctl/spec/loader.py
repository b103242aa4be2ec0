"""Read a YAML 1.2 file written by a person: plain values, and the line of each of them.

The file may be hostile: its size, depth and number of values are bounded, it may not define
tags or aliases, and whatever is wrong with it is a Mistake with its line, never a traceback.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, takewhile
from pathlib import Path
from typing import NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.core.regular import TooLong, explain_os, read_regular
from labctl.spec.scalar import parse_plain
from labctl.spec.yamlerror import explain_yaml

MAX_BYTES = 96 * 1024
MAX_VALUES = 6_000
MAX_CHILDREN = 128
MAX_DEPTH = 24
MOST_STRANGE = 40
"""Places with a forbidden character, or an alias, that are told of one file."""

Key = str | int
Path_ = tuple[Key, ...]
"""Where a value lies in a document: ``("variants", "A", "dhcp_bur", 0)``."""
Value = str | int | float | bool | None | Mapping[str, "Value"] | tuple["Value", ...]
"""What a file holds: mappings keep their order, sequences are tuples."""

_UNPRINTABLE = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f"
    "\\ud800-\\udfff\\ufeff\\ufffe\\uffff\\U000e0000-\\U000e007f]"
)
"""Characters that control, turn the text around or are not seen: never part of a cahier."""
_BUGS = (ValueError, LookupError, ArithmeticError, RecursionError, AttributeError, AssertionError)
"""What the scanner of ruamel.yaml lets out on some malformed input, beside its own errors."""
_IGNORE = re.compile(r"(?:^|\s)#\s*labctl:\s*ignore\s+(?=\S)([\w, -]+)$")


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A file as read: its values, and on which line each of them was written.

    The same bytes are one and the same object (``parse``), so that what is found in it is kept.
    """

    file: str
    tree: Mapping[str, Value]
    lines: Mapping[Path_, int]
    ignored: Mapping[int, frozenset[str]]  # line → rules its author opted out of

    def line_of(self, path: Path_) -> int:
        """Return the line of a value, or of what it was to be found in."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def mistake(self, path: Path_, message: str, *, rule: str, hint: str = "") -> Mistake:
        """Return a mistake about the value at this path."""
        return Mistake(self.file, self.line_of(path), message, rule, hint)


def load(file: Path) -> Source:
    """Read a file; SpecError with every mistake of form (syntax, double keys, limits)."""
    try:
        raw = read_regular(file, MAX_BYTES)
    except TooLong as exc:
        raise _too_long(str(file)) from exc
    except OSError as exc:
        text = _("fichier illisible : %(why)s") % {"why": explain_os(exc)}
        raise SpecError((Mistake(str(file), 1, text, "fichier"),)) from exc
    return parse(str(file), raw)


@lru_cache(maxsize=64)  # one act reads the same cahier, and every kind of machine, several times
def parse(file: str, raw: bytes) -> Source:
    """Understand the bytes of a file; SpecError with every mistake of form."""
    text = _decode(file, raw)
    try:
        tree, lines = read_values(file, text, parse_compiled)
    except SpecError:  # the messages that explain_yaml knows are those of the slow one
        tree, lines = read_values(file, text, parse_pure)
    if not isinstance(tree, Mapping):
        message = _("le fichier doit contenir des paires « clé: valeur »")
        raise _fail(file, 1, message, "yaml")
    return Source(file, tree, lines, _read_ignored(text))


def parse_compiled(text: str) -> Iterator[Event]:
    """Yield the events of libyaml: sixteen times faster; one of YAML 1.1, so it refuses more."""
    try:
        from _ruamel_yaml import CParser
    except ModuleNotFoundError:  # no wheel for this computer
        return parse_pure(text)
    parser = CParser(text)
    return iter(parser.get_event, None)


def parse_pure(text: str) -> Iterator[Event]:
    """Yield the events of ruamel.yaml."""
    events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
    return events


def read_values(
    file: str, text: str, events: Callable[[str], Iterator[Event]]
) -> tuple[Value, Mapping[Path_, int]]:
    """Return the values of a file and their lines; SpecError with every mistake of form."""
    reader = _Reader(file)
    try:
        tree = reader.read(events(text))
    except MarkedYAMLError as exc:
        line, message = explain_yaml(exc)
        raise reader.fail(line, message) from exc
    except (YAMLError, *_BUGS) as exc:
        line = max(reader.lines.values(), default=1)
        raise reader.fail(line, _("YAML illisible à partir de cette ligne")) from exc
    if reader.mistakes:
        raise SpecError(tuple(sorted(reader.mistakes)))
    return tree, reader.lines


def _fail(file: str, line: int, message: str, rule: str, hint: str = "") -> SpecError:
    return SpecError((Mistake(file, line, message, rule, hint),))


def _decode(file: str, raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise _too_long(file)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = raw.count(b"\n", 0, exc.start) + 1
        message = _("ce n'est pas du texte UTF-8")
        hint = _("enregistrez le fichier en UTF-8")
        raise _fail(file, line, message, "encodage", hint) from exc
    strange = tuple(islice(_find_unprintable(file, text), MOST_STRANGE))
    if strange:
        raise SpecError(strange)
    return text


def _find_unprintable(file: str, text: str) -> Iterator[Mistake]:
    """Yield the first character of each line that is not to be seen."""
    for number, line_text in enumerate(text.split("\n"), start=1):
        found = _UNPRINTABLE.search(line_text.removesuffix("\r"))
        if found:
            hint = _("caractère U+%(code)04X, colonne %(column)d ; effacez-le, ou retapez la ligne")
            values = {"code": ord(found.group()), "column": found.start() + 1}
            said = _("caractère de contrôle interdit")
            yield Mistake(file, number, said, "encodage", hint % values)


def _too_long(file: str) -> SpecError:
    message = _("fichier trop grand : plus de %(max)d Kio") % {"max": MAX_BYTES // 1024}
    return _fail(file, 1, message, "limite")


def _read_ignored(text: str) -> dict[int, frozenset[str]]:
    """Return the opt-outs by line; a comment alone on its line speaks for the next one."""
    ignored: dict[int, frozenset[str]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        found = _IGNORE.search(line.rstrip())
        if found:
            alone = line.lstrip().startswith("#")
            rules = frozenset(re.split(r"[,\s]+", found.group(1).strip()))
            target = number + 1 if alone else number
            ignored[target] = ignored.get(target, frozenset()) | rules
    return ignored


class _Reader:
    """Turns parser events into values; lives for one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path_, int] = {}
        self.mistakes: list[Mistake] = []
        self._count = 0

    def read(self, events: Iterator[Event]) -> Value:
        tree: Value = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._stop(event, _("un seul document par fichier"), "yaml")
            elif not isinstance(event, StreamStartEvent | StreamEndEvent | DocumentEndEvent):
                tree = self._value(event, events, ())
        return tree

    def _value(self, event: Event, events: Iterator[Event], path: Path_) -> Value:
        self._guard(event, path)
        self.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, AliasEvent):
            return None
        if isinstance(event, ScalarEvent):
            return parse_plain(event.value) if event.implicit[0] else str(event.value)
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path)
        return self._sequence(events, path)

    def _guard(self, event: Event, path: Path_) -> None:
        self._count += 1
        if self._count > MAX_VALUES or len(path) > MAX_DEPTH:
            self._stop(event, _("trop de valeurs, ou trop imbriquées"), "limite")
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            hint = _("recopiez la valeur ; un texte qui commence par & ou * va entre guillemets")
            self._note(event, _("les ancres et alias (&, *) ne sont pas admis"), hint)
        if isinstance(event, ScalarEvent) and _UNPRINTABLE.search(event.value):
            self._stop(event, _("caractère de contrôle interdit"), "encodage")
        if isinstance(event, ScalarEvent | CollectionStartEvent) and event.ctag is not None:
            hint = _("effacez-la ; un texte qui commence par ! va entre guillemets")
            self._note(event, _("les étiquettes de type (!) ne sont pas admises"), hint)

    def _guard_children(self, event: Event, count: int) -> None:
        if count >= MAX_CHILDREN:
            said = _("trop de valeurs dans un bloc ou une liste : %(max)d au plus")
            self._stop(event, said % {"max": MAX_CHILDREN}, "limite")

    def _mapping(self, events: Iterator[Event], path: Path_) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        for event in takewhile(_is_inside, events):
            if not isinstance(event, ScalarEvent):
                self._stop(event, _("une clé doit être un texte simple"), "yaml")
            self._guard(event, path)
            key, line = str(event.value), event.start_mark.line + 1
            if key in found:
                first = self.lines[(*path, key)]
                message = _("clé « %(key)s » déjà donnée à la ligne %(line)d")
                said = message % {"key": key, "line": first}
                self.mistakes.append(Mistake(self.file, line, said, "cle-double"))
                self._value(next(events), events, (*path, key))
                continue
            self._guard_children(event, len(found))
            self.lines[(*path, key)] = line
            found[key] = self._value(next(events), events, (*path, key))
        return found

    def _sequence(self, events: Iterator[Event], path: Path_) -> tuple[Value, ...]:
        found: list[Value] = []
        for event in takewhile(_is_inside, events):
            self._guard_children(event, len(found))
            found.append(self._value(event, events, (*path, len(found))))
        return tuple(found)

    def fail(self, line: int, message: str, rule: str = "yaml") -> SpecError:
        """Return the error of what cannot be read any further, with what was found before."""
        return SpecError(tuple(sorted((*self.mistakes, Mistake(self.file, line, message, rule)))))

    def _note(self, event: Event, message: str, hint: str) -> None:
        if len(self.mistakes) < MOST_STRANGE:
            line = event.start_mark.line + 1
            self.mistakes.append(Mistake(self.file, line, message, "yaml", hint))

    def _stop(self, event: Event, message: str, rule: str) -> NoReturn:
        raise self.fail(event.start_mark.line + 1, message, rule)


def _is_inside(event: Event) -> bool:
    return not isinstance(event, MappingEndEvent | SequenceEndEvent)
