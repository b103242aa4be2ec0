"""What a form says: what somebody wrote beside, below or after a label.

The form may be the one that was given, or a table of somebody's own.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from checks.documents.form_labels import (
    Fit,
    Words,
    fit_label,
    is_field,
    is_label,
    list_known,
    split_label,
    words_of_label,
)
from checks.documents.wording import is_blank, words_of

Rows = Sequence[Sequence[str]]
_HEADS = frozenset(
    ["designation", "reference", "test", "resultat", "point", "verifie", "remarque", "reserve"]
)
_PLACE = re.compile(r"[._…]{4,}")
"""A place to write, in the forms that are given."""
_FOOT = re.compile(r"document à remplir\b.*|page \d+(?: / \d+)?", re.IGNORECASE)
"""What is at the foot of each of their pages: a number; a word of whom it is for in older ones."""
_ASIDE = re.compile(r"\([^()]*\)|\bvlan\W{0,3}\d+\b")


def find_value(rows: Rows, label: str, labels: Collection[str] = ()) -> str:
    """Return what is written for a label, empty when nothing is.

    ``labels`` are the others of the form: none of them is what was written. A label that stands
    alone somewhere is not read where it stands among others: « Réserves », « Tests et réserves ».
    """
    known = list_known((*labels, label))
    wanted = words_of_label(label)
    found = sorted(_find_label(rows, wanted, known))
    left_out = {Fit.AMONG_OTHERS} if found and found[0][0] is Fit.ALONE else set()
    values = (
        _look_around(rows, row, column, wanted, known)
        for fit, row, column in found
        if fit not in left_out
    )
    return next(filter(None, values), "")


def _find_label(
    rows: Rows, wanted: Words, known: Sequence[Words]
) -> Iterator[tuple[Fit, int, int]]:
    """Yield the cells that say a label, by row and column; not those of a table of its own."""
    for number, row in enumerate(rows):
        for column, cell in enumerate(row if words_of(row[0]) != ["designation"] else ()):
            head, colon, _after = cell.partition(":")
            fit = fit_label(head, wanted, known)
            if fit is not None and (fit is not Fit.IN_OTHER_WORDS or colon or not column):
                yield fit, number, column


def _look_around(
    rows: Rows, number: int, column: int, wanted: Words, known: Sequence[Words]
) -> str:
    row = rows[number]
    head, _colon, after = row[column].partition(":")
    beside = next((cell for cell in (after, *row[column + 1 :]) if not is_blank(cell)), "")
    if beside and not is_label(beside, known):
        return "" if _is_left_blank(head, beside, wanted) else beside.strip()
    return _look_below(rows[number + 1 :], column if len(row) > 1 else None, wanted, known)


def _is_left_blank(head: str, value: str, wanted: Words) -> bool:
    """Tell whether one of several labels has no text of its own: « 08:30 ......... »."""
    parts = split_label(head)
    written = [one for one in _PLACE.split(value) if not is_blank(one)]
    rank = next((rank for rank, part in enumerate(parts) if wanted <= part), 0)
    return bool(_PLACE.search(value)) and rank >= len(written)


def _look_below(rows: Rows, column: int | None, wanted: Words, known: Sequence[Words]) -> str:
    """Return what is in the next row that is no heading of a table; a label ends the search."""
    for row in rows:
        if all(is_blank(cell) or _is_head(cell) for cell in row):
            continue
        if any(_FOOT.fullmatch(cell.strip()) for cell in row):
            return ""
        if is_field(row, known) and not wanted <= set(words_of(row[0])):
            return ""
        cells = row if column is None else row[column : column + 1]
        return next((cell for cell in cells if not is_blank(cell)), "")
    return ""


def find_block(rows: Rows, label: str, labels: Collection[str]) -> str:
    """Return all that is written for a label that begins a row, up to the next label.

    A form may have a table of its own there, with a heading. Empty where no row begins so.
    """
    known = list_known(labels)
    wanted = words_of_label(label)
    cells: list[str] = []
    is_inside = False
    for row in rows:
        head, _colon, after = row[0].partition(":")
        if is_field(row, known):
            is_inside = wanted <= set(words_of(head))
            cells += [after, *row[1:]] if is_inside else []
        elif is_inside:
            cells += row
    return " ".join(cell for cell in cells if not is_blank(cell) and not _is_head(cell))


def _is_head(text: str) -> bool:
    return bool(words_of(text)) and set(words_of(text)) <= _HEADS | {"numero", "serie"}


def find_rows(rows: Rows, *names: str) -> Iterator[Sequence[str]]:
    """Yield the rows that have a cell which says just one of these, whatever its capitals.

    What is in brackets beside it, and the number of a VLAN, are not a part of a name.
    """
    wanted = {name.casefold() for name in names}
    return (row for row in rows if any(wanted & _read_name(cell.casefold()) for cell in row))


def _read_name(text: str) -> set[str]:
    return {text.strip(), _ASIDE.sub(" ", text).strip(" -–:,")}
