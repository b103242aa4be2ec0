"""Incidents on benches: which of them mean something there, and what is ordered of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labctl.collect.child import preload
from labctl.core.author import name_author
from labctl.core.errors import RuleRefused, UsageError
from labctl.core.i18n import _, about
from labctl.core.once import reading_once
from labctl.core.progress import silent
from labctl.core.secrets import derive
from labctl.grade.model import Mode
from labctl.judge.catalogue import load_checks
from labctl.pipeline import remote
from labctl.pipeline.building import choose_plans
from labctl.pipeline.draws import read_draw
from labctl.pipeline.idleness import Idleness
from labctl.pipeline.incident_book import Record
from labctl.pipeline.incidents.acts import CUT_S
from labctl.pipeline.incidents.bench import HANDS_S, STEPS_S
from labctl.pipeline.incidents.sight import Sight
from labctl.pipeline.incidents.trial import Trial
from labctl.pipeline.journal import find_mode, find_stamp, note_breakdown, read_people
from labctl.pipeline.lifecycle import LOOK_S, run_orders
from labctl.pipeline.look import LOOK_S as SEE_S
from labctl.pipeline.look import SHOW_S
from labctl.pipeline.observe import WORKERS
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place
from labctl.pipeline.route import note_route
from labctl.pipeline.sabotage import prepare_s
from labctl.pipeline.seed import cahier_secrets, read_seed
from labctl.plan.incident import draw_values, fit
from labctl.plan.model import Plan
from labctl.providers import registry
from labctl.providers.profile import Ability
from labctl.spec.incident import Incident
from labctl.spec.incident_file import list_incidents, load_incidents
from labctl.spec.suggest import suggest

LOOKERS = 2 * WORKERS
"""Benches looked at in parallel: a look mostly waits for broken services to time out."""
LOOKING = ("look", "restart", "repair")
Records = dict[int, Outcome[tuple[Record, ...]]]


@dataclass(frozen=True, slots=True)
class Known:
    """The incidents of a bench: those that mean something there, and why others do not.

    ``there`` are the former with values of the bench: other values may be drawn for it.
    """

    meant: Mapping[str, Incident]
    obstacles: Mapping[str, str]
    there: Mapping[str, Incident]


@reading_once()
def list_known(plan: Plan, names: Collection[str] | None = None) -> Known:
    """Return the incidents of the content as they are for a bench: all, or those of the names."""
    files = list_incidents()
    found = load_incidents(path for name, path in files.items() if names is None or name in names)
    judged = Sight(plan, {}, silent).judged()
    fitted = {one.id: fit(one, plan, judged) for one in found}
    obstacles = {name: why for name, (_there, why) in fitted.items() if why}
    meant = {one.id: one for one in found if one.id not in obstacles}
    return Known(meant, obstacles, {name: fitted[name][0] for name in meant})


def draw_all(place: Place, bench: int, names: Collection[str]) -> dict[str, dict[str, str]]:
    """Return what is drawn for incidents on a bench; UsageError for one that means nothing there.

    What was drawn with the incidents decides, else ``derive_seed``.
    """
    plan = place.plan(bench)
    known = list_known(plan, names)
    for name in names:
        if name in known.obstacles:
            said = _("la panne %(name)s est sans objet sur le banc %(bench)02d : %(why)s")
            words = {"name": name, "bench": bench, "why": known.obstacles[name]}
            raise UsageError(said % words)
        if name not in known.meant:
            hint = suggest(name, list_incidents(), _("pannes : %(names)s"))
            raise UsageError(_("panne « %(name)s » inconnue") % {"name": name}, hint=hint)
    kept = read_draw(bench)
    own = derive_seed(place, bench)
    seeds = {name: kept.seed if name in kept.incidents and kept.seed else own for name in names}
    return {name: draw_values(known.meant[name], plan, seeds[name]) for name in names}


def derive_seed(place: Place, bench: int) -> str:
    """Return what decides which incidents a bench is given, and what is drawn for each.

    The room's seed and the cahier, with the session and its candidate, wherever that one sits; out
    of a session, and where the roster names nobody, with the number of the bench.
    """
    stamp = find_stamp(bench)
    person = read_people(stamp.session).get(bench) if stamp else None
    who = (person.number or person.name) if person else f"{bench:02d}"
    about = stamp.session if stamp else place.room.id
    seed = read_seed(place.room.document.seed)
    return derive(seed, "incidents", about, place.cahier.id, who).reveal()


def inject(
    place: Place,
    benches: Sequence[int],
    names: Mapping[int, Sequence[str]],
    step: Step,
    by: str = "",
) -> Records:
    """Inject incidents into benches in parallel; UsageError before any bench is touched."""
    _require(place, benches)
    draws = {bench: draw_all(place, bench, names[bench]) for bench in benches}
    limit_s = 3 * SEE_S + SHOW_S + HANDS_S + STEPS_S * max(map(len, draws.values()))
    options = {bench: {"draws": drawn} for bench, drawn in draws.items()}
    return _note(_run(place, "incident-inject", options, limit_s, step), "inject", by)


def list_refused(
    outcomes: Records, names: Mapping[int, Collection[str]]
) -> dict[int, tuple[Record, ...]]:
    """Return the incidents of these names that could not be injected; benches with some only."""
    found = {}
    for bench, outcome in outcomes.items():
        last = {one.id: one for one in outcome.value or ()}
        found[bench] = tuple(
            one for name, one in last.items() if one.trouble and name in names[bench]
        )
    return {bench: refused for bench, refused in found.items() if refused}


def look(
    place: Place,
    benches: Sequence[int],
    step: Step,
    by: str = "",
    *,
    restart: bool,
    whole: bool,
) -> Records:
    """Look at the incidents of benches, after a power cut too where ``restart``.

    All of a bench is looked at where a cause is repaired, or everywhere where ``whole``.
    """
    limit_s = (2 * SEE_S + CUT_S) if restart else SEE_S
    options = {bench: {"restart": restart, "whole": whole} for bench in benches}
    did = "restart" if restart else "look"
    load_checks()  # once, not in each of the processes forked for benches
    workers = WORKERS if restart or whole else LOOKERS
    return _note(_run(place, "incident-look", options, limit_s, step, workers), did, by)


def repair(
    place: Place, benches: Sequence[int], names: Sequence[str], step: Step, by: str = ""
) -> Records:
    """Apply the reference repair of incidents (none named: all) to benches."""
    options = {bench: {"names": list(names)} for bench in benches}
    return _note(
        _run(place, "incident-repair", options, SEE_S + HANDS_S + 4 * STEPS_S, step), "repair", by
    )


def undo(
    place: Place, benches: Sequence[int], names: Sequence[str], step: Step, by: str = ""
) -> Records:
    """Make benches what they were before incidents (none named: all)."""
    options = {bench: {"names": list(names)} for bench in benches}
    before = read(place, benches)
    there = {(bench, one.id) for bench in benches for one in before[bench] if one.is_open}
    outcomes = _run(place, "incident-undo", options, HANDS_S + 4 * STEPS_S, step)
    return _note(outcomes, "undo", by, there)


def hint(
    place: Place, benches: Sequence[int], names: Sequence[str], step: Step, by: str = ""
) -> Records:
    """Give the next hint of incidents (none named: all) of benches; RuleRefused in an exam."""
    in_exam = [f"{bench:02d}" for bench in benches if find_mode(bench) is Mode.EXAM]
    if in_exam:
        said = _("pas d'indice dans un examen : bancs %(benches)s")
        raise RuleRefused(said % {"benches": ", ".join(in_exam)})
    options = {bench: {"names": list(names)} for bench in benches}
    return _note(_run(place, "incident-hint", options, LOOK_S, step), "hint", by)


def read(place: Place, benches: Sequence[int]) -> dict[int, tuple[Record, ...]]:
    """Return what is written of the incidents of benches, without looking at them."""
    orders = [Order("incident-read", bench, (place.plan(bench),), LOOK_S) for bench in benches]
    return {order.bench: remote.place_work(order)(silent) for order in orders}


def prove(
    place: Place,
    benches: Sequence[int],
    names: Sequence[str],
    step: Step,
    *,
    is_ready: bool,
    restarts: bool,
) -> dict[int, Outcome[tuple[Trial, ...]]]:
    """Try incidents, shared by the benches that each means something for.

    The benches are reset and solved first, unless they are ready.
    """
    _require(place, benches)
    shares = share(place, benches, names)
    plans = choose_plans(place, benches, "")
    for plan in plans.values():
        note_route(plan.bench, plan.route, place.home)
    limit_s = max(map(prepare_s, plans.values())) if not is_ready else 0.0
    options = {
        bench: {
            "draws": draw_all(place, bench, share),
            "prepares": not is_ready,
            "restarts": restarts,
            "by": name_author(),
        }
        for bench, share in shares.items()
    }
    each_s = 8 * (3 * SEE_S + CUT_S + STEPS_S)
    longest = max(map(len, shares.values()), default=0)
    return _run(place, "incident-prove", options, limit_s + longest * each_s, step)


def share(place: Place, benches: Sequence[int], names: Sequence[str]) -> dict[int, tuple[str, ...]]:
    """Return which incidents each bench tries: each once for every variant it means something for.

    UsageError for the names that no incident has, or that mean nothing on any of the benches.
    """
    given: dict[int, list[str]] = {bench: [] for bench in benches}
    known = {bench: _list_provable(place.plan(bench)) for bench in benches}
    every = sorted({name for one in known.values() for name in one.meant})
    unknown = _("panne « %(name)s » inconnue")
    why = {name: text for one in reversed(known.values()) for name, text in one.obstacles.items()}
    wrong = [name for name in names if name not in every]
    if wrong:
        said = (
            about(name, why[name]) if name in why else unknown % {"name": name} for name in wrong
        )
        near = suggest(next((name for name in wrong if name not in why), ""), every)
        raise UsageError("\n".join(said), hint=near)
    for name in names or every:
        for variant in {place.plan(bench).variant for bench in benches}:
            able = [
                bench
                for bench in benches
                if place.plan(bench).variant == variant and name in known[bench].meant
            ]
            if able:
                given[min(able, key=lambda bench: len(given[bench]))].append(name)
    return {bench: tuple(share) for bench, share in given.items() if share}


def _list_provable(plan: Plan) -> Known:
    """Return the incidents of a bench, as obstacles those that a technician makes by hand."""
    known = list_known(plan)
    manual = {name for name, one in known.there.items() if one.is_by_hand}
    why = _("un technicien la fait à la main : elle ne s'éprouve pas seule")
    return Known(
        {name: one for name, one in known.meant.items() if name not in manual},
        {**known.obstacles, **dict.fromkeys(manual, why)},
        known.there,
    )


def _note(
    outcomes: Records, did: str, by: str, undone: Collection[tuple[int, str]] = ()
) -> Records:
    """Record in the session of each bench what was done with its incidents, and what was seen."""
    for bench, outcome in outcomes.items():
        last = {one.id: one for one in outcome.value or ()}
        for one in last.values():
            if one.is_open != ((bench, one.id) in undone):
                lines = one.looks[-1].lines if one.looks and did in LOOKING else {}
                note_breakdown(bench, did, one.id, lines, by)
    return outcomes


def _require(place: Place, benches: Iterable[int]) -> None:
    """Raise ProviderError when what makes a bench tries no incident there."""
    for bench in benches:
        registry.require(place.plan(bench).provider, Ability.FAULTS)


def _run(
    place: Place,
    act: str,
    options: Mapping[int, Mapping[str, object]],
    limit_s: float,
    step: Step,
    workers: int = WORKERS,
) -> dict[int, Outcome[Any]]:
    _require(place, options)
    preload()
    orders = [
        Order(
            act,
            bench,
            (place.plan(bench),),
            limit_s * place.plan(bench).patience,
            cahier_secrets(place, bench),
            dict(own),
        )
        for bench, own in options.items()
    ]
    return run_orders(orders, step, workers=workers, may_add=Idleness().has_spare)
