"""The folder that waits for a candidate at their way in: subject, models, files of topics."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from labctl.core import content
from labctl.core.store import read_bytes
from labctl.pipeline.paper import ANNEXE, CAHIER, NOTICES, bench_pages
from labctl.pipeline.place import Place
from labctl.plan.model import Plan
from labctl.plan.words import Given, list_given
from labctl.reports.printed.document import (
    Page,
    list_documents,
    load_centre,
    load_form,
    to_data,
)
from labctl.reports.printed.odt import write_odt
from labctl.reports.printed.plain import render_plain
from labctl.reports.printed.typesetter import Sheet, typeset
from labctl.reports.printed.workbook import write_ods, write_xlsx

SUBJECT = "sujet"
"""The part of the folder that every bench has."""
ANNEXE_FILE = f"{SUBJECT}/{ANNEXE}.pdf"
GIVEN = "given"
"""The folder of a topic in which files of its own are."""
_WRITERS: Mapping[str, Callable[[Page], bytes]] = {
    ".odt": lambda page: write_odt(page, load_centre()),
    ".ods": write_ods,
    ".xlsx": write_xlsx,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a candidate: texts for the menu, files by their place, one that is secret.

    ``annexe`` is empty where passwords of the bench are not here.
    """

    subject: str
    notices: str
    files: Mapping[str, bytes]
    annexe: bytes


def fill_folder(place: Place, bench: int, route: str) -> Waiting:
    """Return what waits for the candidate of a bench."""
    plan = place.plan(bench, route)
    forms = {one.place: one.document for _topic, one in list_given(plan) if _is_form(one)}
    missing: list[str] = []
    names = dict.fromkeys((CAHIER, NOTICES, ANNEXE, *forms.values()))
    pages = bench_pages(place, bench, tuple(names), route, missing)
    texts = {name: render_plain(pages[name]) for name in (CAHIER, NOTICES)}
    printed = _print({name: pages[name] for name in (CAHIER, NOTICES, ANNEXE)})
    annexe = printed.pop(ANNEXE_FILE)
    models = {at: _WRITERS[PurePosixPath(at).suffix](pages[name]) for at, name in forms.items()}
    told = {f"{SUBJECT}/{name}.txt": text.encode() for name, text in texts.items()}
    files = {**told, **printed, **models, **dict(_read_given(plan))}
    return Waiting(texts[CAHIER], texts[NOTICES], files, b"" if missing else annexe)


def _is_form(one: Given) -> bool:
    """Tell whether a file is the blank form of a document that is there; a centre may have none."""
    is_known = one.document in list_documents() and load_form(one.document).scope == "bench"
    return is_known and PurePosixPath(one.place).suffix in _WRITERS


def _print(pages: Mapping[str, Page]) -> dict[str, bytes]:
    centre = load_centre()
    sheets = [Sheet(name, to_data(page, centre), f"{name}.pdf") for name, page in pages.items()]
    return {f"{SUBJECT}/{file}": printed for file, printed in typeset(sheets).items()}


def _read_given(plan: Plan) -> Iterator[tuple[str, bytes]]:
    for topic, one in list_given(plan):
        if one.text:
            yield one.place, one.text.encode()
        for path in content.list_topic_files(topic, f"{GIVEN}/{one.file}").values():
            if one.file:
                yield one.place, read_bytes(path)
