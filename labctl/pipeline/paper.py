"""Print: documents of benches and of the room, their values taken from plans and from the seed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from labctl.core.errors import StoreError, UsageError
from labctl.core.i18n import _, speaking
from labctl.core.secrets import Secret
from labctl.core.store import read_bytes, write_bytes
from labctl.pipeline.access import access_code, name_accounts
from labctl.pipeline.exam import load_referential
from labctl.pipeline.examday import Held, load_day
from labctl.pipeline.journal import list_sessions, read_state
from labctl.pipeline.place import Place, bench_dir
from labctl.pipeline.runs import choose_run
from labctl.pipeline.seed import cahier_secrets
from labctl.plan.model import Plan
from labctl.plan.picture.candidate import call_kind
from labctl.plan.words import list_handed
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
from labctl.reports.printed.plain import render_plain
from labctl.reports.printed.sitting import (
    NO_SESSION,
    NOBODY,
    IncidentTold,
    SealTold,
    SeatTold,
    Sitting,
)
from labctl.reports.printed.subject import build_subject
from labctl.reports.printed.told import Brief, Subject, WayInTold
from labctl.reports.printed.typesetter import Sheet, typeset
from labctl.session.acts import name_benches
from labctl.session.roster import Candidate
from labctl.session.slots import Activity
from labctl.session.state import SealFact, State
from labctl.session.timetable import build_timetable
from labctl.spec.fields import SECRET
from labctl.spec.kind import load_kind

SECRETS = "secrets"
CAHIER, NOTICES = "cahier", "notices"
"""The documents that are the subject itself, and how its machines are configured."""


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


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A line of the confidential annexe."""

    what: str
    account: str
    password: str
    is_drawn: bool = False  # when the bench was built: a bench made as new has another one


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


def read_sitting(name: str, benches: Sequence[int]) -> tuple[dict[int, Place], Sitting]:
    """Return the places of benches of a session, and who sits there when.

    Raises SpecError when the session cannot be held, UsageError for a bench that nobody has.
    """
    held = load_day(name)
    people = {one.bench: one for one in held.day.candidates}
    unknown = ", ".join(f"{bench:02d}" for bench in benches if bench not in people)
    if unknown:
        message = _("la session « %(name)s » n'a personne au banc %(benches)s")
        raise UsageError(message % {"name": name, "benches": unknown})
    document = held.day.file.document
    seats = {bench: _seat(held, people[bench]) for bench in benches}
    places = {bench: held.places[bench] for bench in benches}
    sitting = Sitting(document.title, document.day, seats)
    if document.id in list_sessions():
        sitting = _with_journal(sitting, read_state(document.id))
    return places, sitting


