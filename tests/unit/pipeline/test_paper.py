"""What is printed: everything the subject asks, nothing of labctl, secrets on the annexe alone."""

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from labctl.collect.recorder import Circumstances, Recorder
from labctl.core.clock import timestamp
from labctl.core.coming import Coming
from labctl.core.errors import InfrastructureError, SpecError, UsageError
from labctl.core.handed import Document
from labctl.core.incident import Looked
from labctl.core.secrets import Secret
from labctl.core.store import write_json
from labctl.core.verdict import Help
from labctl.grade.document import to_document
from labctl.pipeline.access import access_code, note_address
from labctl.pipeline.choosing import choose_checks
from labctl.pipeline.conduct import act, open_session
from labctl.pipeline.helped import note_help, read_helps
from labctl.pipeline.incident_book import (
    THERE,
    UNDONE,
    Book,
    Record,
    retire_book,
    write_book,
)
from labctl.pipeline.journal import find_stamp, note_breakdown, read_state
from labctl.pipeline.paper import (
    Wish,
    bench_pages,
    list_without_sheet,
    print_documents,
)
from labctl.pipeline.place import Place, load_place, new_run
from labctl.pipeline.seed import cahier_secrets
from labctl.pipeline.sitting import read_sitting
from labctl.plan.model import Plan
from labctl.reports.printed.markup import unshield
from labctl.reports.printed.plain import render_plain
from labctl.reports.printed.sitting import Sitting
from labctl.reports.printed.subject import tell_topics
from labctl.spec.kind import load_kind
from tests.plans import CAHIER as ROOT_CAHIER
from tests.printing import Told, list_rooms, read_odt, read_pdf
from tests.sheets import make_sheet
from tests.unit.session.days import lay_session

ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
each_room = pytest.mark.parametrize("told", list_rooms(), ids=lambda told: told.room)
DRAWN = ("domain_admin_password", "mailbox_password", "tickets_password")
"""Secrets of bench 1 that its construction draws, in the order of the annexe."""
SAID = ("internet", "jury")
"""Machines of labctl whose names are words of a subject."""
OF_THE_DAY = Sitting(day=date(2026, 12, 7))
UseContent = Callable[[Path], None]


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the state of this machine out: no bench is built."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))


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


def print_one(place: Place, folder: Path, *names: str, bench: int = 1) -> dict[str, bytes]:
    """Return documents of one bench, by name of file."""
    printed = print_documents({bench: place}, Wish(names, "", OF_THE_DAY, with_odt=True), folder)
    return {path.name: path.read_bytes() for path in printed.files}


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


def test_a_hostile_company_is_printed_as_it_was_typed(
    tmp_path: Path, use_content: UseContent
) -> None:
    name = '#panic("a") $x$ <lbl> *b* | `c` "d" @preview/x:1.0.0'
    text = ROOT_CAHIER.read_text(encoding="utf-8")
    text = text.replace('societe: "SARL Moana Nautic"', f"societe: '{name}'")
    text = text.replace('banniere: "Acces reserve ${societe}"', 'banniere: "Acces reserve"')
    own = tmp_path / "content" / "inventories" / "cahiers"
    own.mkdir(parents=True)
    (own / ROOT_CAHIER.name).write_text(text, encoding="utf-8")
    use_content(tmp_path / "content")
    place = load_place("demo", None)

    found = print_one(place, tmp_path / "out", "cahier")

    squeezed = " ".join(read_pdf(found["banc-01-cahier.pdf"]).split())
    assert name in squeezed


def test_a_centre_overrides_a_template_file_by_file(
    tmp_path: Path, use_content: UseContent
) -> None:
    own = tmp_path / "content" / "inventories" / "documents"
    own.mkdir(parents=True)
    (own / "centre.yml").write_text('nom: "Lycée du Lagon"\n', encoding="utf-8")
    (own / "cahier").mkdir()
    words = "Rien de plus pour {{ subject.company }}.\n"
    (own / "cahier" / "document.md").write_text(words, encoding="utf-8")
    use_content(tmp_path / "content")

    found = print_one(load_place("demo", None), tmp_path / "out", "cahier")
    text = read_pdf(found["banc-01-cahier.pdf"])

    assert "Lycée du Lagon" in text
    assert "Rien de plus pour SARL Moana Nautic." in text


def test_a_document_is_told_no_more_than_it_asks_for(
    tmp_path: Path, use_content: UseContent
) -> None:
    own = tmp_path / "content" / "inventories" / "documents" / "mot"
    own.mkdir(parents=True)
    form = 'title: "Mot"\nfor: bench\nneeds: []\nnote: "Rien"\n'
    (own / "document.yml").write_text(form, encoding="utf-8")
    (own / "document.md").write_text("{{ subject.company }}\n", encoding="utf-8")
    use_content(tmp_path / "content")

    with pytest.raises(SpecError, match="subject"):
        print_one(load_place("demo", None), tmp_path / "out", "cahier", "mot")


