"""French texts by default, English by a switch: gettext with French as the source language.

Source texts are French; ``labctl/locale/en/LC_MESSAGES/labctl.po`` holds their English, complete
(a test checks it). Use ``_("texte %(nom)s") % {"nom": value}``: never an f-string inside ``_``.
"""

import gettext
import os
from contextvars import ContextVar
from pathlib import Path

LOCALES = Path(__file__).resolve().parent.parent / "locale"
_language: ContextVar[str] = ContextVar("labctl_language", default="fr")


def choose(language: str | None = None) -> str:
    """Set the language of what users read from the switch, LABCTL_LANG or LANG; return it."""
    wanted = language or os.environ.get("LABCTL_LANG") or os.environ.get("LANG") or "fr"
    chosen = "en" if wanted.lower().startswith("en") else "fr"
    _language.set(chosen)
    return chosen


def language() -> str:
    """Return ``fr`` or ``en``."""
    return _language.get()


def mark(text: str) -> str:
    """Return the text itself: it is translated later, by ``_``, and must be in the catalogues."""
    return text


def _(text: str) -> str:
    """Return the text in the chosen language."""
    if _language.get() == "fr":
        return text
    return gettext.translation("labctl", LOCALES, ["en"], fallback=True).gettext(text)
