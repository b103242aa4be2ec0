"""The totals of a quote, by the name that begins their row: net, taxes, gross."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from checks.documents.amounts import read_number
from checks.documents.wording import words_of

_INITIALS = re.compile(r"(?<=\b[A-Za-z])\.(?=[A-Za-z]\b)")
"""The points of « T.T.C. »."""
_RATE = re.compile(r"\s*\d+(?:[.,]\d+)?\s*%\s*")
TAXES = frozenset({"taxes", "taxe", "tgc", "tva", "tsp"})
_ALL_TAXES = TAXES | frozenset(
    {"montant", "total", "totale", "sur", "valeur", "ajoutee", "generale", "consommation"}
)
"""Words of a row of all taxes; another one tells which of them."""
_NO_TAX = frozenset({"code", "numero", "taux", "hors"})
"""Words that begin what is no amount of a tax: « taux de TGC »."""
_LONGEST = 4
"""Words of the longest name of a tax: « taxe sur la valeur ajoutée »."""


class Kind(StrEnum):
    """What a row says: what is due after an advance, and a total of some lines only, are others."""

    NET = "net"
    TAXES = "taxes"
    GROSS = "gross"
    DUE = "due"
    ADVANCE = "advance"
    PART = "part"


_MARKS = (
    (Kind.PART, ({"sous", "total"},)),
    (Kind.ADVANCE, ({"acompte"}, {"arrhes"})),
    (Kind.DUE, ({"net", "payer"}, {"reste", "payer"})),
    (Kind.GROSS, ({"ttc"}, {"toutes", "taxes"})),
    (Kind.NET, ({"total", "ht"}, {"total", "hors"}, {"montant", "ht"}, {"montant", "hors"})),
)
"""Words that a row is known by, of which the first that fit count."""


@dataclass(frozen=True, slots=True)
class Total:
    """A row of totals with its amount; ``is_whole``: it says no rate, nor which of the taxes."""

    kind: Kind
    words: frozenset[str]
    amount: Decimal
    is_whole: bool


def name_total(row: Sequence[str]) -> Kind | None:
    """Return which total a row says, by its first text; None for none."""
    words = words_of(_name_of(row))
    for kind, marks in _MARKS:
        if any(mark <= set(words) for mark in marks):
            return kind
    is_tax = bool(TAXES & set(words)) and not _NO_TAX & set(words[:1])
    if is_tax and sum(map(str.isalpha, words)) <= _LONGEST:
        return Kind.TAXES
    return Kind.PART if words[:1] in (["total"], ["base"]) else None


def read_total(row: Sequence[str], kind: Kind, cent: Decimal) -> Total | None:
    """Return the total of a row, rounded to ``cent``; None where it has no amount."""
    amount = _last_amount(row, cent)
    if amount is None:
        return None
    words = frozenset(words_of(_name_of(row)))
    is_whole = not any("%" in cell for cell in row) and (
        kind is not Kind.TAXES or words <= _ALL_TAXES
    )
    return Total(kind, words, round_amount(cent, amount), is_whole)


def add_taxes(found: Sequence[Total]) -> tuple[Decimal | None, Decimal | None]:
    """Return all taxes as a quote says them, and the sum of those of each rate; None for none.

    Where no row says them all, they are that sum.
    """
    plain = [one for one in found if one.is_whole]
    whole = [one for one in plain if one.words & {"total", "totale"}]
    if not whole and len({one.amount for one in plain}) == 1:
        whole = plain
    rated = [one.amount for one in found if one not in whole]
    added = sum(rated, Decimal(0)) if rated else None
    return (whole[-1].amount if whole else added), added


def round_amount(cent: Decimal, value: Decimal) -> Decimal:
    """Round an amount to ``cent``, the smallest amount of its currency."""
    return value.quantize(cent, ROUND_HALF_UP)


def _name_of(row: Sequence[str]) -> str:
    name = next((cell for cell in row if cell.strip()), "").partition(":")[0]
    return _INITIALS.sub("", name)


def _last_amount(row: Sequence[str], cent: Decimal) -> Decimal | None:
    """Return the amount of a total: the last number of its row after its name, which is no rate."""
    texts = [*row[1:], row[0].partition(":")[2]] if row else []
    numbers = (read_number(text, is_whole=cent == 1) for text in texts if not _RATE.fullmatch(text))
    found = [one for one in numbers if one is not None]
    return found[-1] if found else None
