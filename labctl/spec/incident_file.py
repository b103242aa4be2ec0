"""The file of an incident, and what is said of one that is wrong."""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from labctl.core.content import INCIDENTS, list_files
from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.core.ids import CheckId, NodeName
from labctl.core.once import read_once
from labctl.spec.complaint import explain
from labctl.spec.fault import SideEffect
from labctl.spec.fields import Block, Text, key
from labctl.spec.incident import Choice, Hint, Incident, KeptFile, LineName, Repair, Trace
from labctl.spec.loader import Source, load
from labctl.spec.step import CheckName, IncidentStepBlock, Line, MachinePath, read_steps
from labctl.spec.suggest import suggest
from labctl.spec.watch import Watch, WatchBlock, read_watches, rename

_AS_WRITTEN = (
    *("id", "title", "says", "level", "minutes", "points", "survives_restart"),
    *("excludes", "questions", "request"),
)
DRAWN = re.compile(r"\$\{drawn\.([a-z][a-z0-9_]*)\}")
IncidentId = Annotated[str, Field(pattern=r"^[A-Z]-[0-9]{2,3}$")]
DrawnName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


def _as_list(value: object) -> object:
    """Return the only look of a file as a list of one."""
    return (value,) if isinstance(value, dict) else value


Watches = Annotated[tuple[WatchBlock, ...], BeforeValidator(_as_list), Field(min_length=1)]


class ChoiceBlock(Block):
    """How a value is drawn, in the file."""

    one_of: tuple[Line, ...] = key("one_of", "une de ces valeurs", default=())
    between: tuple[int, int] | None = key(
        "between", "un nombre entre ces deux, compris", default=None
    )
    unused_host: str = key(
        "unused_host", "une adresse que personne n'a, dans ce segment", default=""
    )

    @model_validator(mode="after")
    def one_kind(self) -> "ChoiceBlock":
        """Refuse a draw of several kinds, of none, or among nothing."""
        said = (self.one_of, self.between is not None, self.unused_host)
        if sum(map(bool, said)) != 1 or (self.between and self.between[0] > self.between[1]):
            message = _("un tirage a soit « one_of », soit « between », soit « unused_host »")
            raise PydanticCustomError("draw", "{text}", {"text": message})
        return self


class RepairBlock(Block):
    """A repair that is accepted, in the file."""

    label: Text = key("label", "ce que fait le candidat, en une phrase")
    steps: tuple[IncidentStepBlock, ...] = key("steps", "ses gestes", min_length=1)


class WrongRepairBlock(RepairBlock):
    """A workaround, in the file."""

    leaves: tuple[Literal["symptom", "cause", "intact", "security", "restart"], ...] = key(
        "leaves",
        "lignes du constat qu'elle ne rend pas vertes : symptom, cause, intact, security, restart",
        min_length=1,
    )


class KeptBlock(Block):
    """A file that is kept, in the file."""

    on: Line = key("on", "machine du banc")
    file: MachinePath = key("file", "chemin du fichier sur la machine")
    face: str = key("face", "le fichier n'est que sur une machine qui a cette face", default="")


class ChangeBlock(SideEffect):
    """A check that an incident changes."""

    sometimes: bool = key(
        "sometimes", "cela dépend du sujet : il ne change pas sur tous les bancs", default=False
    )


class HintBlock(Block):
    """A hint, in the file."""

    text: Text = key("text", "ce qui aide, sans commande")
    price: int = key("price", "points qu'il coûte en formation", default=1, ge=0, le=20)


class TraceBlock(Block):
    """A trace, in the file."""

    label: Text = key("label", "ce que c'est")
    on: Line = key("on", "machine du banc")
    run: tuple[Line, ...] = key("run", "commande qui ne fait que lire", default=())
    cli: str = key("cli", "commande d'affichage d'un équipement", default="")
    face: str = key("face", "la trace n'est que sur une machine qui a cette face", default="")


