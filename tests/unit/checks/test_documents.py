"""Documents: blank forms no, the solution yes, its sabotages no, documents of other makes yes."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from docx import Document as Docx
from openpyxl import Workbook

from checks.documents.demand import Documents
from checks.documents.facts.in_force import InForce, list_addressed
from checks.documents.facts.papers import Papers, ask, parse
from checks.hardware.facts.hardware import Memory
from checks.quote.facts import Catalogue
from labctl.connect.base import Answer
from labctl.core.expect import NotAsked, Undecided
from labctl.core.verdict import Match, Mismatch, Reason, Unobserved
from labctl.judge.plugin import read_asked
from labctl.pipeline.paper import bench_pages
from labctl.pipeline.place import load_place
from labctl.plan.fault import resolve
from labctl.plan.model import Plan
from labctl.reports.printed.document import Page, load_centre
from labctl.reports.printed.odt import write_odt
from labctl.reports.printed.workbook import write_ods
from labctl.reports.printed.workbook import write_xlsx as write_xlsx_page
from labctl.spec.fault import load_fault
from tests.checking import PLAN, catalogue, fact_of
from tests.papers import catalogue_of, in_force, papers_of, read_papers, solution_texts
from tests.plans import Desk, asking, plan_of

CHECKS = (
    *("K-017", "K-018", "K-040", "K-070", "K-107", "K-108", "K-109", "K-110", "K-111", "K-122"),
    "K-030",
    "K-123",
    "K-125",
)
SHEET, MINUTES = "fiche-intervention.odt", "pv-recette.odt"
ADDRESSES, QUOTE, GUIDE = "plan-adressage.xlsx", "devis.ods", "procedure-wifi.odt"


def judge(check: str, papers: Papers, plan: Plan = PLAN, seen: InForce | None = None) -> str:
    """Return what a check says: empty when it conforms."""
    facts: dict[type[Any], Any] = {
        Papers: papers,
        InForce: seen or in_force(plan),
        Catalogue: catalogue_of(),
        Memory: fact_of(Memory, plan_of(plan.bench, Desk.SIMULATED)),
    }
    spec = catalogue()[check].spec
    asked = read_asked(spec, plan, "")
    try:
        found = catalogue()[check].function(*asked, *(facts[fact] for fact in spec.needs))
    except Mismatch as exc:
        return exc.message or "?"
    assert isinstance(found, Match)
    return ""


def changed(name: str, find: str, put: str, plan: Plan = PLAN) -> Papers:
    """Return the documents of the solution, one of them changed."""
    texts = solution_texts(plan)
    text, times = re.subn(find, put, texts[name], flags=re.MULTILINE)
    assert times, find
    return papers_of(texts | {name: text})


@pytest.mark.parametrize("check", CHECKS)
def test_the_solution_conforms(check: str) -> None:
    assert judge(check, papers_of(solution_texts(PLAN))) == ""


@pytest.mark.parametrize("check", CHECKS)
def test_what_was_not_handed_in_does_not(check: str) -> None:
    assert "n'a été ni remis ni déposé dans" in judge(check, Papers({}, {}))


@pytest.fixture(scope="module")
def blank() -> Papers:
    """Give the forms as they wait for a candidate."""
    names = [name.partition(".")[0] for name in (SHEET, MINUTES, ADDRESSES, QUOTE)]
    pages = bench_pages(load_place("demo", None), 1, names, PLAN.route, [])
    writers: tuple[Callable[[Page], bytes], ...] = (
        *[partial(write_odt, centre=load_centre())] * 2,
        write_xlsx_page,
        write_ods,
    )
    forms = {
        name: write(page)
        for name, page, write in zip(
            (SHEET, MINUTES, ADDRESSES, QUOTE), pages.values(), writers, strict=True
        )
    }
    return read_papers(forms)


@pytest.mark.parametrize("check", CHECKS)
def test_a_blank_form_does_not(check: str, blank: Papers) -> None:
    assert judge(check, blank)


@pytest.mark.parametrize("check", CHECKS)
def test_its_sabotage_makes_it_fail_and_its_repair_puts_everything_back(check: str) -> None:
    topic = "quote" if check in CHECKS[4:9] else "documents"
    path = Path(f"checks/{topic}/sabotages/{check}.yml")
    fault = resolve(load_fault(path).on_machine(PLAN.desks[0].name), PLAN)
    texts = solution_texts(PLAN)
    broken = dict(texts)
    for step in fault.steps:
        assert step.document
        edit = step.document
        broken[edit.file] = re.sub(edit.find, edit.put, broken[edit.file], flags=re.MULTILINE)
    repaired = dict(broken)
    for step in fault.revert:
        assert step.document
        edit = step.document
        repaired[edit.file] = re.sub(edit.find, edit.put, repaired[edit.file], flags=re.MULTILINE)

    papers = papers_of(broken)
    failed = {one for one in CHECKS if judge(one, papers)}
    waiting = {one for one in CHECKS if check in catalogue()[one].spec.after}
    declared = {*fault.also, *waiting, check}
    assert (
        check
        in failed
        <= declared | {one for one in CHECKS if set(catalogue()[one].spec.after) & set(fault.also)}
    )
    assert repaired == texts


def write_docx(*blocks: str | list[list[str]]) -> bytes:
    """Return a document of Word: paragraphs, and tables."""
    document, saved = Docx(), io.BytesIO()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(len(block), len(block[0]))
        for row, texts in zip(table.rows, block, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    document.save(saved)
    return saved.getvalue()


def write_xlsx(*rows: list[object]) -> bytes:
    """Return a workbook of one sheet."""
    book, saved = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(saved)
    return saved.getvalue()


def test_a_sheet_of_word_in_other_words_conforms() -> None:
    sheet = write_docx(
        f"Fiche d'intervention — Client : {PLAN.company}",
        [["N° de ticket", "Date", "Heure début", "Heure fin"], ["42", "3 mars 2026", "8h", "9h"]],
        "Demandeur : Mme Teva",
        [["Équipement", "IMP-ARU-01"], ["N° de série", "S1234"], ["Étiquette", "ARU-B1-P1-07"]],
        "Adresse IP : 10.21.30.15",
        "Demande",
        "L'imprimante ne répond plus depuis ce matin.",
        "Diagnostic",
        "Le câble était débranché.",
        "Travaux réalisés",
        "Câble remis et étiqueté.",
        "Pièces changées",
        "aucune",
        "Tests : une page imprimée",
        "Réserves : sans",
    )
    papers = read_papers({SHEET: sheet})

    assert judge("K-017", papers) == ""
    assert judge("K-018", papers) == ""


def test_a_quote_of_excel_with_other_columns_and_numbers_conforms() -> None:
    quote = write_xlsx(
        ["Devis pour", PLAN.company],
        ["Le 3 mars 2026"],
        ["Offre valable 30 jours"],
        ["Besoin du client", "Un second poste identique et un onduleur pour la baie."],
        [None, "Réf.", "Produit", "Qté", "P.U. HT", "Total HT"],
        [1, "POS-100", "Poste", 1, 124900, 124900],
        [2, "ECR-240", "Écran", 1, "24.900 F CFP", "24 900"],
        [3, "OND-070", "Onduleur", 1.0, 14900.0, 14900.0],
        [4, "INT-100", "Heures", 2, 6500, 13000],
        ["Total HT", None, None, None, None, "177.700 XPF"],
        ["TGC", None, None, None, None, 28042],
        ["Total TTC", None, None, None, None, 205742],
        ["Garantie", "3 ans sur site"],
        ["Délai de livraison", "10 jours"],
    )
    papers = read_papers({QUOTE: quote})

    assert {check: judge(check, papers) for check in CHECKS[4:9]} == dict.fromkeys(CHECKS[4:9], "")


def test_a_quote_whose_sheet_keeps_what_it_computed_conforms() -> None:
    quote = write_xlsx(
        ["Réf.", "Produit", "Qté", "P.U. HT", "Total HT"],
        ["POS-100", "Poste", 1, 124900, 124900.00000000001],
        ["ECR-240", "Écran", 1, 24900, 24900],
        ["Total HT", None, None, None, 149800.00000000003],
        ["TGC", None, None, None, 23968.0000000004],
        ["Total TTC", None, None, None, 173768.0000000004],
    )
    assert judge("K-108", read_papers({QUOTE: quote})) == ""

    wrong = write_xlsx(
        ["Réf.", "Produit", "Qté", "P.U. HT", "Total HT"],
        ["POS-100", "Poste", 1, 124900, 124901],
        ["Total HT", None, None, None, 124901],
        ["TGC", None, None, None, 19984],
        ["Total TTC", None, None, None, 144885],
    )
    assert "POS-100" in judge("K-108", read_papers({QUOTE: wrong}))


def test_an_addressing_plan_of_word_conforms() -> None:
    networks = [
        [one.name, f"{one.vid or '-'}", f"{one.gateway or one.network.network_address}",
         str(one.network.netmask)]
        for one in PLAN.segments.values() if one.network
    ]  # fmt: skip
    machines = [
        [node.hostname.lower(), ", ".join(str(c.address.ip) for c in node.interfaces if c.address)
         or "par DHCP"]
        for node in list_addressed(PLAN)
    ]  # fmt: skip
    papers = read_papers({ADDRESSES: write_docx("Réseaux", networks, "Machines", machines)})

    assert judge("K-070", papers) == ""


def test_the_plan_says_what_is_in_force_or_what_was_asked() -> None:
    """Whoever set another address and noted it told the truth; the address is another check's."""
    printer = next(node for node in list_addressed(PLAN) if node.name == "imprimante")
    other = in_force(PLAN).addresses["imprimante"]
    (address,) = other
    seen = InForce(in_force(PLAN).addresses | {"imprimante": frozenset({address + 1})})

    noted = changed(ADDRESSES, re.escape(f"| {address} |"), f"| {address + 1} |")
    assert judge("K-070", noted, seen=seen) == ""
    assert judge("K-070", papers_of(solution_texts(PLAN)), seen=seen) == ""
    wrong = changed(ADDRESSES, re.escape(f"| {address} |"), f"| {address + 2} |")
    assert judge("K-070", wrong, seen=seen) == (
        f"{printer.hostname} : noté {address + 2}, en service {address + 1}, demandé {address}"
    )


