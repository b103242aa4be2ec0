"""Numbers as people write them in a document."""

import re
from decimal import Decimal, InvalidOperation

_AMOUNT = re.compile(r"-?\d[\d\s]*(?:[.,]\d+)?")
_GROUPED = re.compile(r"-?\d{1,3}(?:[.,]\d{3})+(?![\d.,])")


def read_number(text: str, *, is_whole: bool = False) -> Decimal | None:
    """Return the number that a text is, with its unit or without; None when it is none.

    ``is_whole``: nothing is written behind the comma there, so 124.900 is a hundred thousand.
    """
    bare = re.sub(r"[\s\u00a0\u202f]+", " ", text).strip()
    if is_whole and (grouped := _GROUPED.match(bare)):
        bare = re.sub("[.,]", "", grouped[0]) + bare[grouped.end() :]
    found = _AMOUNT.match(bare)
    if found is None or len(re.findall(r"[a-z]+", bare[found.end() :].casefold())) > 3:
        return None
    try:
        return Decimal(re.sub(r"\s", "", found[0]).replace(",", "."))
    except InvalidOperation:
        return None