class IncidentDocument(Block):
    """The file of an incident."""

    id: IncidentId = key("id", "nom de la panne, celui du fichier")
    title: Text = key("title", "la panne pour le jury : elle dit la cause")
    says: Text = key("says", "ce que dit l'utilisateur : ni cause, ni commande ; le billet")
    level: int = key("level", "difficulté, de 1 à 3", ge=1, le=3)
    minutes: int = key("minutes", "durée nominale", ge=1, le=70)
    points: int = key("points", "points qu'elle vaut en formation", default=10, ge=1, le=100)
    needs: tuple[CheckName, ...] = key("needs", "contrôles conformes avant", default=())
    before: tuple[WatchBlock, ...] = key(
        "before", "ce qui doit être sain avant, sans quoi la panne est refusée", default=()
    )
    draw: dict[DrawnName, ChoiceBlock] = key(
        "draw", "valeurs tirées pour chaque banc : ${drawn.nom}", default={}
    )
    symptom: Watches = key("symptom", "le geste de l'utilisateur, vu de sa place ; sain : absent")
    cause: Watches = key("cause", "ce qui a été cassé ; sain : réparé")
    same: tuple[WatchBlock, ...] = key(
        "same", "ce qui doit répondre mot pour mot comme avant la panne : un objet refait se voit",
        default=(),
    )  # fmt: skip
    changes: tuple[ChangeBlock, ...] = key(
        "changes", "contrôles qui ne sont pas conformes tant que la panne est là", default=()
    )
    keeps: tuple[KeptBlock, ...] = key(
        "keeps", "fichiers qu'une commande change, gardés par labctl et remis", default=()
    )
    request: bool = key(
        "request", "une demande de l'utilisateur : rien n'est cassé, tout reste à faire",
        default=False,
    )  # fmt: skip
    inject: tuple[IncidentStepBlock, ...] = key("inject", "ce qui casse", default=())
    undo: tuple[IncidentStepBlock, ...] = key(
        "undo", "après la remise des fichiers : ce qui les relit, et ce qui n'est pas un fichier",
        default=(),
    )  # fmt: skip
    repairs: tuple[RepairBlock, ...] = key(
        "repairs", "réparations admises, la première est la référence", min_length=2
    )
    wrong_repairs: tuple[WrongRepairBlock, ...] = key(
        "wrong_repairs", "contournements, qui ne sont pas admis", default=()
    )
    survives_restart: bool = key(
        "survives_restart", "la panne est encore là après une coupure de courant", default=True
    )
    excludes: tuple[IncidentId, ...] = key(
        "excludes", "pannes qui ne peuvent pas être là en même temps", default=()
    )
    hints: tuple[HintBlock, ...] = key("hints", "indices, en formation seulement", default=())
    questions: tuple[Text, ...] = key("questions", "questions du jury", min_length=1)
    traces: tuple[TraceBlock, ...] = key(
        "traces", "ce que le jury peut regarder de la réparation", default=()
    )


@read_once
def load_incident(path: Path) -> Incident:
    """Read an incident; SpecError with every mistake of its file."""
    source = load(path)
    try:
        document = IncidentDocument.model_validate(source.tree)
    except ValidationError as exc:
        complaints = explain(exc, source, IncidentDocument)
        raise SpecError(tuple(sorted(complaint.mistake for complaint in complaints))) from exc
    incident = _read(source, document, path)
    mistakes = (
        *_find_mistakes(source, document, incident, path),
        *_find_strange_looks(source, document),
    )
    if mistakes:
        raise SpecError(tuple(sorted(mistakes)))
    return incident


def load_incidents(paths: Iterable[Path]) -> tuple[Incident, ...]:
    """Read incidents, by id; SpecError with the mistakes of all of them."""
    found: list[Incident] = []
    mistakes: list[Mistake] = []
    for path in paths:
        try:
            found.append(load_incident(path))
        except SpecError as exc:
            mistakes.extend(exc.mistakes)
    if mistakes:
        raise SpecError(tuple(sorted(mistakes)))
    return tuple(sorted(found, key=lambda incident: incident.id))


@read_once
def list_incidents() -> dict[str, Path]:
    """Return the file of every incident, by id; the centre's own first."""
    return {path.stem: path for path in reversed(list_files(INCIDENTS).values())}


def validate_incident(path: Path, checks: Collection[str] | None = None) -> tuple[Mistake, ...]:
    """Return every mistake of an incident; ``checks`` are the ids known, None when nobody knows."""
    try:
        incident = load_incident(path)
    except SpecError as exc:
        return exc.mistakes
    source = load(path)
    found = list(_find_strange_checks(source, incident, checks)) if checks is not None else []
    known = list_incidents()
    for rank, name in enumerate(incident.excludes):
        if name not in known or name == incident.id:
            said = _("panne « %(name)s » inconnue") % {"name": name}
            hint = suggest(name, known)
            found.append(source.mistake(("excludes", rank), said, rule="valeur", hint=hint))
    return tuple(sorted(found))


def _find_strange_checks(
    source: Source, incident: Incident, checks: Collection[str]
) -> Iterator[Mistake]:
    named: list[tuple[int, str]] = [
        (source.line_of(("needs", rank)), name) for rank, name in enumerate(incident.needs)
    ]
    named += [
        (source.line_of(("changes", rank)), name) for rank, name in enumerate(incident.changes)
    ]
    named += [(watch.line, watch.check) for watch in incident.looks if watch.check]
    for line, name in named:
        if name not in checks:
            said = _("contrôle « %(name)s » inconnu") % {"name": name}
            yield Mistake(source.file, line, said, "valeur", suggest(name, checks))


