"""The grid (« grille »): which check serves which critère of a référentiel, and its weight.

It also says under which critère a key of the cahier that no check reads is printed, and why the
jury looks at what no machine shows.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.core.ids import CheckId, CriterionId
from labctl.spec.complaint import explain, find_fields
from labctl.spec.fields import Block, Id, Text, key
from labctl.spec.incident_file import IncidentId, list_incidents
from labctl.spec.loader import Path_, Source, load
from labctl.spec.observed import Unread, find_nearest
from labctl.spec.referential import Competency, Referential
from labctl.spec.suggest import suggest
from labctl.spec.topic import Topic, find_topics, list_asking

CheckName = Annotated[str, Field(pattern=r"^[A-Z]-[0-9]{3}$")]
Weight = Annotated[int, Field(ge=0, le=99)]
KeyPath = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]


class GridDocument(Block):
    """A grid, as a document of type ``labctl/grille/v1``."""

    schema_id: Literal["labctl/grille/v1"] = key("schema", "version du format")
    referential: Id = key("referentiel", "référentiel dont elle sert les critères")
    criteria: dict[str, dict[CheckName, Weight]] = key(
        "criteres",
        "pour chaque critère, ses contrôles et leur poids parmi eux (0 : pour information)",
        min_length=1,
    )
    asked: dict[str, tuple[KeyPath, ...]] = key(
        "demandes",
        "pour chaque critère, les clés du cahier (durcissement, durcissement.rdp) sous lesquelles"
        " ce qu'aucun contrôle n'observe est à voir par le jury",
        default={},
    )
    incidents: dict[IncidentId, tuple[str, ...]] = key(
        "incidents", "pour chaque panne, les critères qu'elle éclaire", default={}
    )
    jury: dict[KeyPath, Text] = key(
        "jury",
        "pourquoi le jury regarde lui-même : par critère, ou par clé du cahier que rien n'observe",
        default={},
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """What a check serves: a critère, and its weight among the checks of that critère.

    The weight counts in training only.
    """

    criterion: CriterionId
    weight: int


NOWHERE = Entry(CriterionId(""), 0)
"""Of a check that serves no critère: it is judged when others wait for it, and never reported."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid of a référentiel, read and verified."""

    referential: Referential
    entries: Mapping[CheckId, Entry] = field(default_factory=dict)
    asked: Mapping[str, CriterionId] = field(default_factory=dict)  # by key of the cahier
    incidents: Mapping[str, tuple[CriterionId, ...]] = field(default_factory=dict)  # critères
    jury: Mapping[str, str] = field(default_factory=dict)  # why, by critère or key of the cahier

    def criterion_of(self, key: str) -> str:
        """Return the critère of a key of a cahier, or of the nearest one above; "" for none."""
        return find_nearest(self.asked, key)

    def reason_of(self, key: str) -> str:
        """Return why the jury looks at a key of a cahier; "" where nobody said."""
        return find_nearest(self.jury, key)

    def place(self, unread: Iterable[Unread]) -> dict[str, tuple[Unread, ...]]:
        """Return what no check reads by the critère it is for, under "" what is for none."""
        found: dict[str, tuple[Unread, ...]] = {}
        for one in unread:
            criterion = self.criterion_of(one.key)
            found[criterion] = (*found.get(criterion, ()), one)
        return found

    def entry_of(self, check: str) -> Entry:
        """Return what a check serves; NOWHERE for one that serves no critère."""
        return self.entries.get(CheckId(check), NOWHERE)

    def competency_of(self, check: str) -> Competency:
        """Return the compétence that a check serves; KeyError for a check that serves none."""
        return self.referential.competency_with(self.entries[CheckId(check)].criterion)

    def names_of(self, check: str) -> frozenset[str]:
        """Return the names that choose a check, in lower case: its own, those of what it serves."""
        entry = self.entries.get(CheckId(check))
        if entry is None:
            return frozenset()
        names = (check, entry.criterion, *self.competency_of(check).names)
        return frozenset(name.casefold() for name in names)


def load_grid(
    files: Iterable[Path], referential: Referential, checks: Collection[str] | None = None
) -> Grid:
    """Read the files of the grid of a référentiel; SpecError with every mistake of all of them.

    ``checks`` are those of the catalogue; None when it is not known which there are.
    """
    grid, mistakes = read_grid(files, referential, checks)
    if mistakes:
        raise SpecError(mistakes)
    return grid


def read_grid(
    files: Iterable[Path], referential: Referential, checks: Collection[str] | None = None
) -> tuple[Grid, tuple[Mistake, ...]]:
    """Return what could be read of a grid, and every mistake in its files."""
    entries: dict[CheckId, Entry] = {}
    read: list[tuple[GridDocument, Source]] = []
    places: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for file in files:
        document, source, wrong = _read_document(file)
        mistakes.extend(wrong)
        if document is None or source is None:
            continue
        read.append((document, source))
        mistakes.extend(_find_mistakes(document, source, referential, checks))
        for criterion, weights in document.criteria.items():
            for name, weight in weights.items():
                check, path = CheckId(name), ("criteres", criterion, name)
                if check in entries:
                    said = _("%(check)s sert déjà un critère : %(place)s")
                    values = {"check": name, "place": places[check]}
                    mistakes.append(source.mistake(path, said % values, rule="controle-double"))
                    continue
                entries[check] = Entry(CriterionId(criterion), weight)
                places[check] = f"{source.file}:{source.line_of(path)}"
    asked, twice = _gather_keys(read)
    incidents, doubles = _gather_incidents(read)
    mistakes.extend((*twice, *doubles))
    jury = {name: why for document, _source in read for name, why in document.jury.items()}
    return Grid(referential, entries, asked, incidents, jury), tuple(sorted(mistakes))