def test_an_address_by_dhcp_that_is_noted_is_the_one_in_force() -> None:
    desk = next(node for node in list_addressed(PLAN) if node.name == "poste")
    network = PLAN.network_of(desk.interfaces[0].segment)
    leased = network[100]
    seen = InForce(in_force(PLAN).addresses | {"poste": frozenset({leased})})
    row = rf"^(\| {desk.hostname} \| \w+ \|)  \|"

    assert judge("K-070", changed(ADDRESSES, row, rf"\1 {leased} |"), seen=seen) == ""
    assert "en service" in judge("K-070", changed(ADDRESSES, row, rf"\1 {leased + 1} |"), seen=seen)


@pytest.mark.parametrize(
    ("find", "put", "said"),
    [
        (r"\| etiquette \| .* \|", "| etiquette | ARU-B1-P1-99 |", "celle de"),
        (r"\| adresse ip \| .* \|", "| adresse ip | 10.0.0.1 |", "adresse : « 10.0.0.1 »"),
        (r"\| equipement \| .* \|", "| equipement | le poste |", "n'est le nom d'aucune machine"),
    ],
)
def test_a_sheet_that_lies_does_not_conform(find: str, put: str, said: str) -> None:
    assert said in judge("K-018", changed(SHEET, find, put))


@pytest.mark.parametrize(
    ("check", "find", "put", "said"),
    [
        ("K-108", r"\| Total HT \| .* \|", "| Total HT | 1 |", "total hors taxes"),
        ("K-108", r"\| Taxes \| .* \|", "| Taxes | 1 |", "taxes : attendu"),
        ("K-108", r"\| 1 \| (\d+) \|", r"| 2 | \1 |", "montant de"),
        ("K-108", r"\| 1 \| (\d+) \| (\d+) \|", r"| | \1 | \2 |", "quantité ou prix absent"),
        ("K-109", r"^\| POS-\d+ ", "| POS-999 ", "n'est pas au catalogue"),
        ("K-109", r"\| 1 \| \d+ \|", "| 1 | 5 |", "prix de"),
        ("K-110", r"(Total toutes .*\| )", r"\g<1>9", "le budget de"),
        ("K-111", r"\| Date \| .* \|", "| Date | |", "pas daté"),
        ("K-111", r"^Garantie et délai.*$", "", "« garantie » n'est pas rempli"),
    ],
)
def test_a_wrong_quote_does_not_conform(check: str, find: str, put: str, said: str) -> None:
    assert said in judge(check, changed(QUOTE, find, put))


