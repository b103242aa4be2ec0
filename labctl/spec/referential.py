"""The référentiel: what the exam evaluates, word for word, by which trial and for how long.

Numbers and codes of compétences and critères are those of the official text, and mean nothing here.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from labctl.core.errors import Mistake, SpecError, UsageError
from labctl.core.i18n import _
from labctl.core.once import read_once
from labctl.spec.complaint import explain
from labctl.spec.fields import Block, Code, Id, Name, Natural, Positive, Text, key
from labctl.spec.loader import Path_, Source, load
from labctl.spec.plateau import Plateau

CriterionCode = Annotated[str, Field(pattern=r"^[^\s:\[\]{},]{1,16}$")]


class Criterion(Block):
    """One critère d'évaluation, verbatim."""

    id: CriterionCode = key("id", "numéro ou code : 6.2")
    wording: Text = key("libelle", "libellé officiel (référentiel de certification)")
    other_wording: Text | None = key(
        "libelle_rp", "libellé du référentiel professionnel, s'il diffère", default=None
    )


class Competency(Block):
    """One compétence, its critères, and how the title evaluates it."""

    number: Code = key("numero", "numéro ou code de la compétence")
    alias: Code | None = key("sigle", "autre nom qui la désigne : C06", default=None)
    title: Text = key("intitule", "intitulé officiel")
    modalities: tuple[Name, ...] = key("modalites", "modalités, pour le parcours principal")
    criteria: tuple[Criterion, ...] = key("criteres", "critères, dans l'ordre officiel")

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names that choose it."""
        return tuple(str(name) for name in (self.number, self.alias) if name is not None)


class Activity(Block):
    """One activité type."""

    number: Code = key("numero", "numéro ou code de l'activité")
    title: Text = key("intitule", "intitulé officiel")
    competencies: tuple[Code, ...] = key("competences", "ses compétences")


class Part(Block):
    """One part of a trial."""

    title: Text = key("intitule", "ce qui s'y fait")
    minutes: Positive = key("duree_min", "durée, en minutes")
    jury: bool = key("jury", "présence du jury")


class Trial(Block):
    """One épreuve: its modality, its length, the compétences it evaluates."""

    modality: Name = key("modalite", "modalité")
    minutes: Positive = key("duree_min", "durée, en minutes")
    competencies: tuple[Code, ...] = key("competences", "compétences évaluées")
    jury: bool | None = key("jury", "présence du jury, pour toute l'épreuve", default=None)
    parts: tuple[Part, ...] = key("parties", "parties successives", default=())
    together: bool = key(
        "ensemble",
        "tous la passent en même temps, à tout moment après la préparation",
        default=False,
    )

    @property
    def jury_minutes(self) -> int:
        """Return how long the jury is present."""
        if self.parts:
            return sum(part.minutes for part in self.parts if part.jury)
        return self.minutes if self.jury else 0


class Route(Block):
    """One way to the title: its trials, in order."""

    title: Text = key("intitule", "intitulé")
    minutes: Positive = key("duree_min", "durée totale, en minutes")
    jury_minutes: Natural = key("jury_min", "présence du jury, en minutes")
    trials: tuple[Trial, ...] = key("epreuves", "épreuves")

    def modalities(self, competency: int | str) -> tuple[str, ...]:
        """Return the modalities that evaluate a compétence on this route, in order."""
        return tuple(t.modality for t in self.trials if competency in t.competencies)


class Transversal(Block):
    """One compétence transversale, evaluated through others."""

    title: Text = key("intitule", "intitulé officiel")
    competencies: tuple[Code, ...] = key("competences", "compétences concernées")


class Referential(Block):
    """A référentiel, as a document of type ``labctl/referentiel/v1``."""

    schema_id: Literal["labctl/referentiel/v1"] = key("schema", "version du format")
    id: Id = key("id", "identifiant")
    title: Text = key("intitule", "intitulé du titre")
    source: Text = key("source", "texte officiel")
    modality_names: dict[Name, Text] = key("modalites", "sigle → intitulé")
    practice: Name = key("pratique", "modalité des épreuves qui se passent sur un banc")
    activities: tuple[Activity, ...] = key("activites", "activités types")
    competencies: tuple[Competency, ...] = key("competences", "compétences", min_length=1)
    routes: dict[Name, Route] = key(
        "parcours", "parcours d'accès, le plus complet d'abord", min_length=1
    )
    transversals: tuple[Transversal, ...] = key(
        "transversales", "compétences transversales", default=()
    )

    plateau: Plateau | None = key("plateau", "plateau technique d'évaluation", default=None)

    @property
    def main_route(self) -> str:
        """Return the route that is meant when none is named: the first."""
        return next(iter(self.routes))

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Return every critère, in official order."""
        return tuple(criterion for one in self.competencies for criterion in one.criteria)

    def competency_with(self, criterion_id: str) -> Competency:
        """Return the compétence that a critère is of; KeyError when there is none."""
        for competency in self.competencies:
            if any(criterion.id == criterion_id for criterion in competency.criteria):
                return competency
        raise KeyError(criterion_id)

    def scope(self, route: Route, modality: str | None = None) -> tuple[int | str, ...]:
        """Return the compétences of a route, by one modality or by any, in official order."""
        trials = [trial for trial in route.trials if modality in (None, trial.modality)]
        found = {number for trial in trials for number in trial.competencies}
        return tuple(one.number for one in self.competencies if one.number in found)

    def phases(self, route: Route) -> tuple[Part, ...]:
        """Return the successive parts of what a candidate of a route does on a bench."""
        return tuple(
            part
            for trial in route.trials
            if trial.modality == self.practice
            for part in trial.parts or (self._whole(trial),)
        )

    def _whole(self, trial: Trial) -> Part:
        title = self.modality_names[trial.modality]
        return Part.model_construct(title=title, minutes=trial.minutes, jury=bool(trial.jury))

    def competency(self, number: int | str) -> Competency:
        """Return a compétence by its number or code; KeyError when there is none."""
        for competency in self.competencies:
            if competency.number == number:
                return competency
        raise KeyError(number)

    def criterion(self, criterion_id: str) -> Criterion:
        """Return a critère by its number or code; KeyError when there is none."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)


def find_route(referential: Referential, name: str) -> Route:
    """Return a route of the référentiel; UsageError with the known ones when it has no such."""
    try:
        return referential.routes[name]
    except KeyError:
        raise UsageError(
            _("parcours inconnu : « %(name)s »") % {"name": name},
            hint=_("connus : %(names)s") % {"names": ", ".join(referential.routes)},
        ) from None


def load_referential(path: Path) -> Referential:
    """Read a référentiel; SpecError with every mistake."""
    source = load(path)
    try:
        referential = Referential.model_validate(source.tree)
    except ValidationError as exc:
        found = explain(exc, source, Referential)
        raise SpecError(tuple(sorted(complaint.mistake for complaint in found))) from exc
    mistakes = tuple(sorted(_find_mistakes(referential, source)))
    if mistakes:
        raise SpecError(mistakes)
    return referential


@read_once
def read_referential(path: Path) -> tuple[Referential | None, tuple[Mistake, ...]]:
    """Return a référentiel, or None and every mistake in it."""
    try:
        return load_referential(path), ()
    except SpecError as exc:
        return None, exc.mistakes


def _find_mistakes(referential: Referential, source: Source) -> Iterator[Mistake]:
    yield from _find_doubles(referential, source)
    yield from _find_unknown_modalities(referential, source)
    yield from _find_double_resources(referential, source)
    known = {competency.number for competency in referential.competencies}
    for name, route in referential.routes.items():
        path = ("parcours", name)
        total = sum(trial.minutes for trial in route.trials)
        if total != route.minutes:
            said = _("les épreuves durent %(total)d min, le parcours %(wanted)d min")
            values = {"total": total, "wanted": route.minutes}
            yield source.mistake((*path, "duree_min"), said % values, rule="duree")
        jury = sum(trial.jury_minutes for trial in route.trials)
        if jury != route.jury_minutes:
            said = _("le jury est présent %(total)d min, le parcours dit %(wanted)d min")
            values = {"total": jury, "wanted": route.jury_minutes}
            yield source.mistake((*path, "jury_min"), said % values, rule="duree")
        yield from _find_wrong_parts(route, path, source)
    for where, numbers in _named_competencies(referential):
        for number in sorted(set(numbers) - known, key=str):
            said = _("compétence %(number)s inconnue") % {"number": number}
            yield source.mistake(where, said, rule="competence-inconnue")
        for number in sorted({n for n in numbers if numbers.count(n) > 1}, key=str):
            said = _("compétence %(number)s donnée deux fois") % {"number": number}
            yield source.mistake(where, said, rule="competence-double")


def _find_wrong_parts(route: Route, path: Path_, source: Source) -> Iterator[Mistake]:
    for rank, trial in enumerate(route.trials):
        total = sum(part.minutes for part in trial.parts)
        if trial.parts and total != trial.minutes:
            said = _("les parties durent %(total)d min, l'épreuve %(wanted)d min")
            where = (*path, "epreuves", rank, "duree_min")
            values = {"total": total, "wanted": trial.minutes}
            yield source.mistake(where, said % values, rule="duree")
        if trial.together and (trial.jury or trial.parts):
            said = _("une épreuve passée ensemble n'a ni jury ni parties")
            yield source.mistake((*path, "epreuves", rank, "ensemble"), said, rule="ensemble")


def _named_competencies(referential: Referential) -> Iterator[tuple[Path_, tuple[int | str, ...]]]:
    """Yield every list of compétences, and where it is."""
    for name, route in referential.routes.items():
        for rank, trial in enumerate(route.trials):
            yield ("parcours", name, "epreuves", rank, "competences"), trial.competencies
    for rank, one in enumerate(referential.transversals):
        yield ("transversales", rank, "competences"), one.competencies
    for rank, activity in enumerate(referential.activities):
        yield ("activites", rank, "competences"), activity.competencies


def _find_doubles(referential: Referential, source: Source) -> Iterator[Mistake]:
    """Yield the names that two compétences, or two critères, share."""
    names: set[str] = set()
    criteria: set[str] = set()
    for rank, competency in enumerate(referential.competencies):
        path: Path_ = ("competences", rank)
        for name in {name.casefold() for name in competency.names} & names:
            said = _("une autre compétence s'appelle déjà « %(name)s »") % {"name": name}
            yield source.mistake((*path, "numero"), said, rule="numero")
        names |= {name.casefold() for name in competency.names}
        for place, criterion in enumerate(competency.criteria):
            if criterion.id in criteria:
                said = _("un autre critère s'appelle déjà « %(name)s »") % {"name": criterion.id}
                yield source.mistake((*path, "criteres", place, "id"), said, rule="numero")
            criteria.add(criterion.id)


def _find_double_resources(referential: Referential, source: Source) -> Iterator[Mistake]:
    names: set[str] = set()
    for rank, one in enumerate(referential.plateau.resources if referential.plateau else ()):
        if one.name in names:
            said = _("une autre ressource s'appelle déjà « %(name)s »") % {"name": one.name}
            yield source.mistake(("plateau", "ressources", rank, "nom"), said, rule="nom")
        names.add(one.name)


def _find_unknown_modalities(referential: Referential, source: Source) -> Iterator[Mistake]:
    known = referential.modality_names
    hint = _("modalités : %(names)s") % {"names": ", ".join(known)}
    for path, name in _named_modalities(referential):
        if name not in known:
            said = _("modalité « %(name)s » inconnue") % {"name": name}
            yield source.mistake(path, said, rule="modalite-inconnue", hint=hint)


def _named_modalities(referential: Referential) -> Iterator[tuple[Path_, str]]:
    """Yield every modality that is named, and where."""
    yield ("pratique",), referential.practice
    for rank, competency in enumerate(referential.competencies):
        for place, name in enumerate(competency.modalities):
            yield ("competences", rank, "modalites", place), name
    for route_name, route in referential.routes.items():
        for rank, trial in enumerate(route.trials):
            yield ("parcours", route_name, "epreuves", rank, "modalite"), trial.modality
    plateau = referential.plateau
    for where, lines in (
        ("ressources", [one.modalities or () for one in plateau.resources] if plateau else []),
        ("rappels", [one.modalities or () for one in plateau.reminders] if plateau else []),
    ):
        for rank, names in enumerate(lines):
            for place, name in enumerate(names):
                yield ("plateau", where, rank, "modalites", place), name
