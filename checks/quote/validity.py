"""How long a quote says that it is valid."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from checks.documents.dates import drop_dates, list_dates
from checks.documents.forms import find_value

Rows = Sequence[Sequence[str]]
_STEM = re.compile(r"valid|valab", re.IGNORECASE)
_NUMBER = r"(?<![\d/.,-])(\d{1,4})"
_DAYS = re.compile(_NUMBER + r"\s*\)?\s*j(?:rs?|ours?)?\b")
"""« 30 jours », « 30j », « trente (30) jours »."""
_BARE = re.compile(_NUMBER + r"(?![\d/]|[.,-]\d|\s*[^\W\d_]{3})")
"""« Validité en jours : 30 », and neither « 30 mois » nor « 30 juin »."""


def says_validity(rows: Rows, days: int) -> bool:
    """Tell whether a quote is valid for so many days, or until the day that is as many later."""
    texts = [*_beside(rows), find_value(rows, "validite")]
    if any(_read_days(text) == days for text in texts):
        return True
    ends = {day for text in texts for day in list_dates(text)}
    dates = {day for row in rows for cell in row for day in list_dates(cell)}
    return any(day + timedelta(days) in ends for day in dates)


def _beside(rows: Rows) -> Iterator[str]:
    """Yield the rows that say how long something is valid."""
    return (text for text in map(" ".join, rows) if _STEM.search(text))


def _read_days(text: str) -> int | None:
    """Return the days that a text tells, those behind « valable » first; no day of the month."""
    before, *after = _STEM.split(drop_dates(text))
    parts = ("".join(after), before)
    found = (pattern.search(part) for pattern in (_DAYS, _BARE) for part in parts)
    return next((int(one[1]) for one in found if one), None)
