"""The session: one day of one exam, its rooms, juries and hours, as a person writes them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from labctl.core.errors import Mistake
from labctl.core.i18n import _
from labctl.grade.model import Mode
from labctl.spec.complaint import explain
from labctl.spec.fields import Block, Clock, Id, Name, Text, key
from labctl.spec.loader import Source
from labctl.spec.schema import describe_model

Minutes = Annotated[int, Field(ge=0, le=1440)]
Days = Annotated[int, Field(ge=1, le=3650)]
Count = Annotated[int, Field(ge=0, le=999)]
BETWEEN_MINUTES, LONGEST_DAY_MINUTES = 15, 420
"""Of a jury, where a session does not say it: from one candidate to the next, and a whole day."""


def _day(value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as exc:
        message: Any = _("date attendue, comme 2026-12-07")
        raise PydanticCustomError("day", message) from exc


def _part(value: object) -> Fraction:
    numerator, slash, denominator = (value if isinstance(value, str) else "").partition("/")
    if slash and numerator.isdecimal() and denominator.isdecimal() and int(denominator):
        part = Fraction(int(numerator), int(denominator))
        if part <= 1:
            return part
    message: Any = _('part du temps attendue, entre guillemets, comme "1/3"')
    raise PydanticCustomError("part", message)


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Part = Annotated[
    Fraction,
    BeforeValidator(_part),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]+/[1-9][0-9]*$"}),
]


class Jury(Block):
    """A jury: who sits in it, and where."""

    name: Name = key("nom", "nom court, comme J1")
    members: tuple[Name, ...] = key("membres", "qui y siège", min_length=1)
    place: Name = key("local", "local où il reçoit les candidats")
    presence: tuple[Clock, Clock] | None = key(
        "presence",
        'heures où il est là : ["09:30", "18:00"] ; toute la journée sinon',
        default=None,
    )


class JuryBlock(Block):
    """Time of the jury beside its passages, that the person in charge plans."""

    title: Text = key("intitule", "ce qui s'y fait : prise de connaissance, délibération…")
    minutes: Minutes = key("duree_min", "durée, en minutes")
    when: Literal["avant", "apres_chaque_passage", "apres"] = key(
        "quand", "avant le premier passage, après chaque passage, ou après le dernier"
    )


class RouteOfDay(Block):
    """A route of the day, and the cahier of its candidates."""

    cahier: Id | None = key(
        "cahier", "cahier de ses candidats, au lieu de celui de leur salle", default=None
    )


class Accommodation(Block):
    """What a candidate is granted; without more time, it is only written on the papers."""

    more: Part | None = key("temps_en_plus", 'part du temps en plus : "1/3"', default=None)
    modalities: tuple[Name, ...] | None = key(
        "modalites", "épreuves allongées, par leur sigle ; toutes sinon", default=None
    )


class Hours(Block):
    """The hours of the day, and the times between its trials."""

    start: Clock = key("debut", "début de la première épreuve")
    end: Clock | None = key("fin", "heure où tout doit être fini", default=None)
    seal_minutes: Minutes = key("scelle_min", "pose du scellé, après la préparation", default=10)
    break_minutes: Minutes = key("pause_min", "pause du candidat, du scellé à la suite", default=15)
    between_minutes: Minutes = key(
        "entre_passages_min", "temps du jury entre deux candidats", default=BETWEEN_MINUTES
    )
    between_trials_minutes: Minutes = key(
        "entre_epreuves_min",
        "temps du candidat entre une épreuve commune et son passage",
        default=0,
    )
    meal_minutes: Minutes = key(
        "repas_min", "repas de chaque jury, entre deux passages", default=60
    )
    meal_between: tuple[Clock, Clock] = key(
        "repas_entre", "heures entre lesquelles il commence", default=("11:30", "14:00")
    )
    longest_day_minutes: Minutes = key(
        "journee_jury_max_min",
        "temps de jury au-delà duquel la journée est trop longue",
        default=LONGEST_DAY_MINUTES,
    )


class Equipment(Block):
    """What the centre has, beside what the référentiel asks for."""

    one_per_bench: tuple[Name, ...] = key(
        "un_par_banc", "ressources partagées que le centre donne à chaque banc", default=()
    )
    spare_percent: Annotated[int, Field(ge=0, le=100)] = key(
        "rechange_pct", "matériel de rechange, en pour cent", default=0
    )
    available: dict[Name, Count] = key(
        "disponible", "ce que le centre a, par ressource du référentiel", default={}
    )
    serials: dict[Name, tuple[Text, ...]] = key(
        "numeros_de_serie", "numéros de série connus, par ressource du référentiel", default={}
    )
    public_mbits: Annotated[int, Field(ge=1)] | None = key(
        "debit_public_mbits", "débit de l'accès à Internet, en Mbit/s", default=None
    )
    has_cache: bool = key(
        "cache_local", "paquets, images et mises à jour sont gardés au centre", default=False
    )
    host_memory_mib: Annotated[int, Field(ge=1)] | None = key(
        "memoire_hote_mib", "mémoire d'un hôte pour les bancs, en MiB", default=None
    )


class Retention(Block):
    """How long what the session left is kept."""

    evidence_days: Days = key("preuves_jours", "relevés, scellés, journal, grilles", default=365)
    traffic_days: Days = key("echanges_jours", "journaux des échanges réseau", default=30)


class SessionDocument(Block):
    """A session, as a document of type ``labctl/session/v1``."""

    schema_id: Literal["labctl/session/v1"] = key("schema", "version du format")
    id: Id = key("id", "identifiant, qui nomme le dossier de la session")
    title: Text = key("titre", "nom de la session")
    mode: Literal["examen", "formation"] = key("mode", "examen, ou formation (examen blanc)")
    day: Day = key("date", "jour : 2026-12-07")
    centre: Text | None = key("centre", "centre organisateur", default=None)
    head: Name = key("responsable", "responsable de session")
    invigilators: tuple[Name, ...] = key("surveillants", "surveillants", default=())
    rooms: tuple[Id, ...] = key("salles", "salles de labctl, dont les bancs servent", min_length=1)
    roster: Annotated[str, Field(pattern=r"^[^\\]{1,200}\.csv$")] = key(
        "candidats", "liste des candidats, un fichier CSV à côté de celui-ci"
    )
    routes: dict[Name, RouteOfDay] = key("parcours", "parcours du jour", min_length=1)
    hours: Hours = key("horaires", "heures")
    accommodations: dict[Name, Accommodation] = key(
        "amenagements",
        "aménagements, par leur nom dans la liste",
        default={"tiers-temps": Accommodation.model_validate({"temps_en_plus": "1/3"})},
    )
    juries: tuple[Jury, ...] = key("jurys", "jurys", min_length=1)
    jury_blocks: tuple[JuryBlock, ...] = key(
        "temps_jury", "temps supplémentaires du jury : lire, corriger, délibérer", default=()
    )
    equipment: Equipment = key(
        "plateau", "ce que le centre a", default=Equipment.model_validate({})
    )
    retention: Retention = key(
        "conservation", "durées de conservation", default=Retention.model_validate({})
    )


@dataclass(frozen=True, slots=True)
class SessionFile:
    """A session that is well formed, and where each of its values is written."""

    source: Source
    document: SessionDocument

    @property
    def id(self) -> str:
        """Return the identifier of the session."""
        return self.document.id

    @property
    def mode(self) -> Mode:
        """Return whether it is an exam or a rehearsal."""
        return Mode(self.document.mode)

    @property
    def main_route(self) -> str:
        """Return the route of a candidate whose line names none: the only one, or the first."""
        return next(iter(self.document.routes))

    def jury(self, name: str) -> Jury:
        """Return a jury by its name; KeyError when there is none."""
        for jury in self.document.juries:
            if jury.name == name:
                return jury
        raise KeyError(name)


def read_session(source: Source) -> tuple[SessionFile | None, tuple[Mistake, ...]]:
    """Return the session of a file, None when it is ill formed, and every mistake in it."""
    try:
        document = SessionDocument.model_validate(source.tree)
    except ValidationError as exc:
        found = explain(exc, source, SessionDocument)
        return None, tuple(sorted(complaint.mistake for complaint in found))
    mistakes = (
        *_find_wrong_juries(document, source),
        *_find_wrong_hours(document, source),
        *_find_doubles(document, source),
    )
    return SessionFile(source, document), tuple(sorted(mistakes))


def session_schema() -> dict[str, Any]:
    """Return the schema of a ``.session.yml``."""
    return describe_model(SessionDocument, "Session d'examen (labctl/session/v1)")


def minutes_of(clock: str) -> int:
    """Return the minutes since midnight of ``HH:MM``."""
    hours, _colon, minutes = clock.partition(":")
    return 60 * int(hours) + int(minutes)


def _find_wrong_juries(document: SessionDocument, source: Source) -> Iterator[Mistake]:
    """Yield that a jury sits in two places, or a person in two juries, or twice in one."""
    places: dict[str, str] = {}
    seats: dict[str, str] = {}
    for rank, jury in enumerate(document.juries):
        first = places.setdefault(jury.name, jury.place)
        if jury.name in {one.name for one in document.juries[:rank]}:
            said = _("le jury %(name)s est déjà défini, dans le local « %(place)s »")
            hint = _("un jury siège dans un seul local ; donnez un autre nom au second")
            values = {"name": jury.name, "place": first}
            yield source.mistake(("jurys", rank, "nom"), said % values, rule="jury", hint=hint)
        for place, member in enumerate(jury.members):
            other = seats.setdefault(member.casefold(), jury.name)
            earlier = {one.casefold() for one in jury.members[:place]}
            if other != jury.name or member.casefold() in earlier:
                said = _("« %(member)s » siège déjà dans le jury %(jury)s")
                values = {"member": member, "jury": other}
                path = ("jurys", rank, "membres", place)
                yield source.mistake(path, said % values, rule="jury")


def _find_wrong_hours(document: SessionDocument, source: Source) -> Iterator[Mistake]:
    """Yield the spans of time that end before they begin."""
    hours = document.hours
    spans = [(("horaires", "repas_entre"), *hours.meal_between)]
    if hours.end is not None:
        spans.append((("horaires", "fin"), hours.start, hours.end))
    found = [
        (("jurys", rank, "presence"), *jury.presence)
        for rank, jury in enumerate(document.juries)
        if jury.presence is not None
    ]
    for path, first, last in (*spans, *found):
        if last <= first:
            said = _("%(last)s n'est pas après %(first)s") % {"first": first, "last": last}
            yield source.mistake(path, said, rule="heure")


def _find_doubles(document: SessionDocument, source: Source) -> Iterator[Mistake]:
    for name, names in (("salles", document.rooms), ("surveillants", document.invigilators)):
        for double in (value for value, count in Counter(names).items() if count > 1):
            said = _("« %(value)s » est deux fois dans « %(name)s »")
            yield source.mistake((name,), said % {"value": double, "name": name}, rule="double")
