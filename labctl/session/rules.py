"""The roster against the session, the rooms and the référentiel: every mistake at once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from labctl.core.errors import Mistake
from labctl.core.i18n import _
from labctl.session.document import SessionFile
from labctl.session.roster import Candidate, Roster, fold
from labctl.spec.referential import Referential
from labctl.spec.suggest import suggest


@dataclass(frozen=True, slots=True)
class Venue:
    """A room of labctl as a session sees it: its benches, and the routes of each cahier there.

    ``routes`` holds, for each route of the session, whether the cahier of its candidates there has
    lots for it.
    """

    name: str
    benches: tuple[int, ...]
    routes: Mapping[str, bool]
    cahiers: Mapping[str, str]  # by route


@dataclass(frozen=True, slots=True)
class ExamDay:
    """A session whose parts fit together: the file, who comes, where, and what is evaluated."""

    file: SessionFile
    roster: Roster
    venues: tuple[Venue, ...]
    referential: Referential

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Return who comes, in the order of the roster."""
        return self.roster.candidates

    def venue_of(self, candidate: Candidate) -> Venue:
        """Return the room of a candidate."""
        return next(venue for venue in self.venues if candidate.bench in venue.benches)

    def more_time(self, candidate: Candidate, modality: str) -> Fraction:
        """Return the part of the time that a candidate has more, in one modality."""
        granted = (self.file.document.accommodations[name] for name in candidate.accommodations)
        return max(
            (
                one.more
                for one in granted
                if one.more is not None and (one.modalities is None or modality in one.modalities)
            ),
            default=Fraction(0),
        )


def build_day(
    file: SessionFile, roster: Roster, venues: Iterable[Venue], referential: Referential
) -> tuple[ExamDay, tuple[Mistake, ...]]:
    """Return the day of a session, and every mistake of what does not fit together."""
    day = ExamDay(file, complete(roster, file), tuple(venues), referential)
    mistakes = (
        *_find_unknown_routes(day),
        *_find_unknown_modalities(day),
        *_find_shared_numbers(day),
        *_find_unknown_seats(day),
        *_find_routes_without_lots(day),
        *_find_juries_in_two_rooms(day),
    )
    return day, tuple(sorted(mistakes))


def find_wrong_names(file: SessionFile, roster: Roster) -> Iterator[Mistake]:
    """Yield the routes, juries and accommodations of the lines that the session does not know.

    And the candidates who would judge: a member of a jury is nobody's candidate that day.
    """
    document = file.document
    juries = [jury.name for jury in document.juries]
    judging = {fold(name): jury.name for jury in document.juries for name in jury.members}
    for one in complete(roster, file).candidates:
        if fold(one.name) in judging:
            said = _("« %(name)s » siège dans le jury %(jury)s")
            values = {"name": one.name, "jury": judging[fold(one.name)]}
            hint = _("un homonyme ? écrivez l'un des deux autrement")
            yield roster.mistake(one, said % values, rule="jury", hint=hint)
        if one.route not in document.routes:
            said = _("parcours « %(route)s » absent de la session") % {"route": one.route}
            hint = suggest(one.route, document.routes, _("parcours du jour : %(names)s"))
            yield roster.mistake(one, said, rule="parcours", hint=hint)
        if one.jury and one.jury not in juries:
            said = _("jury « %(jury)s » inconnu") % {"jury": one.jury}
            hint = suggest(one.jury, juries, _("jurys : %(names)s"))
            yield roster.mistake(one, said, rule="jury", hint=hint)
        for name in one.accommodations:
            if name not in document.accommodations:
                said = _("aménagement « %(name)s » inconnu") % {"name": name}
                hint = suggest(name, document.accommodations, _("aménagements : %(names)s"))
                yield roster.mistake(one, said, rule="amenagement", hint=hint)