def test_minutes_in_other_words() -> None:
    rows = [["Point", "Contrôlé"], *([lot.title, "oui"] for lot in PLAN.lots)]
    texts = "Décision : acceptée sans réserve", "Fait le 2026-03-03"

    assert judge("K-040", read_papers({MINUTES: write_docx(rows, *texts)})) == ""
    with pytest.raises(Undecided, match="tableau des points"):
        judge("K-040", read_papers({MINUTES: write_docx(*texts)}))


@pytest.mark.parametrize(
    ("pages", "length", "says"),
    [(2, 9000, ""), (3, 200, "est trop long : 3 pages"), (0, 2000, ""), (0, 20_000, "caractères")],
)
def test_the_length_of_a_guide(pages: int, length: int, says: str) -> None:
    paper = papers_of(solution_texts(PLAN)).read[GUIDE]
    long = replace(paper, pages=pages, rows=(("x" * length,),))

    assert says in judge("K-122", Papers({GUIDE: long}, {}))


def test_a_guide_that_does_not_tell_its_pages_is_for_a_person() -> None:
    paper = papers_of(solution_texts(PLAN)).read[GUIDE]
    with pytest.raises(Undecided, match="nombre de pages"):
        judge("K-122", Papers({GUIDE: replace(paper, pages=0, rows=(("x" * 5000,),))}, {}))


