"""A procedure, however an office program makes it: headings, steps, names, and no password."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from docx import Document as Docx
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from odfdo import Document as Odf
from odfdo import Element, Header, List, ListItem, Paragraph

from checks.documents.demand import Documents, find_piece
from checks.documents.facts.papers import Paper, Papers, spell
from labctl.core.expect import Undecided
from tests.checking import PLAN
from tests.papers import read_papers
from tests.unit.checks.test_documents import GUIDE, judge

CONTENTS = find_piece(PLAN.demand(Documents), PLAN, "guide").contents
assert CONTENTS
(NAME,) = CONTENTS.names
STEPS = ("Ouvrez les réglages", f"Choisissez « {NAME} »", "Tapez la clé remise à l'accueil")
LONG = "Ce document est pour les visiteurs qui n'ont jamais utilisé le Wi-Fi de la société. " * 2
Write = Callable[[Word], object]


def write(*parts: Write) -> Papers:
    """Return the procedure as Word writes it, read."""
    document, saved = Docx(), io.BytesIO()
    document.add_paragraph(LONG)
    for part in parts:
        part(document)
    document.save(saved)
    return read_papers({GUIDE: saved.getvalue()})


def title(document: Word) -> None:
    document.add_heading("Se connecter", 1)


def large_title(document: Word) -> None:
    document.add_paragraph().add_run("Se connecter").font.size = Pt(18)


def bold_title(document: Word) -> None:
    document.add_paragraph().add_run("Se connecter").bold = True


def centred_title(document: Word) -> None:
    document.add_paragraph("Se connecter").alignment = WD_ALIGN_PARAGRAPH.CENTER


def capital_title(document: Word) -> None:
    document.add_paragraph("SE CONNECTER")


def steps_of(style: str, form: str = "{text}") -> Write:
    def add(document: Word) -> None:
        for number, text in enumerate(STEPS, start=1):
            document.add_paragraph(form.format(number=number, text=text), style)

    return add


def steps_in_table(document: Word) -> None:
    rows = document.add_table(len(STEPS), 2).rows
    for number, (row, text) in enumerate(zip(rows, STEPS, strict=True), start=1):
        row.cells[0].text, row.cells[1].text = str(number), text


def steps_in_one_paragraph(document: Word) -> None:
    document.add_paragraph("\n".join(f"{at}. {text}" for at, text in enumerate(STEPS, 1)))


NUMBERED, PLAIN = steps_of("List Number"), steps_of("Normal")


@pytest.mark.parametrize(
    "make_title", [title, large_title, bold_title, centred_title, capital_title]
)
def test_a_title_by_its_style_or_by_its_looks_is_one(make_title: Write) -> None:
    assert judge("K-123", write(make_title, NUMBERED)) == ""


@pytest.mark.parametrize(
    "steps",
    [
        NUMBERED,
        steps_of("Normal", "Étape {number} : {text}"),
        steps_of("Normal", "ÉTAPE n° {number} {text}"),
        steps_of("Normal", "{number}. {text}"),
        steps_of("Normal", "{number}) {text}"),
        steps_of("Normal", "{number} - {text}"),
        steps_of("List Bullet", "Étape {number} : {text}"),
        steps_of("Heading 2", "Étape {number} : {text}"),
        steps_in_table,
        steps_in_one_paragraph,
    ],
)
def test_steps_are_numbered_by_the_program_or_by_hand(steps: Write) -> None:
    assert judge("K-123", write(title, steps)) == ""


def test_bullets_are_no_numbers_and_a_paragraph_is_no_title() -> None:
    assert judge("K-123", write(steps_of("List Bullet"))) == (
        "titres : 0, au moins 1 demandées ; étapes numérotées : 0, au moins 3 demandées"
    )


def write_odt(numbers: str) -> Papers:
    """Return the procedure as a text of LibreOffice, whose list has numbers or not."""
    document, saved = Odf("text"), io.BytesIO()
    document.body.clear()
    document.body.append(Paragraph(LONG))
    document.body.append(Header(1, "Se connecter"))
    steps = List(style="L1")
    for text in STEPS:
        item = ListItem()
        item.append(Paragraph(text))
        steps.append(item)
    document.body.append(steps)
    levels = f'<text:list-style style:name="L1">{numbers}</text:list-style>'
    styles = document.content.get_element("//office:automatic-styles")
    assert styles
    styles.append(Element.from_tag(levels))
    document.save(saved)
    return read_papers({GUIDE: saved.getvalue()})


def test_a_list_of_libreoffice_has_numbers_or_bullets() -> None:
    numbers = '<text:list-level-style-number text:level="1" style:num-format="1"/>'
    bullets = '<text:list-level-style-bullet text:level="1" text:bullet-char="•"/>'

    assert judge("K-123", write_odt(numbers)) == ""
    assert judge("K-123", write_odt(bullets)) == "étapes numérotées : 0, au moins 3 demandées"


def paper_of(*lines: str, **counts: int) -> Papers:
    """Return a document of those lines, as a PDF that tells those counts."""
    rows = tuple((line,) for line in (LONG, *lines))
    return Papers({GUIDE: Paper(GUIDE, "pdf", 1, rows, counts, spell(rows))}, {})


def test_what_a_pdf_does_not_carry_is_for_a_person() -> None:
    lines = [f"{number}. {text}" for number, text in enumerate(STEPS, start=1)]

    assert judge("K-123", paper_of(*lines, headings=1, images=0)) == ""
    with pytest.raises(Undecided, match=r"titres \(0\)$"):
        judge("K-123", paper_of(*lines, images=0))
    with pytest.raises(Undecided, match="étapes numérotées"):
        judge("K-123", paper_of(*STEPS, headings=1, images=0))


@pytest.mark.parametrize(
    ("said", "is_named"),
    [
        (NAME.replace("-", "\N{NON-BREAKING HYPHEN}"), True),
        (NAME.lower(), True),
        (f"{NAME}0", False),
        (NAME[:-1], False),
    ],
)
def test_the_name_is_the_right_one_however_it_is_typed(said: str, is_named: bool) -> None:
    wrong = "" if is_named else f"« {NAME} » n'est pas écrit"
    counts = {"headings": 1, "steps": 3, "images": 0}

    assert judge("K-123", paper_of(f"Le réseau est {said}.", **counts)) == wrong


def test_a_name_that_a_picture_may_show_is_for_a_person() -> None:
    with pytest.raises(Undecided, match="nommé"):
        judge("K-123", paper_of(headings=1, steps=3, images=1))


def test_a_password_is_what_evidence_hides_and_no_asterisk_of_the_candidate() -> None:
    lines = [*STEPS, "Clé : ***"]
    papers = paper_of(*lines, headings=1, steps=3, images=0)
    assert judge("K-123", papers) == ""

    paper = papers.read[GUIDE]
    hidden = Papers({GUIDE: replace(paper, text=f"{paper.text}\nClé : ***")}, {})
    assert judge("K-123", hidden) == f"{GUIDE} porte un mot de passe du sujet"
