"""Numbers as people write them in a document."""

import re
from decimal import Decimal, InvalidOperation

_UNIT = re.compile(r"(?:XPF|F\.? ?CFP|CFP|EUR|F|€|\$) ?(?=[-\d])", re.IGNORECASE)
"""A currency in front of its amount."""
_AMOUNT = re.compile(r"-?\d[\d\s]*(?:[.,]\d+)?")
_GROUPED = re.compile(r"-?\d{1,3}(?:[.,]\d{3})+(?![\d.,])")
_BOTH = re.compile(r"(-?\d{1,3}(?:(?:\.\d{3})+(?=,)|(?:,\d{3})+(?=\.)))[.,](\d+)")
"""« 124.900,00 » and « 124,900.00 »: the last sign is the comma."""


def read_number(text: str, *, is_whole: bool = False) -> Decimal | None:
    """Return the number that a text is, with its unit or without; None when it is none.

    ``is_whole``: nothing is written behind the comma there, so 124.900 is a hundred thousand.
    """
    bare = _group(_drop_unit(re.sub(r"[\s\u00a0\u202f]+", " ", text).strip()), is_whole=is_whole)
    found = _AMOUNT.match(bare)
    if found is None or len(re.findall(r"[a-z]+", bare[found.end() :].casefold())) > 3:
        return None
    try:
        return Decimal(re.sub(r"\s", "", found[0]).replace(",", "."))
    except InvalidOperation:
        return None


def _drop_unit(text: str) -> str:
    unit = _UNIT.match(text)
    return text[unit.end() :] if unit else text


def _group(text: str, *, is_whole: bool) -> str:
    """Return a number without the signs between its thousands."""
    if both := _BOTH.match(text):
        return re.sub("[.,]", "", both[1]) + "." + both[2] + text[both.end() :]
    if is_whole and (grouped := _GROUPED.match(text)):
        return re.sub("[.,]", "", grouped[0]) + text[grouped.end() :]
    return text