@pytest.mark.parametrize("check", CHECKS)
def test_a_document_that_cannot_be_read_is_for_a_person(check: str) -> None:
    names = (SHEET, MINUTES, ADDRESSES, QUOTE, GUIDE, "liste-machines.ods")
    troubles = dict.fromkeys(names, "le fichier est chiffré")
    with pytest.raises(Undecided, match="le fichier est chiffré"):
        judge(check, Papers({}, troubles))


def answers(trouble: Unobserved | None, output: bytes = b"{}") -> Iterator[Answer]:
    return (Answer(one, output, None, trouble, "", 0.0) for one in ask(PLAN))


def test_nothing_is_known_where_no_way_in_was_open() -> None:
    closed = Unobserved(Reason.UNREACHABLE, "aucune entrée")
    papers = parse(PLAN, tuple(answers(closed)))

    with pytest.raises(Undecided, match="aucune entrée"):
        judge("K-017", papers)
    with pytest.raises(NotAsked):  # whether one could look or not
        judge("K-070", papers, load_place("demo-ccp2", None).plan(1))


def test_a_document_in_trouble_is_one_among_others() -> None:
    late = Unobserved(Reason.TIMEOUT, "trop long à lire")
    assert set(parse(PLAN, tuple(answers(late))).troubles.values()) == {"trop long à lire"}
    assert parse(PLAN, tuple(answers(None))) == Papers({}, {})


def test_a_sheet_without_a_machine_is_not_judged_on_it() -> None:
    asked = PLAN.demand(Documents)
    pieces = [
        piece.model_copy(update={"fields": tuple(set(piece.fields) - {"equipement"})})
        for piece in asked.pieces
    ]
    plan = asking(PLAN, asked.model_copy(update={"pieces": tuple(pieces)}))
    with pytest.raises(NotAsked, match="ne nomme pas de machine"):  # handed in or not
        judge("K-018", Papers({}, {}), plan, in_force(PLAN))


def test_a_route_without_a_document_is_not_judged_on_it() -> None:
    plan = load_place("demo", None).plan(1, "ccp1")
    with pytest.raises(NotAsked):
        judge("K-070", papers_of(solution_texts(plan)), plan)
    assert judge("K-040", papers_of(solution_texts(plan)), plan) == ""
