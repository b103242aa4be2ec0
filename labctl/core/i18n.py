"""French texts by default, English by a switch: gettext with French as the source language.

Source texts are French; ``labctl/locale/en/LC_MESSAGES/labctl.po`` holds their English, complete
(a test checks it). Use ``_("texte %(nom)s") % {"nom": value}``: never an f-string inside ``_``.
"""

import gettext
import os
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

LOCALES = Path(__file__).resolve().parent.parent / "locale"
VARIABLE = "LABCTL_LANG"
LANGUAGES = ("fr", "en")
_MOMENTS = {"fr": "%d/%m/%Y à %H:%M UTC", "en": "%Y-%m-%d %H:%M UTC"}


def choose(wanted: str | None = None) -> str:
    """Set the language of what users read from the switch, LABCTL_LANG or LANG; return it.

    It is kept in the environment, so that threads and child processes speak it too.
    """
    asked = (wanted, os.environ.get(VARIABLE), os.environ.get("LANG"))
    known = [word[:2].lower() for word in asked if word and word[:2].lower() in LANGUAGES]
    chosen = known[0] if known else LANGUAGES[0]
    os.environ[VARIABLE] = chosen
    return chosen


def language() -> str:
    """Return ``fr`` or ``en``."""
    return "en" if os.environ.get(VARIABLE, "").startswith("en") else "fr"


def tenths(value: float | Decimal) -> str:
    """Return a number with one decimal, as the language writes it."""
    text = f"{value:.1f}"
    return text if language() == "en" else text.replace(".", ",")


def moment(at: datetime) -> str:
    """Return a moment, to the minute, as the language writes it."""
    return f"{at.astimezone(UTC):{_MOMENTS[language()]}}"


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


@cache
def _english() -> gettext.NullTranslations:
    return gettext.translation("labctl", LOCALES, ["en"], fallback=True)
