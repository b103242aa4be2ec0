"""A quote read from its rows: lines of products, then totals."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from checks.documents.amounts import read_number
from checks.documents.wording import words_of
from checks.quote.totals import TAXES, Kind, Total, add_taxes, name_total, read_total, round_amount

Rows = Sequence[Sequence[str]]
_COLUMNS: Mapping[str, tuple[frozenset[str], ...]] = {
    "reference": tuple(map(frozenset, ({"reference"}, {"ref"}, {"code"}))),
    "count": tuple(map(frozenset, ({"quantite"}, {"qte"}, {"nombre"}, {"nb"}))),
    "price": tuple(map(frozenset, ({"prix"}, {"pu"}, {"p", "u"}, {"unitaire"}))),
    "amount": tuple(map(frozenset, ({"montant"}, {"total"}))),
}
"""Words that a column is known by."""


@dataclass(frozen=True, slots=True)
class Line:
    """A product of the quote; an unreadable number is None."""

    reference: str
    count: Decimal | None
    price: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Bill:
    """The lines and the totals of a quote; a missing total is None.

    ``rated`` is the sum of the taxes that are said rate by rate, None where none is; ``due`` what
    is to be paid in the end, None where an advance is taken off or nothing says it.
    """

    lines: tuple[Line, ...]
    net: Decimal | None
    taxes: Decimal | None
    rated: Decimal | None
    gross: Decimal | None
    due: Decimal | None


def read_bill(rows: Rows, cent: Decimal, known: Collection[str]) -> Bill:
    """Return what a quote counts: lines below the row that names the columns, then totals.

    Amounts are rounded to the smallest one, as they are shown: a sheet keeps what it computed.
    ``known`` are the references of the catalogue.
    """
    spelt = {name.casefold(): name for name in known}
    columns: Mapping[str, int] = {}
    is_over = False
    lines: list[Line] = []
    totals: list[Total] = []
    for row in rows:
        named = _find_columns(row)
        kind = name_total(row)
        if named:
            columns, is_over = named, False
        elif kind:
            total = read_total(row, kind, cent)
            totals += [total] if total else []
            is_over = is_over or kind in (Kind.GROSS, Kind.DUE)
        elif columns and _cell(row, columns["reference"]):
            line = _read_line(row, columns, cent)
            line = replace(line, reference=spelt.get(line.reference.casefold(), line.reference))
            lines += [line] if _is_sold(line, known, is_over=is_over) else []
    return _sum_up(lines, totals)


def _sum_up(lines: Sequence[Line], totals: Sequence[Total]) -> Bill:
    taxes, rated = add_taxes([one for one in totals if one.kind is Kind.TAXES])
    net, gross, due = (
        next((one.amount for one in totals if one.kind is kind and one.is_whole), None)
        for kind in (Kind.NET, Kind.GROSS, Kind.DUE)
    )
    if any(one.kind is Kind.ADVANCE for one in totals):
        due = None
    return Bill(tuple(lines), net, taxes, rated, due if gross is None else gross, due)


def _find_columns(row: Sequence[str]) -> Mapping[str, int]:
    """Return where the columns are, nothing for a row that does not name all of them.

    An amount, a code or a price of taxes is none of these.
    """
    found: dict[str, int] = {}
    for at, cell in enumerate(row):
        words = {word.rstrip("s") for word in words_of(cell)}
        if words & TAXES and not words & {"ht", "hor"}:
            continue
        for name, marks in _COLUMNS.items():
            if name not in found and any(mark <= words for mark in marks):
                found[name] = at
                break
    return found if found.keys() == _COLUMNS.keys() else {}


def _read_line(row: Sequence[str], columns: Mapping[str, int], cent: Decimal) -> Line:
    count = read_number(_cell(row, columns["count"]))
    price, amount = (
        read_number(_cell(row, columns[name]), is_whole=cent == 1) for name in ("price", "amount")
    )
    shown = None if amount is None else round_amount(cent, amount)
    return Line(_cell(row, columns["reference"]), count, price, shown)


def _is_sold(line: Line, known: Collection[str], *, is_over: bool) -> bool:
    """Tell whether a row is a line of the quote: it has an amount, or it tells of a product.

    Below the total, what is to be paid has an amount, and a catalogue prices; both are no lines.
    """
    if is_over:
        return line.count is not None and line.price is not None
    numbers = [one for one in (line.count, line.price) if one is not None]
    is_told = len(numbers) > 1 or (bool(numbers) and line.reference in known)
    return is_told or line.amount is not None


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""
