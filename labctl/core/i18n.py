"""French texts by default, English by a switch: gettext with French as the source language.

Source texts are French. ``labctl/locale/en/LC_MESSAGES/labctl.po`` holds the English of the engine,
``locale/`` in the folder of a topic that of the topic; both are complete (a test checks it). Use
``_("texte %(nom)s") % {"nom": value}``: never an f-string inside ``_``.
"""

import gettext
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import SupportsFloat

LOCALES = Path(__file__).resolve().parent.parent / "locale"
CATALOGUES = "locale/en/LC_MESSAGES/*.mo"
"""Where a topic has its own, below its folder."""
VARIABLE = "LABCTL_LANG"
LANGUAGES = ("fr", "en")
_SHORT = {"fr": "%d/%m %H:%M", "en": "%m-%d %H:%M"}
_MOMENTS = {"fr": "%d/%m/%Y à %H:%M", "en": "%Y-%m-%d %H:%M"}


def choose(wanted: str | None = None) -> str:
    """Set the language of what users read from the switch, LABCTL_LANG or LANG; return it.

    It is kept in the environment, so that threads and child processes speak it too.
    """
    asked = (wanted, os.environ.get(VARIABLE), os.environ.get("LANG"))
    known = [word[:2].lower() for word in asked if word and word[:2].lower() in LANGUAGES]
    chosen = known[0] if known else LANGUAGES[0]
    os.environ[VARIABLE] = chosen
    return chosen


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Speak a language meanwhile: documents of the exam are in French, whoever prints them."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = wanted
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def language() -> str:
    """Return ``fr`` or ``en``."""
    return "en" if os.environ.get(VARIABLE, "").startswith("en") else "fr"


def tenths(value: SupportsFloat) -> str:
    """Return a number with one decimal, as the language writes it."""
    text = f"{value:.1f}"
    return text if language() == "en" else text.replace(".", ",")


def moment(at: datetime) -> str:
    """Return a moment, to the minute, as the language writes it, in this machine's zone."""
    local = _localise(at)
    return f"{local:{_MOMENTS[language()]}} {_name_zone(local)}"


def say_clock(minutes: int) -> str:
    """Return a time of the day, in minutes since midnight, as ``07:05``."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def say_moment(text: str) -> str:
    """Return a moment of a document (RFC 3339) in words; a text that is none is left alone."""
    try:
        return moment(datetime.fromisoformat(text))
    except (ValueError, OverflowError):  # the year 1, east of Greenwich
        return text


def say_time(text: str) -> str:
    """Return the time of day of a moment (RFC 3339), in the zone of this machine: ``10:05``."""
    return f"{_localise(datetime.fromisoformat(text)):%H:%M}"


def short_moment(text: str) -> str:
    """Return a moment of a document (RFC 3339), day and hour, in this machine's zone."""
    return f"{_localise(datetime.fromisoformat(text)):{_SHORT[language()]}}"


def about(what: object, said: object) -> str:
    """Return what is said of something: « what : said », or "what: said"."""
    return _("%(what)s : %(said)s") % {"what": what, "said": said}


def mark(text: str) -> str:
    """Return the text itself: it is translated later, by ``_``, and must be in the catalogues."""
    return text


def _(text: str) -> str:
    """Return the text in the chosen language."""
    if language() == "fr" or not text:  # gettext keeps its header under the empty text
        return text
    return _english().gettext(text)


class _OfTopics(gettext.NullTranslations):
    """What the catalogue of the engine has not: looked for in those of the topics."""

    def gettext(self, message: str) -> str:
        return english_of_topics().gettext(message)


@cache
def _english() -> gettext.NullTranslations:
    found = gettext.translation("labctl", LOCALES, ["en"], fallback=True)
    found.add_fallback(_OfTopics())
    return found


@cache
def english_of_topics() -> gettext.NullTranslations:
    """Return the English of every topic; where a catalogue is damaged, its texts stay French."""
    from labctl.core.content import list_files

    found = gettext.NullTranslations()
    for path in list_files(CATALOGUES).values():
        with suppress(OSError, ValueError, struct.error), path.open("rb") as file:
            found.add_fallback(gettext.GNUTranslations(file))
    return found


def _localise(at: datetime) -> datetime:
    try:
        return at.astimezone()
    except (OverflowError, ValueError, OSError):  # the last hours of the year 9999, or year 1
        return at.astimezone(UTC)


def _name_zone(local: datetime) -> str:
    """Return ``UTC``, ``UTC-10`` or ``UTC+5:30``: an abbreviation such as CST names three zones."""
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
