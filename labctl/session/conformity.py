"""Does a session hold: its plateau, its juries, and the share of candidates of each of them."""

from collections import Counter
from collections.abc import Iterator

from labctl.core.errors import Mistake
from labctl.core.i18n import _
from labctl.session.needs import Assessment, Crew, Memory, Options, assess
from labctl.session.rules import ExamDay
from labctl.spec.suggest import suggest


def assess_day(day: ExamDay, memory: Memory | None) -> Assessment:
    """Return what the candidates and the juries of a session take."""
    equipment = day.file.document.equipment
    options = Options(
        frozenset(equipment.one_per_bench),
        equipment.spare_percent,
        equipment.available,
        memory,
        {name: len(serials) for name, serials in equipment.serials.items()},
        None if equipment.has_cache else equipment.public_mbits,
    )
    return assess(day.referential, count_crew(day), options)


def count_crew(day: ExamDay) -> Crew:
    """Return who comes, in numbers."""
    document = day.file.document
    places = Counter(jury.place for jury in document.juries)
    rooms = Counter(day.venue_of(one).name for one in day.candidates)
    routes = Counter(one.route for one in day.candidates)
    return Crew(dict(routes), len(document.juries), max(places.values()), max(rooms.values()))


def find_shortfalls(day: ExamDay, found: Assessment) -> Iterator[Mistake]:
    """Yield what is missing: juries, resources; and juries with more candidates than they may."""
    if found.sittings > 1:
        said = _("%(count)d jurys pour %(candidates)d candidats : il en faut %(least)d")
        values = {
            "count": len(day.file.document.juries),
            "candidates": len(day.candidates),
            "least": found.least_juries,
        }
        hint = _("ajoutez des jurys, ou tenez %(count)d sessions")
        hint %= {"count": found.sittings}
        yield day.file.source.mistake(("jurys",), said % values, rule="jury", hint=hint)
    yield from _find_crowded_juries(day)
    yield from _find_missing_resources(day, found)
    yield from _find_unknown_resources(day)


def _find_crowded_juries(day: ExamDay) -> Iterator[Mistake]:
    most = day.referential.plateau.candidates_per_jury if day.referential.plateau else None
    counted: Counter[str] = Counter()
    for one in day.candidates:
        counted[one.jury] += 1
        if most is not None and one.jury and counted[one.jury] == most + 1:
            said = _("le jury %(jury)s a plus de %(most)d candidats")
            hint = _("donnez ce candidat à un autre jury, ou laissez « jury » vide")
            values = {"jury": one.jury, "most": most}
            yield day.roster.mistake(one, said % values, rule="jury", hint=hint)


def _find_missing_resources(day: ExamDay, found: Assessment) -> Iterator[Mistake]:
    for need in found.needs:
        if not need.is_met:
            said = _("%(available)d « %(title)s » : il en faut %(needed)d (%(rule)s)")
            values = {
                "available": need.available,
                "title": need.title,
                "needed": need.needed,
                "rule": need.rule,
            }
            hint = _("complétez le plateau, ou tenez une autre session")
            path = ("plateau", "disponible", need.name)
            yield day.file.source.mistake(path, said % values, rule="plateau", hint=hint)


def _find_unknown_resources(day: ExamDay) -> Iterator[Mistake]:
    plateau = day.referential.plateau
    known = [one.name for one in plateau.resources] if plateau else []
    equipment = day.file.document.equipment
    named = [(("plateau", "disponible", name), name) for name in equipment.available]
    named += [(("plateau", "numeros_de_serie", name), name) for name in equipment.serials]
    named += [
        (("plateau", "un_par_banc", str(rank)), name)
        for rank, name in enumerate(equipment.one_per_bench)
    ]
    for path, name in named:
        if name not in known:
            said = _("ressource « %(name)s » inconnue du référentiel") % {"name": name}
            hint = suggest(name, known, _("ressources : %(names)s"))
            yield day.file.source.mistake(path, said, rule="plateau", hint=hint)
