"""What is printed: everything the subject asks, nothing of labctl, secrets on the annexe alone."""

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from labctl.core.errors import UsageError
from labctl.core.secrets import Secret
from labctl.pipeline.access import access_code, note_address
from labctl.pipeline.choosing import choose_checks
from labctl.pipeline.paper import Wish, bench_pages, list_without_sheet, print_documents
from labctl.pipeline.place import Place, load_place
from labctl.pipeline.seed import cahier_secrets
from labctl.plan.model import Plan
from labctl.reports.printed.markup import unshield
from labctl.reports.printed.plain import render_plain
from labctl.reports.printed.subject import tell_topics
from labctl.spec.kind import load_kind
from tests.printing import OF_THE_DAY, Told, list_rooms, print_one, read_odt, read_pdf

ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
each_room = pytest.mark.parametrize("told", list_rooms(), ids=lambda told: told.room)
DRAWN = ("domain_admin_password", "mailbox_password", "tickets_password")
"""Secrets of bench 1 that its construction draws, in the order of the annexe."""
SAID = ("internet", "jury")
"""Machines of labctl whose names are words of a subject."""
UseContent = Callable[[Path], None]
pytestmark = pytest.mark.usefixtures("own_state")


def list_hidden(plan: Plan) -> Iterator[str]:
    """Yield what is labctl's own: its networks and probes, what they are called, its account's key.

    The account and its card are named once, by the rule that says to leave them alone.
    """
    yield str(plan.management.network.network_address).rsplit(".", 2)[0]
    yield str(plan.internet.canary)
    yield plan.internet.canary_name
    yield str(plan.internet.wan.network_address).rsplit(".", 1)[0]
    for segment in plan.segments.values():
        if segment.probe:
            yield str(segment.probe.ip)
    for node in plan.nodes.values():
        yield str(node.management.ip)
        if load_kind(node.kind).is_observer and node.name not in SAID:
            yield f" {node.name} "


@each_room
def test_a_subject_says_nothing_of_labctl(
    told: Told, use_content: UseContent, tmp_path: Path
) -> None:
    place = told.load(use_content)
    found = print_one(place, tmp_path / "out", "cahier", "notices", "porte", "annexe")
    texts = [read_pdf(pdf) for name, pdf in found.items() if name.endswith(".pdf")]
    texts += [read_odt(odt) for name, odt in found.items() if name.endswith(".odt")]
    texts += map(render_plain, bench_pages(place, 1, ("cahier", "notices"), "", []).values())

    leaks = {word for word in list_hidden(place.plan(1)) for text in texts if word in text}
    assert leaks == set()


@each_room
def test_a_subject_says_its_machines_networks_and_lots(
    told: Told, use_content: UseContent, tmp_path: Path
) -> None:
    place = told.load(use_content)
    plan = place.plan(1)
    text = read_pdf(print_one(place, tmp_path / "out", "cahier")["banc-01-cahier.pdf"])

    wanted = [plan.company, *(lot.title.split(":")[0].strip() for lot in plan.lots)]
    wanted += [str(one.network) for one in plan.segments.values() if one.network]
    machines = (one for one in plan.nodes.values() if not load_kind(one.kind).is_observer)
    wanted += [node.hostname for node in machines]
    assert [word for word in wanted if word not in text] == []


@each_room
def test_every_topic_of_the_subject_says_its_part(told: Told, use_content: UseContent) -> None:
    place = told.load(use_content)
    plan = place.plan(1)
    judged = {one.topic for one in choose_checks(plan.referential).meant_for(plan).chosen}

    assert judged - set(tell_topics(plan)) == set()


@each_room
def test_each_demand_is_a_line_of_its_own(told: Told, use_content: UseContent) -> None:
    said = tell_topics(told.load(use_content).plan(1))

    glued = re.compile(r"[.;:)]- ")
    assert [topic for topic, text in said.items() if glued.search(text)] == []


@each_room
def test_every_address_that_a_block_asks_for_is_said(told: Told, use_content: UseContent) -> None:
    place = told.load(use_content)
    plan = place.plan(1)
    said = set(ADDRESS.findall(unshield(" ".join(tell_topics(plan).values()))))
    cards = (card for node in plan.nodes.values() for card in node.interfaces)
    said |= {str(card.address.ip) for card in cards if card.address}

    assert set(ADDRESS.findall(json.dumps(plan.demands))) - said == set()


def test_secrets_are_on_the_annexe_of_their_bench_alone(tmp_path: Path) -> None:
    place = load_place("demo", None)
    names = tuple(list_without_sheet())
    printed = print_documents(
        {1: place, 2: place}, Wish(names, "", OF_THE_DAY, with_odt=True), tmp_path / "out"
    )
    found = {path.name: path.read_bytes() for path in printed.files}
    texts = {
        name: read_pdf(content) if name.endswith(".pdf") else read_odt(content)
        for name, content in found.items()
    }
    for bench in (1, 2):
        mine = f"banc-{bench:02d}-annexe"
        for secret in _secrets(place, bench):
            holders = {name for name, text in texts.items() if secret.reveal() in text}
            assert holders == {f"{mine}.pdf", f"{mine}.odt"}


