"""The roster: who comes, on which route, at which bench, before which jury.

A CSV file of a spreadsheet: UTF-8 with or without a byte order mark, fields between ``;``, ``,`` or
tabulations (RFC 4180), a line of names first, written with or without accents and capitals.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.core.untrusted import inert
from labctl.spec.suggest import suggest

LAST_BENCH = 99
LONGEST_NAME = 64
SEPARATORS = (";", ",", "\t")
_COLUMNS = {
    "candidat": "candidat",
    "nom": "candidat",
    "parcours": "parcours",
    "place": "place",
    "banc": "place",
    "jury": "jury",
    "amenagements": "amenagements",
    "amenagement": "amenagements",
    "identifiant": "identifiant",
    "idnumber": "identifiant",
    "groupe": "groupe",
}
"""The names that a column may have, without accents and capitals, and what it holds."""
_NEEDED = ("candidat", "place")
_JOINED = "+"
"""Between two accommodations of a candidate."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line of the roster. ``jury`` is empty where nobody chose; ``line`` is that of the file."""

    name: str
    bench: int
    route: str = ""
    jury: str = ""
    accommodations: tuple[str, ...] = ()
    number: str = ""  # what the centre, or its Moodle, knows the person by
    group: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster that is well formed; ``labctl.session.rules`` checks it against the session."""

    file: str
    candidates: tuple[Candidate, ...]
    columns: frozenset[str] = field(default_factory=frozenset)

    def at(self, bench: int) -> Candidate | None:
        """Return who sits at a bench, None when nobody does."""
        return next((one for one in self.candidates if one.bench == bench), None)

    def mistake(self, candidate: Candidate, message: str, *, rule: str, hint: str = "") -> Mistake:
        """Return a mistake about the line of a candidate."""
        return Mistake(self.file, candidate.line, message, rule, hint)


def read_roster(file: str, raw: bytes) -> tuple[Roster, tuple[Mistake, ...]]:
    """Return the roster of the bytes of a file, as far as it is well formed, and every mistake."""
    try:
        rows = _read_rows(file, _decode(file, raw))
    except SpecError as exc:
        return Roster(file, ()), exc.mistakes
    if not rows:
        return Roster(file, ()), (Mistake(file, 1, _("liste vide"), "liste", _explain_columns()),)
    columns, mistakes = _read_head(file, *rows[0])
    candidates = []
    for line, row in rows[1:]:
        wrong = list(_find_wrong_cells(row, columns))
        mistakes.extend(Mistake(file, line, said, "liste", hint) for said, hint in wrong)
        if not wrong and set(_NEEDED) <= set(columns):
            candidates.append(_candidate(line, dict(zip(columns, row, strict=False))))
    if not mistakes and not candidates:
        mistakes.append(Mistake(file, 1, _("aucun candidat dans la liste"), "liste"))
    roster = Roster(file, tuple(candidates), frozenset(columns) - {""})
    return roster, tuple(sorted((*mistakes, *_find_doubles(roster))))


def fold(name: str) -> str:
    """Return a name without accents and capitals, its words joined by dashes."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return "-".join(bare.replace("_", " ").replace("-", " ").replace("’", "'").split())


