"""Markdown with values: a template of content is filled in, and no value is ever Markdown.

Every sign of a value that Markdown might take for its own is put aside in the private area of
Unicode, and comes back when the text has been read. What a template writes itself is left alone.
"""

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from labctl.core.content import line_of
from labctl.core.errors import Mistake, SpecError
from labctl.core.glyphs import printable
from labctl.core.secrets import REFERENCE

MOST = 600
"""Characters of a value: a cahier refuses 500 already."""
_ASIDE = {ord(sign): 0xE000 + ord(sign) for sign in string.punctuation if sign not in ":;!?"}
_BACK = {aside: sign for sign, aside in _ASIDE.items()}
_PLACES = {"line": "\ue800", "space": "\ue801"}
_END = "\ue802"
_WRONG = (
    *(TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError),
    *(RecursionError, OSError),
)
"""What a template can raise: errors of Jinja, and those of its own expressions."""
_PLACE = re.compile("([\ue800\ue801])([0-9]+)\ue802")
ELSEWHERE = "voir l'annexe confidentielle"
"""What stands for a secret wherever it is not handed over."""


class Marked(str):
    """Markdown of ours: nothing of it is put aside."""

    __slots__ = ()


def render_markup(file: Path, values: Mapping[str, object]) -> Marked:
    """Return the Markdown of a template; SpecError, with its line, when it cannot be filled in."""
    seen = file.stat()
    try:
        return Marked(_compile(file, seen.st_mtime_ns, seen.st_size).render(values))
    except _WRONG as exc:
        line = getattr(exc, "lineno", None) or line_of(exc, file)
        said = f"{type(exc).__name__}: {exc}"
        raise SpecError((Mistake(str(file), line, said, "document"),)) from exc


@lru_cache(maxsize=256)
def _compile(file: Path, _mtime_ns: int, _size: int) -> Template:
    environment = _environment()
    code = environment.compile(file.read_text(encoding="utf-8"), file.name, str(file))
    return Template.from_code(environment, code, environment.make_globals(None))


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=shield,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "code": _code,
        "codes": name_in_code,
        "listed": _listed,
        "time": say_time,
    }
    environment.globals |= {"line": _line, "space": _space}
    return environment


def shield(value: object) -> str:
    """Return a value as words that mean nothing to Markdown: one line, printable characters."""
    if isinstance(value, Marked):
        return value
    if isinstance(value, bool):
        return "oui" if value else "non"
    text = "—" if value in (None, "") else printable(re.sub(r"\s+", " ", str(value)), MOST)
    return REFERENCE.sub(ELSEWHERE, text).translate(_ASIDE)


def unshield(text: str) -> str:
    """Return a text with the signs of its values back in their places."""
    return text.translate(_BACK)


def split_signs(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield words, and the place to write that follows them, if any, with its size in cm."""
    names = {sign: name for name, sign in _PLACES.items()}
    position = 0
    for found in _PLACE.finditer(text):
        yield text[position : found.start()], names[found[1]], found[2]
        position = found.end()
    yield text[position:], "", ""


def say_time(minutes: int) -> str:
    """Return a length of time as a reader writes it: 50 min, 1 h 30, 3 h."""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


def _line(size_cm: int = 4) -> Marked:
    return Marked(f"{_PLACES['line']}{int(size_cm)}{_END}")


def _space(size_cm: int = 2) -> Marked:
    return Marked(f"{_PLACES['space']}{int(size_cm)}{_END}")


def _code(value: object) -> Marked:
    return Marked(f"`{shield(value)}`")


def name_in_code(values: Iterable[object], last: str = " et ") -> Marked:
    """Return names as Markdown shows what is to be typed: `a`, `b` et `c`."""
    return Marked(_join([_code(value) for value in values], last))


def _listed(values: Iterable[object], last: str = " et ") -> str:
    return _join([str(value) for value in values], last)


def _join(words: list[str], last: str) -> str:
    return f"{', '.join(words[:-1])}{last}{words[-1]}" if len(words) > 1 else "".join(words)
