"""Print: documents of benches and of the room, their values taken from plans and from the seed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from labctl.core.errors import UsageError
from labctl.core.i18n import _, speaking
from labctl.core.once import reading_once
from labctl.core.store import write_bytes
from labctl.facts.shelf import load_shelf
from labctl.pipeline.access import access_code, name_accounts, read_address
from labctl.pipeline.annexe import list_handed_over
from labctl.pipeline.chronicle import tell_bench
from labctl.pipeline.draws import read_draw
from labctl.pipeline.exam import load_referential
from labctl.pipeline.incidents.telling import tell_incidents
from labctl.pipeline.place import Place
from labctl.pipeline.runs import Judged, choose_run, list_phases
from labctl.pipeline.sitting import tell_acts
from labctl.plan.model import Plan
from labctl.plan.picture.candidate import call_kind
from labctl.providers import registry
from labctl.providers.profile import Ability
from labctl.reports.printed.document import (
    Form,
    Frame,
    Page,
    compose,
    list_documents,
    load_centre,
    load_form,
    to_data,
)
from labctl.reports.printed.guide import list_questions
from labctl.reports.printed.odt import write_odt
from labctl.reports.printed.sitting import NO_SESSION, NOBODY, Sitting
from labctl.reports.printed.subject import build_subject
from labctl.reports.printed.told import Brief, PhaseTold, Subject, WayInTold
from labctl.reports.printed.typesetter import Sheet, typeset
from labctl.spec.kind import load_kind

CAHIER, NOTICES, ANNEXE = "cahier", "notices", "annexe"
"""The documents that are the subject, how its machines are configured, and its passwords."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be printed: documents by name; for a route, else for that of the bench."""

    names: tuple[str, ...]
    route: str = ""
    sitting: Sitting = NO_SESSION
    with_odt: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """The files that were written, and what was not there to be printed."""

    files: tuple[Path, ...]
    missing: tuple[str, ...]


@reading_once()
def print_documents(places: Mapping[int, Place], wish: Wish, folder: Path) -> Printed:
    """Write documents as PDF, and as ODT where asked; nothing is written when one refuses."""
    centre = load_centre()
    missing: list[str] = []
    with speaking("fr"):
        pages = list(_compose_all(places, wish, missing))
    sheets = [Sheet(page.name, to_data(page, centre), f"{file}.pdf") for file, page in pages]
    written = typeset(sheets)
    if wish.with_odt:
        written |= {f"{file}.odt": write_odt(page, centre) for file, page in pages}
    for name, content in sorted(written.items()):
        write_bytes(folder / name, content)
    return Printed(tuple(folder / name for name in sorted(written)), tuple(missing))


def list_without_sheet(sitting: Sitting = NO_SESSION, benches: Collection[int] = ()) -> list[str]:
    """Return the documents that can be printed before anything was graded.

    Those of incidents are among them where some were drawn for each of the benches.
    """
    lacking = {"sheet", "record"} | (set() if sitting.candidate_days else {"timetable"})
    if not benches or not all(read_draw(bench).incidents for bench in benches):
        lacking.add("incidents")
    return [name for name in list_documents() if not lacking & set(load_form(name).needs)]


def bench_pages(
    place: Place, bench: int, names: Sequence[str], route: str, missing: list[str]
) -> dict[str, Page]:
    """Return documents of a bench by name, for nobody in particular and without a day.

    Secrets that are not here are added to ``missing``.
    """
    with speaking("fr"):
        plan = place.plan(bench, route)
        frame = _frame(place, plan, NO_SESSION)
        forms = {name: load_form(name) for name in names}
        said = _say_each(place, plan, forms, NO_SESSION, missing)
        seat = {"seat": NOBODY}
        return {name: compose(name, forms[name], told | seat, frame) for name, told in said}


def _compose_all(
    places: Mapping[int, Place], wish: Wish, missing: list[str]
) -> Iterator[tuple[str, Page]]:
    """Yield the documents and the names of their files, those of a bench by bench."""
    forms = {name: load_form(name) for name in wish.names}
    sitting = wish.sitting
    for bench, place in places.items():
        seat = sitting.at(bench)
        plan = place.plan(bench, wish.route or seat.route)
        own = {name: form for name, form in forms.items() if form.scope == "bench"}
        frame = _frame(place, plan, sitting)
        for name, values in _say_each(place, plan, own, sitting, missing):
            page = compose(name, own[name], values | {"seat": seat}, frame)
            yield f"banc-{bench:02d}-{name}", page
    rooms = {place.room.id: place for place in places.values()}
    for room, place in rooms.items():
        suffix = f"-{room}" if len(rooms) > 1 else ""
        benches = [bench for bench, here in places.items() if here.room.id == room]
        for name, form in forms.items():
            if form.scope == "room":
                values = _room_values(place, benches, form, sitting)
                frame = _room_frame(place, form, sitting)
                yield f"salle{suffix}-{name}", compose(name, form, values, frame)


def _frame(place: Place, plan: Plan, sitting: Sitting) -> Frame:
    exam = load_referential(place.cahier.referential)
    facts = (
        ("Client", plan.company),
        ("Banc", f"{plan.bench:02d}"),
        ("Parcours", exam.routes[plan.route].title),
        ("Variante", plan.variant),
        ("Candidat", sitting.at(int(plan.bench)).name),
        ("Date", say_day(sitting.day)),
    )
    return Frame(
        over=exam.title,
        under=plan.title,
        mark=f"Banc {plan.bench:02d} · variante {plan.variant}",
        facts=facts,
        day=sitting.day,
    )


