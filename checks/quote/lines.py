"""A quote read from its rows: lines of products, totals, mentions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from checks.documents.forms import read_number, words_of

Rows = Sequence[Sequence[str]]
_COLUMNS: Mapping[str, tuple[frozenset[str], ...]] = {
    "reference": tuple(map(frozenset, ({"reference"}, {"ref"}, {"code"}))),
    "count": tuple(map(frozenset, ({"quantite"}, {"qte"}, {"nombre"}))),
    "price": tuple(map(frozenset, ({"prix"}, {"pu"}, {"p", "u"}, {"unitaire"}))),
    "amount": tuple(map(frozenset, ({"montant"}, {"total"}))),
}
"""Words that a column is known by."""
_TAXES = frozenset({"taxes", "taxe", "tgc", "tva", "tsp"})


@dataclass(frozen=True, slots=True)
class Line:
    """A product of the quote; an unreadable number is None."""

    reference: str
    count: Decimal | None
    price: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Bill:
    """The lines and the totals of a quote; a missing total is None."""

    lines: tuple[Line, ...]
    net: Decimal | None
    taxes: Decimal | None
    gross: Decimal | None


def read_bill(rows: Rows, cent: Decimal) -> Bill:
    """Return what a quote counts: lines below the row that names the columns, then totals.

    Amounts are rounded to the smallest one, as they are shown: a sheet keeps what it computed.
    """
    columns: Mapping[str, int] = {}
    lines: list[Line] = []
    totals: dict[str, Decimal | None] = {}
    for row in rows:
        named = _find_columns(row)
        kind = _name_total(row)
        if named:
            columns = named
        elif kind:
            totals.setdefault(kind, _written(cent, _last_number(row, cent)))
        elif columns and _cell(row, columns["reference"]):
            line = _read_line(row, columns, cent)
            lines += [line] if line.count is not None or line.amount is not None else []
    return Bill(tuple(lines), totals.get("net"), totals.get("taxes"), totals.get("gross"))


def _find_columns(row: Sequence[str]) -> Mapping[str, int]:
    """Return where the columns are, nothing for a row that does not name all of them."""
    found: dict[str, int] = {}
    for at, cell in enumerate(row):
        words = frozenset(words_of(cell))
        for name, marks in _COLUMNS.items():
            if name not in found and any(mark <= words for mark in marks):
                found[name] = at
                break
    return found if found.keys() == _COLUMNS.keys() else {}


def _name_total(row: Sequence[str]) -> str:
    """Return which total a row says: « net », « taxes », « gross », empty for none."""
    words = frozenset(words_of(next((cell for cell in row if cell.strip()), "").partition(":")[0]))
    if "ttc" in words or {"toutes", "taxes"} <= words:
        return "gross"
    if "total" in words and ("ht" in words or "hors" in words):
        return "net"
    return "taxes" if words & _TAXES and len(words) <= 3 else ""


def _last_number(row: Sequence[str], cent: Decimal) -> Decimal | None:
    """Return the number of a total: the last of its row, after its name."""
    texts = [*row[1:], row[0].partition(":")[2]] if row else []
    numbers = (read_number(text, is_whole=cent == 1) for text in texts)
    found = [one for one in numbers if one is not None]
    return found[-1] if found else None


def round_amount(cent: Decimal, value: Decimal) -> Decimal:
    """Round an amount to ``cent``, the smallest amount of its currency."""
    return value.quantize(cent, ROUND_HALF_UP)


def _written(cent: Decimal, value: Decimal | None) -> Decimal | None:
    return None if value is None else round_amount(cent, value)


def _read_line(row: Sequence[str], columns: Mapping[str, int], cent: Decimal) -> Line:
    count = read_number(_cell(row, columns["count"]))
    price, amount = (
        read_number(_cell(row, columns[name]), is_whole=cent == 1) for name in ("price", "amount")
    )
    return Line(_cell(row, columns["reference"]), count, price, _written(cent, amount))


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""
