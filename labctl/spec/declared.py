"""A check that a file declares: what must be so on which machine, without any Python."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from labctl.core.content import DECLARED, SABOTAGES, list_files
from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.core.ids import CheckId, CriterionId
from labctl.core.once import read_once
from labctl.spec.complaint import explain
from labctl.spec.fault import Fault, SideEffect
from labctl.spec.fields import Block, Id, Text, key
from labctl.spec.grid import Entry, Grid
from labctl.spec.loader import Source, load
from labctl.spec.step import CheckName, Line, StepBlock, read_steps
from labctl.spec.suggest import suggest
from labctl.spec.watch import Watch, WatchBlock, read_watches

MOST_LOOKS = 24
_CLOSED = 1


class SabotageBlock(Block):
    """What makes the check fail, and what repairs it, in the file."""

    label: Line = key("label", "ce qui est cassé, en une phrase")
    steps: tuple[StepBlock, ...] = key("steps", "ce qui casse", min_length=1)
    revert: tuple[StepBlock, ...] = key("revert", "ce qui répare", min_length=1)
    also: tuple[SideEffect, ...] = key("also", "autres contrôles touchés", default=())
    settle_s: float = key(
        "settle_s", "secondes au plus avant que l'effet se voie", default=0.0, ge=0, le=60
    )
    alone: str = key("alone", "pourquoi il n'est pas essayé avec d'autres", default="")


class DeclaredDocument(Block):
    """The file of a declared check."""

    id: CheckName = key("id", "nom du contrôle, celui du fichier : L-101")
    label: Text = key("label", "ce qui doit être ainsi, en une phrase pour le candidat")
    exam: Id = key("exam", "référentiel dont il éclaire un critère : tai")
    criterion: Line = key("criterion", 'critère qu\'il éclaire : "5.2"')
    weight: Annotated[int, Field(ge=0, le=99)] = key(
        "weight", "poids parmi les contrôles du critère (0 : pour information)", default=1
    )
    subjects: tuple[Id, ...] = key(
        "subjects", "cahiers qui le demandent ; sans eux, tous", default=()
    )
    after: tuple[CheckName, ...] = key(
        "after", "contrôles conformes avant, sinon bloqué", default=()
    )
    looks: tuple[WatchBlock, ...] = key(
        "looks", "ce qui est regardé, et qui doit être ainsi", min_length=1, max_length=MOST_LOOKS
    )
    partial: bool = key("partial", "une part des points pour ce qui est juste", default=False)
    sabotage: SabotageBlock | None = key(
        "sabotage", "ce qui le ferait échouer ; sans lui, les relevés disent « non prouvé »",
        default=None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Declared:
    """A check as its file declares it; references are still to be resolved.

    ``fault`` is None where nothing is known to make it fail, and it is not ``is_proved`` then,
    unless a sabotage of its name lies beside.
    """

    id: CheckId
    topic: str
    label: str
    exam: str
    criterion: str
    weight: int
    subjects: tuple[str, ...]
    after: tuple[CheckId, ...]
    looks: tuple[Watch, ...]
    partial: bool
    fault: Fault | None
    file: str

    @property
    def fact(self) -> str:
        """Return the name of the fact that holds what was seen."""
        return f"{self.topic}.{self.id}"


def load_declared(path: Path) -> Declared:
    """Read a declared check; SpecError with every mistake of its file."""
    source = load(path)
    try:
        document = DeclaredDocument.model_validate(source.tree)
    except ValidationError as exc:
        complaints = explain(exc, source, DeclaredDocument)
        raise SpecError(tuple(sorted(complaint.mistake for complaint in complaints))) from exc
    found = _read(source, document, path)
    mistakes = tuple(_find_mistakes(source, found, path))
    if mistakes:
        raise SpecError(tuple(sorted(mistakes)))
    return found


@read_once
def read_declared() -> tuple[tuple[Declared, ...], tuple[Mistake, ...]]:
    """Return every declared check that could be read, by id, and every mistake in their files.

    The centre's own file replaces the shipped one of the same name.
    """
    found: list[Declared] = []
    mistakes: list[Mistake] = []
    for path in list_declared().values():
        try:
            found.append(load_declared(path))
        except SpecError as exc:
            mistakes.extend(exc.mistakes)
    return tuple(sorted(found, key=lambda one: one.id)), tuple(sorted(mistakes))


def list_declared() -> dict[str, Path]:
    """Return the files that declare checks, by their name below ``checks``."""
    return list_files(DECLARED)


def list_proved(declared: Collection[Declared]) -> frozenset[CheckId]:
    """Return those of some declared checks that something is known to make fail."""
    beside = {path.stem for path in list_files(SABOTAGES).values()} if declared else set()
    return frozenset(one.id for one in declared if one.fault or one.id in beside)


def serve(grid: Grid, declared: Iterable[Declared]) -> tuple[Grid, tuple[Mistake, ...]]:
    """Return a grid with the declared checks that are for its exam, and what is wrong in them."""
    entries, mistakes = dict(grid.entries), list[Mistake]()
    known = [criterion.id for criterion in grid.referential.criteria]
    for one in declared:
        if one.exam != grid.referential.id:
            continue
        source = load(Path(one.file))
        if one.id in entries:
            said = _("%(check)s sert déjà un critère dans une grille") % {"check": one.id}
            mistakes.append(source.mistake(("criterion",), said, rule="controle-double"))
        if one.criterion not in known:
            said = _("critère « %(criterion)s » inconnu du référentiel")
            hint = suggest(one.criterion, known, _("critères : %(names)s"))
            wrong = said % {"criterion": one.criterion}
            mistakes.append(
                source.mistake(("criterion",), wrong, rule="critere-inconnu", hint=hint)
            )
        entries.setdefault(one.id, Entry(CriterionId(one.criterion), one.weight))
    return replace(grid, entries=entries), tuple(mistakes)


def _read(source: Source, document: DeclaredDocument, path: Path) -> Declared:
    looks = read_watches(source, ("looks",), document.looks)
    said = document.sabotage
    fault = (
        None
        if said is None
        else Fault(
            document.id,
            CheckId(document.id),
            said.label,
            read_steps(source, ("sabotage", "steps"), said.steps),
            read_steps(source, ("sabotage", "revert"), said.revert),
            {CheckId(effect.check): effect.because for effect in said.also},
            said.settle_s,
            source.file,
            said.alone,
        )
    )
    return Declared(
        CheckId(document.id),
        path.parent.parent.name,
        document.label,
        document.exam,
        document.criterion,
        document.weight,
        document.subjects,
        tuple(map(CheckId, document.after)),
        tuple(replace(one, name=_name(one, rank)) for rank, one in enumerate(looks)),
        document.partial,
        fault,
        source.file,
    )


def _name(look: Watch, rank: int) -> str:
    """Return a name that is another one as soon as something else is asked or expected."""
    said = (look.texts, look.cim, look.aim, look.healthy, look.face)
    return f"{rank}-{sha256(repr(said).encode()).hexdigest()[:12]}"


def _find_mistakes(source: Source, found: Declared, path: Path) -> Iterator[Mistake]:
    if found.id != path.stem:
        message = _("le contrôle s'appelle « %(id)s », son fichier « %(file)s »")
        words = {"id": found.id, "file": path.name}
        yield source.mistake(("id",), message % words, rule="valeur")
    is_open = {_place(one) for one in found.looks if one.aim and one.healthy.exit != _CLOSED}
    for one in found.looks:
        if one.check:
            said = _("un contrôle déclaré regarde une machine, et non un autre contrôle")
            yield Mistake(source.file, one.line, said, "valeur", f"after: [{one.check}]")
        is_closed = one.aim and one.aim.kind == "port" and one.healthy.exit == _CLOSED
        if is_closed and _place(one) not in is_open:
            said = _("« fermé » ne se prouve pas seul : la machine pourrait être éteinte")
            hint = _("regardez du même endroit, dans ce contrôle, un port ouvert de cette machine")
            yield Mistake(source.file, one.line, said, "valeur", hint)


def _place(look: Watch) -> tuple[str, str]:
    """Return the machine of a look, and from where it is seen; "" for from itself."""
    return look.node, look.aim.more.get("from", "") if look.aim else ""
