"""The grid (« grille »): which check serves which critère of a référentiel, and its weight."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.core.ids import CheckId, CriterionId
from labctl.spec.complaint import explain
from labctl.spec.fields import Block, Id, key
from labctl.spec.loader import Path_, Source, load
from labctl.spec.referential import Competency, Referential
from labctl.spec.suggest import suggest

CheckName = Annotated[str, Field(pattern=r"^[A-Z]-[0-9]{3}$")]
Weight = Annotated[int, Field(ge=0, le=99)]


class GridDocument(Block):
    """A grid, as a document of type ``labctl/grille/v1``."""

    schema_id: Literal["labctl/grille/v1"] = key("schema", "version du format")
    referential: Id = key("referentiel", "référentiel dont elle sert les critères")
    criteria: dict[str, dict[CheckName, Weight]] = key(
        "criteres",
        "pour chaque critère, ses contrôles et leur poids parmi eux (0 : pour information)",
        min_length=1,
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
    places: dict[CheckId, str] = {}
    mistakes: list[Mistake] = []
    for file in files:
        document, source, wrong = _read_document(file)
        mistakes.extend(wrong)
        if document is None or source is None:
            continue
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
    return Grid(referential, entries), tuple(sorted(mistakes))


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
    for criterion, weights in document.criteria.items():
        if criterion not in known:
            said = _("critère « %(criterion)s » inconnu du référentiel") % {"criterion": criterion}
            hint = suggest(criterion, known, _("critères : %(names)s"))
            path: Path_ = ("criteres", criterion)
            yield source.mistake(path, said, rule="critere-inconnu", hint=hint)
        for check in weights if checks is not None else ():
            if check not in (checks or ()):
                said = _("contrôle « %(check)s » inconnu du catalogue") % {"check": check}
                path = ("criteres", criterion, check)
                hint = suggest(check, checks or ())
                yield source.mistake(path, said, rule="controle-inconnu", hint=hint)
