"""What a form says: labels, and what somebody wrote beside, below or after them.

The form may be the one that was given, or a table of somebody's own: a label is known by its words.
"""

from collections.abc import Collection, Iterator, Sequence

from checks.documents.wording import is_blank, words_of

Rows = Sequence[Sequence[str]]
_HEADS = frozenset(
    ["designation", "reference", "test", "resultat", "point", "verifie", "remarque", "reserve"]
)


def find_value(rows: Rows, label: str, labels: Collection[str] = ()) -> str:
    """Return what is written for a label, empty when nothing is.

    ``labels`` are the others of the form: none of them is what was written.
    """
    known = [_words_of_label(one) for one in (*labels, label)]
    wanted = _words_of_label(label)
    found = [
        (len(head), _look_around(rows, at, column, known))
        for at, row in enumerate(rows)
        for column, cell in enumerate(row)
        for head in [set(words_of(cell.partition(":")[0]))]
        if wanted <= head and len(head) <= len(wanted) + 2
    ]
    return next((value for _size, value in sorted(found, key=lambda one: one[0]) if value), "")


def _look_around(rows: Rows, at: int, column: int, known: Sequence[frozenset[str]]) -> str:
    row = rows[at]
    after = row[column].partition(":")[2]
    if not is_blank(after):
        return after.strip()
    beside = next((cell for cell in row[column + 1 :] if not is_blank(cell)), "")
    if beside and not _is_label(beside, known):
        return beside
    return _look_below(rows[at + 1 :], column if len(row) > 1 else None, known)


def _look_below(rows: Rows, column: int | None, known: Sequence[frozenset[str]]) -> str:
    """Return what is in the next row that is no heading of a table; a label ends the search."""
    for row in rows:
        if all(is_blank(cell) or _is_head(cell) for cell in row):
            continue
        if _is_label(row[0].partition(":")[0], known):
            return ""
        cells = row if column is None else row[column : column + 1]
        return next((cell for cell in cells if not is_blank(cell)), "")
    return ""


def find_block(rows: Rows, label: str, labels: Collection[str]) -> str:
    """Return all that is written for a label that begins a row, up to the next of the labels.

    A form may have a table of its own there, with a heading. Empty where no row begins so.
    """
    known = [_words_of_label(one) for one in labels]
    wanted = _words_of_label(label)
    cells: list[str] = []
    is_inside = False
    for row in rows:
        head, _colon, after = row[0].partition(":")
        if _is_label(head, known):
            is_inside = wanted <= set(words_of(head))
            cells += [after, *row[1:]] if is_inside else []
        elif is_inside:
            cells += row
    return " ".join(cell for cell in cells if not is_blank(cell) and not _is_head(cell))


def _words_of_label(label: str) -> frozenset[str]:
    return frozenset(words_of(label.replace("_", " ")))


def _is_head(text: str) -> bool:
    return bool(words_of(text)) and set(words_of(text)) <= _HEADS | {"numero", "serie"}


def _is_label(text: str, known: Sequence[frozenset[str]]) -> bool:
    """Tell whether a text is made of labels, and perhaps one word more."""
    words = set(words_of(text))
    inside = [label for label in known if label and label <= words]
    return bool(inside) and len(words - frozenset().union(*inside)) <= 1


def find_rows(rows: Rows, word: str) -> Iterator[Sequence[str]]:
    """Yield the rows that have a cell which says just this, whatever its capitals."""
    wanted = word.casefold()
    return (row for row in rows if any(cell.strip().casefold() == wanted for cell in row))