def complete(roster: Roster, file: SessionFile) -> Roster:
    """Return the roster in the session's own spelling, and with a route on every line."""
    document = file.document
    routes = {fold(name): name for name in document.routes}
    juries = {fold(jury.name): jury.name for jury in document.juries}
    granted = {fold(name): name for name in document.accommodations}
    return replace(
        roster,
        candidates=tuple(
            replace(
                one,
                route=routes.get(fold(one.route), one.route) or file.main_route,
                jury=juries.get(fold(one.jury), one.jury),
                accommodations=tuple(granted.get(fold(n), n) for n in one.accommodations),
            )
            for one in roster.candidates
        ),
    )


def _find_unknown_routes(day: ExamDay) -> Iterator[Mistake]:
    known = day.referential.routes
    for name in day.file.document.routes:
        if name not in known:
            said = _("parcours « %(route)s » inconnu du référentiel") % {"route": name}
            hint = _("parcours : %(names)s") % {"names": ", ".join(known)}
            path = ("parcours", name)
            yield day.file.source.mistake(path, said, rule="parcours", hint=hint)


def _find_unknown_modalities(day: ExamDay) -> Iterator[Mistake]:
    known = day.referential.modality_names
    for name, one in day.file.document.accommodations.items():
        for rank, modality in enumerate(one.modalities or ()):
            if modality not in known:
                said = _("modalité « %(name)s » inconnue") % {"name": modality}
                hint = _("modalités : %(names)s") % {"names": ", ".join(known)}
                path = ("amenagements", name, "modalites", rank)
                yield day.file.source.mistake(path, said, rule="modalite-inconnue", hint=hint)


def _find_shared_numbers(day: ExamDay) -> Iterator[Mistake]:
    """Yield the rooms that number a bench as another does: a bench is known by its number."""
    first: dict[int, str] = {}
    for rank, venue in enumerate(day.venues):
        shared = [
            bench for bench in venue.benches if first.setdefault(bench, venue.name) != venue.name
        ]
        if shared:
            said = _("les salles « %(one)s » et « %(other)s » ont les mêmes numéros de bancs")
            values = {"one": first[shared[0]], "other": venue.name}
            hint = _("numérotez les bancs de toutes les salles à la suite")
            path = ("salles", rank)
            yield day.file.source.mistake(path, said % values, rule="banc", hint=hint)


def _find_unknown_seats(day: ExamDay) -> Iterator[Mistake]:
    known = sorted(bench for venue in day.venues for bench in venue.benches)
    for one in day.candidates:
        if one.bench not in known:
            said = _("aucune salle de la session n'a de banc %(bench)d") % {"bench": one.bench}
            hint = _("bancs : %(names)s") % {"names": ", ".join(map(str, known))}
            yield day.roster.mistake(one, said, rule="banc", hint=hint)


def _find_routes_without_lots(day: ExamDay) -> Iterator[Mistake]:
    """Yield the candidates whose cahier asks nothing of their route."""
    for one in day.candidates:
        venue = next((venue for venue in day.venues if one.bench in venue.benches), None)
        if venue is not None and not venue.routes.get(one.route, True):
            said = _(
                "le cahier « %(cahier)s » de la salle « %(room)s » n'a pas de lot pour %(route)s"
            )
            cahier = venue.cahiers[one.route]
            values = {"cahier": cahier, "room": venue.name, "route": one.route}
            hint = _("nommez son cahier dans la session : parcours: {%(route)s: {cahier: …}}")
            yield day.roster.mistake(
                one, said % values, rule="parcours", hint=hint % {"route": one.route}
            )


def _find_juries_in_two_rooms(day: ExamDay) -> Iterator[Mistake]:
    """Yield the candidates of a jury whose benches are not in the room of its first one."""
    rooms: dict[str, str] = {}
    for one in day.candidates:
        venue = next((venue for venue in day.venues if one.bench in venue.benches), None)
        if venue is None or not one.jury:
            continue
        first = rooms.setdefault(one.jury, venue.name)
        if first != venue.name:
            said = _("le jury %(jury)s a déjà des candidats dans la salle « %(room)s »")
            hint = _("un jury ne peut être dans deux salles : donnez ce candidat à un autre")
            values = {"jury": one.jury, "room": first}
            yield day.roster.mistake(one, said % values, rule="jury", hint=hint)