def test_a_template_that_wants_a_package_is_refused_at_its_line(
    tmp_path: Path, use_content: UseContent
) -> None:
    own = tmp_path / "content" / "inventories" / "documents"
    own.mkdir(parents=True)
    (own / "document.typ").write_text('\n#import "@preview/cetz:0.3.0"\n', encoding="utf-8")
    use_content(tmp_path / "content")

    with pytest.raises(SpecError) as raised:
        print_one(load_place("demo", None), tmp_path / "out", "cahier")

    (mistake,) = raised.value.mistakes
    assert mistake.line == 2
    assert not (tmp_path / "out").exists()


def test_an_unknown_document_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        print_one(load_place("demo", None), tmp_path, "cahie")

    assert "cahier" in raised.value.hint


def test_a_session_names_who_sits_where_and_until_when(tmp_path: Path) -> None:
    places, sitting = read_sitting("demo", (1, 2))

    files = print_documents(places, Wish(("porte", "emargement"), "", sitting), tmp_path).files

    texts = {path.name: read_pdf(path.read_bytes()) for path in files}
    seat = sitting.at(1)
    assert seat.name in texts["banc-01-porte.pdf"]
    assert f"{seat.start}" in texts["banc-01-porte.pdf"]
    assert sitting.at(2).name not in texts["banc-01-porte.pdf"]
    assert all(sitting.at(bench).name in texts["salle-emargement.pdf"] for bench in (1, 2))


def test_who_was_granted_more_time_is_told_so_at_their_seat(tmp_path: Path) -> None:
    places, sitting = read_sitting("demo", (2, 3))

    files = print_documents(places, Wish(("porte",), "", sitting), tmp_path).files

    texts = {path.name: read_pdf(path.read_bytes()) for path in files}
    assert sitting.at(3).accommodations == "tiers-temps"
    assert re.search(r"Durée de travail\s*3\s*h", texts["banc-02-porte.pdf"])
    assert re.search(r"Durée de travail\s*4\s*h", texts["banc-03-porte.pdf"])


def test_papers_name_who_sat_there_whatever_becomes_of_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    files = lay_session(tmp_path)
    open_session(str(files), "V", dry_run=False)
    name = read_sitting("demo", (1,))[1].at(1).name
    roster = files.with_name("demo.csv")
    text = roster.read_text("utf-8")
    roster.write_text(text.replace(name, "Quelqu'un d'autre"), "utf-8")

    assert read_sitting(str(files), (1,))[1].at(1).name == name
    roster.unlink()
    files.unlink()
    assert read_sitting("demo", (1,))[1].at(1).name == name


def test_a_bench_that_nobody_of_the_session_has_is_refused() -> None:
    with pytest.raises(UsageError, match="17"):
        read_sitting("demo", (1, 17))