def _find_mistakes(
    source: Source, document: IncidentDocument, incident: Incident, path: Path
) -> Iterator[Mistake]:
    if document.id != path.stem:
        message = _("la panne s'appelle « %(id)s », son fichier « %(file)s »")
        words = {"id": document.id, "file": path.name}
        yield source.mistake(("id",), message % words, rule="valeur")
    if bool(document.inject) == document.request:
        message = _("une panne a « inject », une demande (« request ») n'en a pas")
        yield source.mistake(("id",), message, rule="valeur")
    steps = [*incident.inject, *incident.undo]
    steps += [step for one in (*incident.repairs, *incident.wrong_repairs) for step in one.steps]
    places: list[tuple[int, tuple[str, ...]]] = [(source.line_of(("says",)), (incident.says,))]
    places += [(step.line, step.texts) for step in steps]
    places += [(watch.line, watch.texts) for watch in incident.looks_before]
    places += [(one.line, (one.node, one.file)) for one in incident.keeps]
    places += [(one.line, (one.node, *one.argv, one.cli)) for one in incident.traces]
    for line, texts in places:
        for name in dict.fromkeys(name for text in texts for name in DRAWN.findall(text)):
            if name not in incident.draw:
                said = _("« ${drawn.%(name)s} » n'est pas tiré") % {"name": name}
                hint = suggest(name, incident.draw, _("tirés : %(names)s"))
                yield Mistake(source.file, line, said, "valeur", hint)
    for rank, trace in enumerate(document.traces):
        if bool(trace.run) == bool(trace.cli):
            message = _("une trace a soit « run », soit « cli »")
            yield source.mistake(("traces", rank), message, rule="valeur")


def _find_strange_looks(source: Source, document: IncidentDocument) -> Iterator[Mistake]:
    """Yield the looks at checks where only machines are looked at."""
    for rank, one in enumerate(document.same):
        if one.check:
            message = _("« same » regarde une machine, pas « check » : les contrôles y sont déjà")
            yield source.mistake(("same", rank), message, rule="valeur")
    for rank, one in enumerate(document.before):
        if one.check:
            message = _("« before » regarde une machine : un contrôle se dit dans « needs »")
            yield source.mistake(("before", rank), message, rule="valeur")


def _read(source: Source, document: IncidentDocument, path: Path) -> Incident:
    def watch(name: str, blocks: tuple[WatchBlock, ...]) -> tuple[Watch, ...]:
        return tuple(rename(one, document.id) for one in read_watches(source, (name,), blocks))

    return Incident(
        **{name: getattr(document, name) for name in _AS_WRITTEN},
        topic=path.parent.parent.name,
        needs=tuple(map(CheckId, document.needs)),
        draw={
            name: Choice(one.one_of, one.between, one.unused_host)
            for name, one in document.draw.items()
        },
        symptom=watch("symptom", document.symptom),
        cause=watch("cause", document.cause),
        same=watch("same", document.same),
        before=watch("before", document.before),
        changes={CheckId(effect.check): effect.because for effect in document.changes},
        sometimes=frozenset(CheckId(one.check) for one in document.changes if one.sometimes),
        keeps=tuple(
            KeptFile(NodeName(one.on), one.file, one.face, source.line_of(("keeps", rank)))
            for rank, one in enumerate(document.keeps)
        ),
        inject=read_steps(source, ("inject",), document.inject),
        undo=read_steps(source, ("undo",), document.undo),
        repairs=_read_repairs(source, "repairs", document.repairs),
        wrong_repairs=_read_repairs(source, "wrong_repairs", document.wrong_repairs),
        hints=tuple(Hint(one.text, one.price) for one in document.hints),
        traces=tuple(_read_trace(source, rank, one) for rank, one in enumerate(document.traces)),
        file=source.file,
    )


def _read_repairs(source: Source, name: str, blocks: Iterable[RepairBlock]) -> tuple[Repair, ...]:
    return tuple(
        Repair(
            block.label,
            read_steps(source, (name, rank, "steps"), block.steps),
            tuple(map(LineName, getattr(block, "leaves", ()))),
        )
        for rank, block in enumerate(blocks)
    )


def _read_trace(source: Source, rank: int, block: TraceBlock) -> Trace:
    line = source.line_of(("traces", rank))
    return Trace(block.label, NodeName(block.on), block.run, block.cli, block.face, line)
