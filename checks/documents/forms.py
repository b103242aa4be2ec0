"""What a form says: labels, and what somebody wrote beside, below or after them.

The form may be the one that was given, or a table of somebody's own: a label is known by its words.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal, InvalidOperation

Rows = Sequence[Sequence[str]]
_SMALL = frozenset(
    [
        "a",
        "au",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "n",
        "no",
        "of",
        "par",
        "pour",
        "un",
        "une",
    ]
)
_HEADS = frozenset(
    ["designation", "reference", "test", "resultat", "point", "verifie", "remarque", "reserve"]
)
_BLANK = re.compile(r"[\s._…·☐-]*")
_AMOUNT = re.compile(r"-?\d[\d\s]*(?:[.,]\d+)?")
_GROUPED = re.compile(r"-?\d{1,3}(?:[.,]\d{3})+(?![\d.,])")
_DATE = re.compile(
    r"\b\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b"
    r"|\b\d{1,2}(er)? [a-zéû]{3,9} \d{4}\b"
)
_NUMBER = re.compile(r"\bn\s*[°º]")


def words_of(text: str) -> list[str]:
    """Return the words of a text without accents, capitals and small words."""
    spelt = _NUMBER.sub("numero ", text.casefold())
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    return [word for word in re.findall(r"[a-z0-9]+", plain) if word not in _SMALL]


def is_blank(text: str) -> bool:
    """Tell whether nobody wrote anything: dots and empty boxes are the form's own."""
    return not _BLANK.sub("", text)


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


def has_date(text: str) -> bool:
    """Tell whether there is a day in a text."""
    return bool(_DATE.search(text.casefold()))