def test_a_template_that_never_ends_is_stopped(
    tmp_path: Path, use_content: UseContent, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_content(_template(tmp_path, "#while true {}\n"))
    monkeypatch.setattr("labctl.reports.printed.typesetter.START_S", 1.0)
    monkeypatch.setattr("labctl.reports.printed.typesetter.EACH_S", 0.5)

    with pytest.raises(InfrastructureError):
        print_one(load_place("demo", None), tmp_path / "out", "porte")


def test_a_package_asked_for_by_stealth_is_not_downloaded(
    tmp_path: Path, use_content: UseContent
) -> None:
    use_content(
        _template(tmp_path, '#import str.from-unicode(64) + "preview/cetz:0.3.0": canvas\n')
    )

    with pytest.raises(InfrastructureError, match="cetz"):
        print_one(load_place("demo", None), tmp_path / "out", "porte")


def test_a_template_reads_nothing_outside_of_its_folder(
    tmp_path: Path, use_content: UseContent
) -> None:
    use_content(_template(tmp_path, '#read("../../../../etc/passwd")\n'))

    with pytest.raises(InfrastructureError, match="porte"):
        print_one(load_place("demo", None), tmp_path / "out", "porte")


def _template(tmp_path: Path, text: str) -> Path:
    own = tmp_path / "content" / "inventories" / "documents"
    own.mkdir(parents=True)
    (own / "document.typ").write_text(text, encoding="utf-8")
    return tmp_path / "content"


def test_papers_of_an_open_session_have_what_its_journal_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    open_session("demo", "V", dry_run=False)
    for kind, detail in (
        ("start", {"exam_phase": 1}),
        ("incident", {"text": "écran remplacé", "given_s": 300}),
        ("stop", {}),
        ("seal", {"fingerprint": "c0ffee" * 11, "number": "004512"}),
    ):
        act("demo", kind, (2,), "V", detail, dry_run=False)
    places, sitting = read_sitting("demo", (1, 2))

    names = ("scelle", "incidents", "emargement")
    files = print_documents(places, Wish(names, "", sitting), tmp_path).files

    texts = {path.name: read_pdf(path.read_bytes()) for path in files}
    head = read_state("demo").head
    assert all(head in "".join(text.split()) for text in texts.values())
    assert "004512" in texts["salle-scelle.pdf"]
    assert "c0ffee" in texts["salle-scelle.pdf"]
    assert "écran remplacé" in texts["salle-incidents.pdf"]


def test_what_happened_on_a_bench_is_told_minute_by_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    open_session("demo", "Vaite", dry_run=False)
    act("demo", "sign", (2,), "Vaite", {"document": "notice"}, dry_run=False)
    act("demo", "start", (2,), "Vaite", {"exam_phase": 1}, dry_run=False)
    note_help(2, Help("2026-11-28T05:30:00Z", "Heifara", "ne répond plus", "L2", "Annuaire"))
    run = observe_bench(2)
    break_bench(2)
    for did in ("inject", "look"):
        note_breakdown(2, did, "P-07", {"symptom": "non"}, "Vaite")
    act("demo", "stop", (2,), "Vaite", {}, dry_run=False)
    places, sitting = read_sitting("demo", (1, 2))

    names = ("deroule", "pv-session", "horaires", "depot", "notice")
    files = print_documents(places, Wish(names, "", sitting), tmp_path).files

    texts = {path.name: " ".join(read_pdf(path.read_bytes()).split()) for path in files}
    told = texts["banc-02-deroule.pdf"]
    for words in (
        "phase 1 commencée",
        "connexion du candidat depuis 192.0.2.7",
        "fenêtre ouverte sur SW-PAP-01",
        "connexion refusée : 192.0.2.7 (trop de connexions en une minute)",
        "document remis : fiche é.txt (8 octets",
        "configuration de secours du lot L2, Annuaire : ne répond plus",
        "phase finie",
        "panne P-07 : symptôme observé, le temps compte",
        "panne P-07 : contournement ; symptôme parti : oui, cause réparée : non",
        "Vaite panne P-07 : injectée",
        "Vaite panne P-07 : contournement",
    ):
        assert words in told, run
    assert "panne P-01" not in told
    assert told.count("symptôme observé") == 1
    assert "1, P-07 : Le VLAN du Wi-Fi" in texts["salle-pv-session.pdf"]
    refused = "P-40 : n'a pas pu être injectée : le symptôme ne se montre pas"
    assert (refused in told, "P-40 : injectée" in told) == (True, False)
    assert "contournement : le symptôme est parti" in texts["salle-pv-session.pdf"]
    assert "fenêtre" not in texts["banc-01-deroule.pdf"]
    assert "Vaite 2 phase 1 commencée" in texts["salle-pv-session.pdf"]
    assert "Heifara Lucas" in texts["salle-pv-session.pdf"]
    assert "07:00–10:00 Phase préparatoire à sa place" in texts["salle-horaires.pdf"]
    assert "Phase en présence du jury banc 01, Aimata Brillant" in texts["salle-horaires.pdf"]


def break_bench(bench: int) -> None:
    """Write that an incident was injected now, seen and looked at once, and one taken away."""
    now = timestamp()
    looks = (Looked(now, {"symptom": "oui", "cause": "non"}, {}),)
    before = Record("P-01", THERE, {}, "2020-01-01T00:00:00Z", shown="2020-01-01T00:00:01Z")
    there = Record("P-07", THERE, {}, now, shown=now, looks=looks)
    refused = Record("P-40", UNDONE, {}, now, trouble="le symptôme ne se montre pas", undone=now)
    write_book(bench, Book((before, there, refused)))
    retire_book(bench)


def observe_bench(bench: int) -> Path:
    """Write a run of a bench as a collection does, with what happened at its way in."""
    run = new_run(bench)
    comings = [("opened", "22002"), ("line", "192.0.2.7"), ("window", "commutateur")]
    comings += [("refused", "192.0.2.7 (too often)"), ("ended", "192.0.2.7")]
    recorder = Recorder(run, ())
    known = Circumstances(
        stamp=find_stamp(bench),
        documents=(Document("fiche é.txt", b"ma fiche", "2026-11-28T05:31:00Z"),),
        comings=tuple(Coming("2026-11-28T05:29:00+00:00", *one) for one in comings),
    )
    recorder.start(load_place("demo", None).plan(bench), "namespace", ["Identity"], known)
    recorder.finish()
    sheet = make_sheet(bench=bench)
    helped = replace(sheet.provenance, stamp=find_stamp(bench), helps=read_helps(bench))
    write_json(run / "gradesheet.json", to_document(replace(sheet, provenance=helped)))
    return run


@pytest.mark.parametrize("name", ["deroule", "horaires"])
def test_a_paper_about_a_session_is_refused_without_one(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as raised:
        print_one(load_place("demo", None), tmp_path, name)

    assert "--session SESSION" in raised.value.hint


def test_the_annexe_says_where_the_way_in_is(tmp_path: Path) -> None:
    place = load_place("demo", None)
    note_address(1, "192.0.2.1", 22901)
    note_address(2, "0.0.0.0", 22002)  # noqa: S104  # printed
    printed = print_documents({1: place, 2: place}, Wish(("annexe",)), tmp_path)

    first, second = (" ".join(read_pdf(path.read_bytes()).split()) for path in printed.files)
    assert "ssh -p 22901 banc01@192.0.2.1" in first
    assert "ssh -p 22002 banc02@salle-info" in second