def _with_journal(sitting: Sitting, state: State) -> Sitting:
    """Return what papers say of a day, with what its journal has: seals, incidents, its head."""
    seats = {
        bench: replace(seat, seal=_tell_seal(state.benches[bench].seals[-1]))
        if bench in state.benches and state.benches[bench].seals
        else seat
        for bench, seat in sitting.seats.items()
    }
    incidents = tuple(
        IncidentTold(
            str(one.number),
            name_benches(one.benches),
            _say_time(one.at),
            one.text,
            str(one.given_s // 60),
        )
        for one in state.incidents
    )
    return replace(sitting, seats=seats, head=state.head, incidents=incidents)


def _tell_seal(seal: SealFact) -> SealTold:
    opened = _say_time(seal.opened) if seal.opened else ""
    return SealTold(seal.number, _say_time(seal.laid), seal.fingerprint[:16], opened)


def _say_time(moment: str) -> str:
    """Return the time of day of a moment, in the zone of this machine."""
    return f"{datetime.fromisoformat(moment).astimezone():%H:%M}"


def _seat(held: Held, one: Candidate) -> SeatTold:
    timetable = held.timetable or build_timetable(held.day)
    trials = [slot for slot in timetable.of_bench(one.bench) if slot.activity is Activity.TRIAL]
    return SeatTold(
        name=one.name,
        route=one.route,
        jury=timetable.juries.get(one.bench, ""),
        accommodations=", ".join(one.accommodations),
        start=_say_hour(trials[0].start) if trials else "",
        end=_say_hour(trials[0].end) if trials else "",
    )


def _say_hour(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def list_without_sheet() -> list[str]:
    """Return the documents that can be printed before anything was graded."""
    return [name for name in list_documents() if "sheet" not in load_form(name).needs]


def bench_texts(
    place: Place, bench: int, documents: Mapping[str, str], route: str = ""
) -> dict[str, str]:
    """Return documents of a bench as plain text, for a terminal, under names of the caller's."""
    with speaking("fr"):
        plan = place.plan(bench, route)
        frame = _frame(place, plan, NO_SESSION)
        texts = {}
        for name, document in documents.items():
            form = load_form(document)
            values = _values(place, plan, form, []) | {"seat": NOBODY}
            texts[name] = render_plain(compose(document, form, values, frame))
        return texts


def _compose_all(
    places: Mapping[int, Place], wish: Wish, missing: list[str]
) -> Iterator[tuple[str, Page]]:
    """Yield the documents and the names of their files, those of a bench by bench."""
    forms = {name: load_form(name) for name in wish.names}
    sitting = wish.sitting
    for bench, place in places.items():
        seat = sitting.at(bench)
        plan = place.plan(bench, wish.route or seat.route)
        for name, form in forms.items():
            if form.scope == "bench":
                values = _values(place, plan, form, missing) | {"seat": seat}
                frame = _frame(place, plan, sitting)
                yield f"banc-{bench:02d}-{name}", compose(name, form, values, frame)
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


def _values(place: Place, plan: Plan, form: Form, missing: list[str]) -> dict[str, object]:
    """Return what the template of a document of a bench is given: what its form asks for."""
    seat = place.room.seat(int(plan.bench))
    values: dict[str, object] = {
        "bench": f"{plan.bench:02d}",
        "row": seat.row + 1,
        "column": seat.column + 1,
        "desks": [node.hostname for node in plan.desks],
    }
    if "subject" in form.needs:
        values["way_in"] = _tell_way_in(int(plan.bench))
        values["subject"] = _tell_subject(place, plan)
    if "secrets" in form.needs:
        values["handed"] = tuple(_hand_over(place, plan, missing))
        values["code"] = access_code(place, int(plan.bench)).reveal()
    if "sheet" in form.needs:
        judged = choose_run(int(plan.bench), None)
        values["competencies"] = list_questions(judged.sheet)
        values["head"] = judged.sheet.evidence_head
    return values


def _room_values(
    place: Place, benches: Sequence[int], form: Form, sitting: Sitting
) -> dict[str, object]:
    """Return what the template of a document of the room is given."""
    values: dict[str, object] = {}
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
    return build_subject(plan, brief, competencies)


def _hand_over(place: Place, plan: Plan, missing: list[str]) -> Iterator[HandedOver]:
    """Yield the accounts of the machines as they are delivered, then the secrets of the topics.

    The password of the factory opens nothing of a machine that is delivered working.
    """
    for node in plan.nodes.values():
        is_closed = node.name in plan.delivered.machines
        for account in load_kind(node.kind).candidate.accounts:
            what = f"{node.hostname}, {account.where}"
            if account.secret:
                drawn = _read_drawn(plan, account.secret, missing)
                yield HandedOver(what, account.name or "", drawn, is_drawn=True)
            elif account.password and not is_closed:
                yield HandedOver(what, account.name or "", account.password)
    secrets = cahier_secrets(place, int(plan.bench))
    for one in list_handed(plan):
        yield HandedOver(one.what, one.account, _reveal(one.secret, secrets))


def _tell_way_in(bench: int) -> WayInTold:
    """Return how a candidate comes in to a bench, and where files are handed in."""
    centre = load_centre()
    menu, deposit = name_accounts(bench)
    return WayInTold(centre.host or "", centre.first_port + bench, menu, deposit)


def _reveal(reference: str, secrets: Mapping[str, Secret]) -> str:
    return SECRET.sub(lambda found: secrets[found[1]].reveal(), reference)


def _read_drawn(plan: Plan, name: str, missing: list[str]) -> str:
    """Return a secret that was drawn when the bench was built; a blank, and a word, without one."""
    with suppress(StoreError):
        return read_bytes(bench_dir(int(plan.bench)) / SECRETS / name).decode()
    missing.append(
        _("banc %(bench)02d : secret « %(name)s » tiré à la construction du banc, absent d'ici")
        % {"bench": plan.bench, "name": name}
    )
    return ""
