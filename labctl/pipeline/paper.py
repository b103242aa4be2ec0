"""Print: documents of benches and of the room, their values taken from plans and from the seed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from labctl.core.errors import StoreError
from labctl.core.i18n import _, speaking
from labctl.core.secrets import Secret
from labctl.core.store import read_bytes, write_bytes
from labctl.pipeline.access import access_code
from labctl.pipeline.exam import load_referential
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
from labctl.reports.printed.subject import build_subject
from labctl.reports.printed.told import Brief, Subject
from labctl.reports.printed.typesetter import Sheet, typeset
from labctl.spec.fields import SECRET
from labctl.spec.kind import load_kind

SECRETS = "secrets"
CAHIER = "cahier"
"""The document that is the subject itself."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be printed: documents by name; for a route, else for that of the bench."""

    names: tuple[str, ...]
    route: str = ""
    day: date | None = None
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


def print_documents(place: Place, benches: Sequence[int], wish: Wish, folder: Path) -> Printed:
    """Write documents as PDF, and as ODT where asked; nothing is written when one refuses."""
    centre = load_centre()
    missing: list[str] = []
    with speaking("fr"):
        pages = list(_compose_all(place, benches, wish, missing))
    sheets = [Sheet(page.name, to_data(page, centre), f"{file}.pdf") for file, page in pages]
    written = typeset(sheets)
    if wish.with_odt:
        written |= {f"{file}.odt": write_odt(page, centre) for file, page in pages}
    for name, content in sorted(written.items()):
        write_bytes(folder / name, content)
    return Printed(tuple(folder / name for name in sorted(written)), tuple(missing))


def list_without_sheet() -> list[str]:
    """Return the documents that can be printed before anything was graded."""
    return [name for name in list_documents() if "sheet" not in load_form(name).needs]


def subject_text(place: Place, bench: int, route: str = "") -> str:
    """Return the subject of a bench as plain text, for a terminal."""
    with speaking("fr"):
        plan = place.plan(bench, route)
        form = load_form(CAHIER)
        values = _values(place, plan, form, [])
        return render_plain(compose(CAHIER, form, values, _frame(place, plan, None)))


def _compose_all(
    place: Place, benches: Sequence[int], wish: Wish, missing: list[str]
) -> Iterator[tuple[str, Page]]:
    """Yield the documents and the names of their files, those of a bench by bench."""
    forms = {name: load_form(name) for name in wish.names}
    for bench in benches:
        plan = place.plan(bench, wish.route)
        for name, form in forms.items():
            if form.scope == "bench":
                values = _values(place, plan, form, missing)
                frame = _frame(place, plan, wish.day)
                yield f"banc-{bench:02d}-{name}", compose(name, form, values, frame)
    for name, form in forms.items():
        if form.scope == "room":
            values = _room_values(place, benches, form)
            yield f"salle-{name}", compose(name, form, values, _room_frame(place, form, wish.day))


def _frame(place: Place, plan: Plan, day: date | None) -> Frame:
    exam = load_referential(place.cahier.referential)
    facts = (
        ("Client", plan.company),
        ("Banc", f"{plan.bench:02d}"),
        ("Parcours", exam.routes[plan.route].title),
        ("Variante", plan.variant),
        ("Candidat", ""),
        ("Date", say_day(day)),
    )
    return Frame(
        over=f"Titre professionnel « {exam.title} »" if exam.title else "",
        under=plan.title,
        mark=f"Banc {plan.bench:02d} · variante {plan.variant}",
        facts=facts,
        day=day,
    )


def _room_frame(place: Place, form: Form, day: date | None) -> Frame:
    exam = load_referential(place.cahier.referential)
    title = "" if "means" in form.needs else place.room.document.title
    return Frame(
        over=f"Titre professionnel « {exam.title} »",
        under=title,
        mark=title,
        facts=(("Session", ""), ("Date", say_day(day))),
        day=day,
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
        values["subject"] = _tell_subject(place, plan)
    if "secrets" in form.needs:
        values["handed"] = tuple(_hand_over(place, plan, missing))
        values["code"] = access_code(place, int(plan.bench)).reveal()
    if "sheet" in form.needs:
        judged = choose_run(int(plan.bench), None)
        values["competencies"] = list_questions(judged.sheet)
        values["head"] = judged.sheet.evidence_head
    return values


def _room_values(place: Place, benches: Sequence[int], form: Form) -> dict[str, object]:
    """Return what the template of a document of the room is given."""
    values: dict[str, object] = {}
    if "means" in form.needs:
        plan = place.plan(place.room.benches[0])
        seen = (one for one in plan.nodes.values() if not load_kind(one.kind).is_observer)
        values["means"] = tuple(dict.fromkeys(map(call_kind, seen)))
        return values
    return values | {
        "room": place.room.document.title,
        "benches": [
            {
                "number": f"{bench:02d}",
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
    """Yield the accounts of the machines as they are delivered, then the secrets of the topics."""
    for node in plan.nodes.values():
        for account in load_kind(node.kind).candidate.accounts:
            if account.secret or account.password:
                password = account.password or _read_drawn(plan, account.secret or "", missing)
                yield HandedOver(f"{node.hostname}, {account.where}", account.name or "", password)
    secrets = cahier_secrets(place, int(plan.bench))
    for one in list_handed(plan):
        yield HandedOver(one.what, one.account, _reveal(one.secret, secrets))


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