def _gather_keys(
    read: Iterable[tuple[GridDocument, Source]],
) -> tuple[dict[str, CriterionId], tuple[Mistake, ...]]:
    """Return the critère of each key of a cahier, and what names one a second time."""
    found: dict[str, CriterionId] = {}
    places: dict[str, str] = {}
    doubles: list[Mistake] = []
    for document, source in read:
        for way, name in _each_key(document):
            if name in found:
                said = _("« %(key)s » est déjà sous un critère : %(place)s")
                values = {"key": name, "place": places[name]}
                doubles.append(source.mistake(way, said % values, rule="demande-double"))
                continue
            found[name] = CriterionId(str(way[1]))
            places[name] = f"{source.file}:{source.line_of(way)}"
    return found, tuple(doubles)


def _gather_incidents(
    read: Iterable[tuple[GridDocument, Source]],
) -> tuple[dict[str, tuple[CriterionId, ...]], tuple[Mistake, ...]]:
    """Return the critères of each incident, and what names one a second time."""
    found: dict[str, tuple[CriterionId, ...]] = {}
    doubles: list[Mistake] = []
    for document, source in read:
        for name, served in document.incidents.items():
            if name in found:
                said = _("la panne « %(name)s » a déjà ses critères") % {"name": name}
                doubles.append(source.mistake(("incidents", name), said, rule="panne-double"))
            found.setdefault(name, tuple(map(CriterionId, served)))
    return found, tuple(doubles)


def _read_document(
    file: Path,
) -> tuple[GridDocument | None, Source | None, tuple[Mistake, ...]]:
    try:
        source = load(file)
    except SpecError as exc:
        return None, None, exc.mistakes
    try:
        return GridDocument.model_validate(source.tree), source, ()
    except ValidationError as exc:
        found = explain(exc, source, GridDocument)
        return None, source, tuple(complaint.mistake for complaint in found)


def _find_mistakes(
    document: GridDocument,
    source: Source,
    referential: Referential,
    checks: Collection[str] | None,
) -> Iterator[Mistake]:
    if document.referential != referential.id:
        said = _("cette grille est celle de « %(found)s », et non de « %(wanted)s »")
        values = {"found": document.referential, "wanted": referential.id}
        hint = _("le nom du fichier commence par celui de son référentiel")
        yield source.mistake(("referentiel",), said % values, rule="autre-referentiel", hint=hint)
    known = [criterion.id for criterion in referential.criteria]
    named: list[tuple[Path_, str]] = [(("criteres", name), name) for name in document.criteria]
    named += [(("demandes", name), name) for name in document.asked]
    for incident, served in document.incidents.items():
        named += [(("incidents", incident, rank), name) for rank, name in enumerate(served)]
    for path, criterion in named:
        if criterion not in known:
            said = _("critère « %(criterion)s » inconnu du référentiel")
            values = {"criterion": criterion}
            hint = suggest(criterion, known, _("critères : %(names)s"))
            yield source.mistake(path, said % values, rule="critere-inconnu", hint=hint)
    yield from _find_strange_incidents(document, source)
    yield from _find_strange_keys(document, source, known)
    if checks is not None:
        yield from _find_strange_checks(document, source, checks)


def _find_strange_keys(
    document: GridDocument, source: Source, criteria: Collection[str]
) -> Iterator[Mistake]:
    keys: list[tuple[Path_, str]] = list(_each_key(document))
    keys += [(("jury", name), name) for name in document.jury if name not in criteria]
    topics = find_topics({name.partition(".")[0] for _path, name in keys})
    for path, name in keys:
        hint = _find_stranger(name, topics)
        if hint is not None:
            said = _("« %(key)s » n'est la clé d'aucun thème") % {"key": name}
            yield source.mistake(path, said, rule="cle-inconnue", hint=hint)


def _find_strange_checks(
    document: GridDocument, source: Source, checks: Collection[str]
) -> Iterator[Mistake]:
    for criterion, weights in document.criteria.items():
        for check in weights:
            if check not in checks:
                said = _("contrôle « %(check)s » inconnu du catalogue") % {"check": check}
                path = ("criteres", criterion, check)
                hint = suggest(check, checks)
                yield source.mistake(path, said, rule="controle-inconnu", hint=hint)


def _find_strange_incidents(document: GridDocument, source: Source) -> Iterator[Mistake]:
    known = list_incidents() if document.incidents else {}
    for name in document.incidents:
        if name not in known:
            said = _("panne « %(name)s » inconnue") % {"name": name}
            hint = suggest(name, known)
            path = ("incidents", name)
            yield source.mistake(path, said, rule="panne-inconnue", hint=hint)


def _each_key(document: GridDocument) -> Iterator[tuple[Path_, str]]:
    """Yield each key of a cahier that a grid puts under a critère, and where it does."""
    for criterion, names in document.asked.items():
        for rank, name in enumerate(names):
            yield ("demandes", criterion, rank), name


def _find_stranger(name: str, topics: Mapping[str, Topic]) -> str | None:
    """Return a hint for a key of which some step is unknown; None when all are known."""
    block, *steps = name.split(".")
    if block not in topics:
        return suggest(block, (asking.block for asking in list_asking()))
    model: Any = topics[block].load()
    for step in steps:
        fields = {field.alias: field for field in find_fields(model).values()}
        if step not in fields:
            return suggest(step, fields, _("clés : %(names)s"))
        model = fields[step].annotation
    return None