def _secrets(place: Place, bench: int) -> tuple[Secret, ...]:
    return (*cahier_secrets(place, bench).values(), access_code(place, bench))


def test_the_annexe_takes_one_page_and_says_what_the_built_bench_drew(tmp_path: Path) -> None:
    place = load_place("demo", None)
    drawn = tmp_path / "state" / "benches" / "01" / "secrets"
    drawn.mkdir(parents=True)
    for number, name in enumerate(DRAWN):
        (drawn / name).write_text(f"tire-au-sort-Aa{number}", encoding="utf-8")

    printed = print_documents({1: place}, Wish(("annexe",)), tmp_path / "out")

    (path,) = printed.files
    assert printed.missing == ()
    said = read_pdf(path.read_bytes())
    assert all(f"tire-au-sort-Aa{number}" in said for number in range(len(DRAWN)))
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 1


def test_what_a_bench_drew_is_said_to_be_missing_before_it_is_built(tmp_path: Path) -> None:
    printed = print_documents({1: load_place("demo", None)}, Wish(("annexe",)), tmp_path)

    assert [words.split("«")[1].split("»")[0].strip() for words in printed.missing] == [*DRAWN]


def test_the_vae_sheet_says_no_value_of_the_subject(tmp_path: Path) -> None:
    place = load_place("demo", None)
    found = print_one(place, tmp_path / "out", "vae")
    texts = [read_pdf(found["salle-vae.pdf"]), read_odt(found["salle-vae.odt"])]

    values: set[str] = set()
    for bench in place.one_bench_per_variant():
        plan = place.plan(bench)
        values |= {plan.company, plan.town, plan.domain, plan.title, plan.cahier}
        values |= {node.hostname for node in plan.nodes.values() if "-" in node.hostname}
        values |= {str(one.network) for one in plan.segments.values() if one.network}
        values |= {name for name in plan.segments if len(name) > 5}
    assert {value for value in values for text in texts if value in text} == set()


def test_the_same_bytes_come_out_each_time(tmp_path: Path) -> None:
    place = load_place("demo", None)
    first = print_one(place, tmp_path / "a", "cahier", "emargement")
    second = print_one(place, tmp_path / "b", "cahier", "emargement")

    assert _digests(first) == _digests(second)


def _digests(found: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}


def test_every_document_is_tagged_and_says_what_standard_it_keeps(tmp_path: Path) -> None:
    place = load_place("demo", None)
    found = print_one(place, tmp_path / "out", *list_without_sheet())

    pdfs = {name: content for name, content in found.items() if name.endswith(".pdf")}
    assert {name: _judge(pdf) for name, pdf in pdfs.items()} == {name: [] for name in pdfs}


def _judge(content: bytes) -> list[str]:
    """Return what is wrong with a PDF: what can be seen without a validator."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        root = pdf.Root
        with pdf.open_metadata() as meta:
            claims = {name: meta.get(name) for name in CLAIMS}
            titled = bool(meta.get("dc:title"))
        wrong = [name for name, value in CLAIMS.items() if claims[name] != value]
        facts = {
            "title": titled,
            "language": str(root.Lang).startswith("fr"),
            "marked": bool(root.MarkInfo.Marked),
            "title shown": bool(root.ViewerPreferences.DisplayDocTitle),
            "structure": "/StructTreeRoot" in root,
            "intent": "/OutputIntents" in root,
            "no script": "/OpenAction" not in root and "/AA" not in root,
        }
        wrong += [name for name, holds in facts.items() if not holds]
        for page in pdf.pages:
            fonts: Any = page.resources.get("/Font", {})
            wrong += [str(name) for name, font in fonts.items() if not _is_embedded(font)]
        wrong += [f"figure {one}" for one in _figures_without_words(root.StructTreeRoot)]
        return wrong


CLAIMS = {"pdfaid:part": "2", "pdfaid:conformance": "A", "pdfuaid:part": "1"}


def _is_embedded(font: pikepdf.Object) -> bool:
    inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    return any(name in inner.FontDescriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))


def _figures_without_words(node: pikepdf.Object) -> Iterator[int]:
    below: Any = node.get("/K", [])
    for rank, one in enumerate(below if isinstance(below, pikepdf.Array) else [below]):
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            if one.S == "/Figure" and "/Alt" not in one:
                yield rank
            yield from _figures_without_words(one)


def test_an_unknown_document_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        print_one(load_place("demo", None), tmp_path, "cahie")

    assert "cahier" in raised.value.hint


def test_the_annexe_says_where_the_way_in_is(tmp_path: Path) -> None:
    place = load_place("demo", None)
    note_address(1, "192.0.2.1", 22901)
    note_address(2, "0.0.0.0", 22002)  # noqa: S104  # printed
    printed = print_documents({1: place, 2: place}, Wish(("annexe",)), tmp_path)

    first, second = (" ".join(read_pdf(path.read_bytes()).split()) for path in printed.files)
    assert "ssh -p 22901 banc01@192.0.2.1" in first
    assert "ssh -p 22002 banc02@salle-info" in second