def _decode(file: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = raw.count(b"\n", 0, exc.start) + 1
        said = _("ce n'est pas du texte UTF-8")
        hint = _("dans le tableur : enregistrer sous « CSV UTF-8 », jeu de caractères UTF-8")
        raise SpecError((Mistake(file, line, said, "encodage", hint),)) from exc


def _read_rows(file: str, text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that hold something, each with the line it begins on."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for row in reader:
            cells = [unicodedata.normalize("NFC", " ".join(cell.split())) for cell in row]
            if any(cells):
                rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as exc:
        said = _("ligne illisible : guillemets qui ne se ferment pas, ou suivis d'autre chose")
        hint = _("un guillemet à l'intérieur d'un texte s'écrit deux fois")
        raise SpecError((Mistake(file, begins, said, "liste", hint),)) from exc
    return rows


def _read_head(file: str, line: int, row: Sequence[str]) -> tuple[tuple[str, ...], list[Mistake]]:
    """Return what each column holds, "" for one that is unknown, and what is wrong with them."""
    meant = tuple(_COLUMNS.get(fold(name), "") for name in row)
    columns = tuple(one if one not in meant[:at] else "" for at, one in enumerate(meant))
    found = []
    for name, column in zip(row, meant, strict=True):
        if name and not column:
            said = _("colonne « %(name)s » inconnue") % {"name": _shown(name)}
            hint = suggest(fold(name), _COLUMNS) or _explain_columns()
            found.append(Mistake(file, line, said, "colonne", hint))
    for column in sorted({column for column in meant if column and meant.count(column) > 1}):
        said = _("colonne « %(name)s » donnée deux fois") % {"name": column}
        found.append(Mistake(file, line, said, "colonne"))
    for column in _NEEDED:
        if column not in columns:
            said = _("colonne « %(name)s » absente") % {"name": column}
            found.append(Mistake(file, line, said, "colonne", _explain_columns()))
    return columns, found


def _explain_columns() -> str:
    said = _("colonnes : %(needed)s ; au besoin %(others)s")
    others = [name for name in dict.fromkeys(_COLUMNS.values()) if name not in _NEEDED]
    return said % {"needed": ", ".join(_NEEDED), "others": ", ".join(others)}


def _find_wrong_cells(row: Sequence[str], columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one line, and what to do."""
    cells = dict(zip(columns, row, strict=False))
    if any(row[len(columns) :]):
        said = _("%(found)d champs, la ligne des noms en a %(wanted)d")
        hint = _("un champ qui contient le séparateur s'écrit entre guillemets")
        yield said % {"found": len(row), "wanted": len(columns)}, hint
        return
    for column, cell in cells.items():
        if cell != inert(cell, LONGEST_NAME):
            said = _("« %(name)s » : caractère interdit, ou plus de %(most)d caractères")
            yield said % {"name": column, "most": LONGEST_NAME}, _("retapez ce champ")
    if "candidat" in columns and not cells.get("candidat"):
        yield _("candidat sans nom"), ""
    place = cells.get("place", "")
    if "place" in columns and not place:
        yield _("candidat sans place"), _("le numéro de son banc")
    elif "place" in columns and _bench_of(place) is None:
        said = _("« place » : numéro de banc attendu, trouvé : « %(found)s »")
        hint = _("un nombre de 1 à %(last)d") % {"last": LAST_BENCH}
        yield said % {"found": _shown(place)}, hint


def _bench_of(cell: str) -> int | None:
    is_number = cell.isascii() and cell.isdecimal() and len(cell) <= len(str(LAST_BENCH))
    return int(cell) if is_number and int(cell) else None


def _candidate(line: int, cells: Mapping[str, str]) -> Candidate:
    granted = cells.get("amenagements", "").replace(",", _JOINED).split(_JOINED)
    return Candidate(
        cells["candidat"],
        _bench_of(cells["place"]) or 0,
        cells.get("parcours", ""),
        cells.get("jury", ""),
        tuple(name.strip() for name in granted if name.strip()),
        cells.get("identifiant", ""),
        cells.get("groupe", ""),
        line,
    )


def _find_doubles(roster: Roster) -> Iterator[Mistake]:
    """Yield the seats and numbers that two lines have, and people whom nothing tells apart."""
    seats: dict[int, Candidate] = {}
    numbers: dict[str, Candidate] = {}
    people: dict[str, Candidate] = {}
    for one in roster.candidates:
        seated = seats.setdefault(one.bench, one)
        if seated is not one:
            said = _("le banc %(bench)d est déjà pris, à la ligne %(line)d")
            hint = _("un banc sert une fois par session : une autre série est une autre session")
            values = {"bench": one.bench, "line": seated.line}
            yield roster.mistake(one, said % values, rule="double", hint=hint)
        known = numbers.setdefault(one.number, one)
        if one.number and known is not one:
            said = _("l'identifiant « %(number)s » est déjà à la ligne %(line)d")
            named = {"number": one.number, "line": known.line}
            yield roster.mistake(one, said % named, rule="double")
        namesake = people.setdefault(fold(one.name), one)
        if namesake is not one and not (one.number and namesake.number):
            said = _("« %(name)s » est déjà à la ligne %(line)d")
            hint = _("deux homonymes ont chacun un « identifiant »")
            person = {"name": one.name, "line": namesake.line}
            yield roster.mistake(one, said % person, rule="double", hint=hint)


def _shown(text: str) -> str:
    return inert(text, LONGEST_NAME)
