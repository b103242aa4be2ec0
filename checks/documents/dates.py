"""Days as people write them in a document."""

import re
from datetime import date

from checks.documents.wording import words_of

_DATE = re.compile(
    r"\b(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{2,4})\b"
    r"|\b(?P<iso>\d{4}-\d{2}-\d{2})\b"
    r"|\b(?P<day_of>\d{1,2})(?:er)? (?P<name>[a-zéû]{3,9}) (?P<of>\d{4})\b"
)
_MONTHS = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre"),
    *("octobre", "novembre", "decembre"),
)


def has_date(text: str) -> bool:
    """Tell whether there is a day in a text."""
    return bool(_DATE.search(text.casefold()))


def list_dates(text: str) -> tuple[date, ...]:
    """Return the days in a text that are in the calendar, in their order."""
    found = map(_read_date, _DATE.finditer(text.casefold()))
    return tuple(day for day in found if day is not None)


def drop_dates(text: str) -> str:
    """Return a text without its days, in small letters."""
    return _DATE.sub(" ", text.casefold())


def _read_date(found: re.Match[str]) -> date | None:
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        if found["name"]:
            month = 1 + _MONTHS.index("".join(words_of(found["name"])))
            return date(int(found["of"]), month, int(found["day_of"]))
        year = int(found["year"])
        return date(year + 2000 * (year < 100), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