def _room_frame(place: Place, form: Form, sitting: Sitting) -> Frame:
    exam = load_referential(place.cahier.referential)
    title = "" if "means" in form.needs else place.room.document.title
    return Frame(
        over=exam.title,
        under=title,
        mark=title,
        facts=(("Session", sitting.title), ("Date", say_day(sitting.day))),
        day=sitting.day,
    )


def say_day(day: date | None) -> str:
    """Return a day as French writes it, empty when nobody gave one."""
    return f"{day:%d/%m/%Y}" if day else ""


def _say_each(
    place: Place, plan: Plan, forms: Mapping[str, Form], sitting: Sitting, missing: list[str]
) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what the template of each document of a bench is given; its subject is told once."""
    subject: dict[str, object] = {}
    for name, form in forms.items():
        values = _values(place, plan, form, sitting, missing)
        if "subject" in form.needs:
            subject = subject or {
                "way_in": _tell_way_in(plan),
                "subject": _tell_subject(place, plan),
            }
            values |= subject
        yield name, values


def _values(
    place: Place, plan: Plan, form: Form, sitting: Sitting, missing: list[str]
) -> dict[str, object]:
    """Return what the template of a document of a bench is given: what its form asks for."""
    _require_session(form, sitting)
    seat = place.room.seat(int(plan.bench))
    values: dict[str, object] = {
        "bench": f"{plan.bench:02d}",
        "row": seat.row + 1,
        "column": seat.column + 1,
        "desks": [node.hostname for node in plan.desks],
    }
    if "secrets" in form.needs:
        values["handed"] = tuple(list_handed_over(place, plan, missing))
        values["code"] = access_code(place, int(plan.bench)).reveal()
    if "sheet" in form.needs:
        judged = _list_judged(int(plan.bench), sitting)
        values["competencies"] = list_questions(*(one.sheet for one in judged))
        values["heads"] = [one.sheet.evidence_head for one in judged]
    if "incidents" in form.needs:
        values["incidents"] = tell_incidents(place, int(plan.bench))
    if "record" in form.needs:
        values["acts"] = tell_acts(tell_bench(sitting.id, int(plan.bench)))
        values["head"] = sitting.head
    return values


def _list_judged(bench: int, sitting: Sitting) -> tuple[Judged, ...]:
    """Return the newest whole run of each phase of a session, else the newest of all."""
    return list_phases(bench, sitting.id) if sitting.id else (choose_run(bench, None),)


def _require_session(form: Form, sitting: Sitting) -> None:
    """Raise UsageError for a document about a session, where none is given or it is not open."""
    if "timetable" in form.needs and not sitting.candidate_days:
        said = _("« %(title)s » se remplit avec une session") % {"title": form.title}
        raise UsageError(said, hint="--session SESSION")
    if "record" in form.needs and not sitting.id:
        said = _("« %(title)s » dit ce que le journal d'une session a noté") % {"title": form.title}
        raise UsageError(said, hint="labctl session open SESSION ; --session SESSION")


def _room_values(
    place: Place, benches: Sequence[int], form: Form, sitting: Sitting
) -> dict[str, object]:
    """Return what the template of a document of the room is given."""
    _require_session(form, sitting)
    values: dict[str, object] = {"day": sitting}
    if "means" in form.needs:
        plan = place.plan(place.room.benches[0])
        seen = (one for one in plan.nodes.values() if not load_kind(one.kind).is_observer)
        values["means"] = tuple(dict.fromkeys(map(call_kind, seen)))
        return values
    return values | {
        "room": place.room.document.title,
        "head": sitting.head,
        "incidents": sitting.incidents,
        "benches": [
            {
                "number": f"{bench:02d}",
                "seat": sitting.at(bench),
                "variant": place.room.variant_of(bench),
                "row": place.room.seat(bench).row + 1,
                "column": place.room.seat(bench).column + 1,
            }
            for bench in benches
        ],
    }


def _tell_subject(place: Place, plan: Plan) -> Subject:
    wanted = place.cahier.subject(plan.variant)
    exam = load_referential(place.cahier.referential)
    brief = Brief(
        business=wanted.variants[plan.variant].business,
        exam=exam.title,
        route=exam.routes[plan.route].title,
        mission=wanted.mission,
        rules=wanted.rules,
    )
    competencies = {one.number: f"{one.number} {one.title}" for one in exam.competencies}
    parts = exam.phases(exam.routes[plan.route])
    phases = tuple(PhaseTold(part.minutes, part.jury) for part in parts)
    return build_subject(plan, brief, competencies, phases)


def _tell_way_in(plan: Plan) -> WayInTold:
    """Return how a candidate comes in to a bench, and where files are handed in."""
    shelf = load_shelf(plan)
    place = shelf.place if shelf else ""
    if Ability.WAY_IN not in registry.find(plan.provider).abilities:
        return WayInTold("", 0, "", "", place)
    centre, bench = load_centre(), int(plan.bench)
    menu, deposit = name_accounts(bench)
    opened = read_address(bench)  # what was opened is truer than what the centre means to open
    host = opened.host if opened else ""
    port = opened.port if opened else centre.first_port + bench
    return WayInTold(host or centre.host or "", port, menu, deposit, place)
