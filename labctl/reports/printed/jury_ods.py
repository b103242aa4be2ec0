"""The grid of a jury as an ODS workbook: decisions are chosen from a list, and are empty."""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

from odfdo import Cell, Document, Element, Row, Table

from labctl.core.i18n import _, mark
from labctl.core.store import write_bytes
from labctl.core.untrusted import inert
from labctl.grade.jury import JuryCandidate, JuryCompetency, JuryCriterion, JuryGrid
from labctl.reports.incident_rows import list_details, name_incident, say_incident
from labctl.reports.jury_rows import say_fact, say_heads, say_remarks, say_unread

DECISIONS = (mark("Acquise"), mark("Non acquise"))
MOST = 1500
"""Characters of a cell."""
_LIST = "decision"
_PAGE = {
    "style:print-orientation": "landscape",
    "fo:page-width": "29.7cm",
    "fo:page-height": "21cm",
    "fo:margin": "1cm",
    "style:scale-to-X": "1",
    "style:scale-to-Y": "0",
}
_WIDTHS = {"narrow": "2.2cm", "choices": "2.6cm", "middle": "4.5cm", "wide": "9cm", "facts": "14cm"}
_CELLS = {
    "text": '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/>',
    "head": (
        '<style:table-cell-properties fo:background-color="#0b4f6c" fo:wrap-option="wrap"/>'
        '<style:text-properties fo:font-weight="bold" fo:color="#ffffff"/>'
    ),
    "title": (
        '<style:table-cell-properties fo:wrap-option="no-wrap"/>'
        '<style:text-properties fo:font-weight="bold"/>'
    ),
    "line": '<style:table-cell-properties fo:wrap-option="no-wrap"/>',
    "part": (
        '<style:table-cell-properties fo:background-color="#e9eef3" fo:wrap-option="wrap"/>'
        '<style:text-properties fo:font-weight="bold"/>'
    ),
    "choice": (
        '<style:table-cell-properties fo:background-color="#fff7dd" fo:wrap-option="wrap"'
        ' fo:border="0.5pt solid #7a5600"/>'
    ),
}


def write_ods(grid: JuryGrid, path: Path) -> None:
    """Write the workbook: an overview, then one sheet per candidate."""
    document = Document("spreadsheet")
    body = document.body
    body.clear()
    for style in _styles():
        document.insert_style(Element.from_tag(style), automatic=True)  # type: ignore[arg-type]
    _set_up_page(document)
    body.append(Element.from_tag(_validations()))
    body.append(_overview(grid))
    for candidate in grid.candidates:
        body.append(_sheet(grid, candidate))
    packed = BytesIO()
    document.save(packed)
    write_bytes(path, packed.getvalue())


def _set_up_page(document: Document) -> None:
    """Print across, each sheet as wide as a page."""
    for layout in document.get_styles("page-layout"):
        for properties in layout.get_elements("style:page-layout-properties"):
            for name, value in _PAGE.items():
                properties.set_attribute(name, value)


def _styles() -> Iterator[str]:
    for name, width in _WIDTHS.items():
        yield (
            f'<style:style style:name="{name}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{width}"/></style:style>'
        )
    for name, properties in _CELLS.items():
        yield (
            f'<style:style style:name="{name}" style:family="table-cell">{properties}</style:style>'
        )


def _validations() -> str:
    """Return the list that a decision is chosen from; what is typed besides is refused."""
    words = ";".join("&quot;" + _(word) + "&quot;" for word in DECISIONS)
    return (
        "<table:content-validations>"
        f'<table:content-validation table:name="{_LIST}"'
        f' table:condition="of:cell-content-is-in-list({words})" table:allow-empty-cell="true"'
        ' table:display-list="unsorted"><table:error-message table:display="true"'
        ' table:message-type="stop"/></table:content-validation></table:content-validations>'
    )


def _overview(grid: JuryGrid) -> Table:
    numbers = grid.competencies
    head = (_("banc"), _("candidat"), _("parcours"), _("jury"), *map(str, numbers))
    table = _table(
        _("Synthèse"), ("narrow", "middle", "narrow", "narrow", *["choices"] * len(numbers))
    )
    table.append_row(_row([_text(f"{grid.exam} – {grid.title} – {grid.day}", "title")]))
    table.append_row(_row([_text(_say_rule(), "line")]))
    table.append_row(_row([_text(word, "head") for word in head]))
    for one in grid.candidates:
        known = {c.number for activity in one.activities for c in activity.competencies}
        who = one.examined
        cells = [_text(word) for word in (f"{who.bench:02d}", who.name, who.route, who.jury)]
        table.append_row(
            _row([*cells, *(_choice() if n in known else _text("–") for n in numbers)])
        )
    return table


def _sheet(grid: JuryGrid, candidate: JuryCandidate) -> Table:
    who = candidate.examined
    name = _("Banc %(bench)02d") % {"bench": who.bench}
    table = _table(name, ("narrow", "wide", "facts", "middle", "wide"))
    table.append_row(_row([_text(f"{name} – {who.name} – {candidate.route_title}", "title")]))
    table.append_row(_row([_text(_say_rule(), "line")]))
    for what, lines in (
        (_("À savoir"), say_remarks(candidate)),
        (_("Empreintes"), say_heads(grid, candidate)),
    ):
        if said := "\n".join(lines):
            table.append_row(_row([_text(word) for word in ("", what, said)]))
    for one in who.incidents:
        words = ("", name_incident(one), "\n".join(list_details(one)))
        table.append_row(_row([_text(word) for word in words]))
    head = (_("critère"), _("libellé"), _("constats"), _("décision du jury"), _("observations"))
    table.append_row(_row([_text(word, "head") for word in head]))
    for activity in candidate.activities:
        table.append_row(_row([_text(str(activity.number), "part"), _text(activity.title, "part")]))
        for competency in activity.competencies:
            for row in _rows(competency):
                table.append_row(row)
    return table


def _rows(competency: JuryCompetency) -> Iterator[Row]:
    modalities = ", ".join(competency.modalities)
    yield _row(
        [
            _text(str(competency.number), "part"),
            _text(competency.title, "part"),
            _text(_("modalités : %(names)s") % {"names": modalities}, "part"),
            _choice(),
            _text("", "choice"),
        ]
    )
    for criterion in competency.criteria:
        yield _row(
            [
                _text(criterion.id),
                _text(criterion.wording),
                _text("\n".join(_lines(criterion))),
                _text(""),
                _text("", "choice"),
            ]
        )


def _lines(criterion: JuryCriterion) -> Iterable[str]:
    if not criterion.facts and not criterion.unread and not criterion.incidents:
        yield _("observé par le jury seul")
    yield from map(say_fact, criterion.facts)
    yield from map(say_incident, criterion.incidents)
    yield from map(say_unread, criterion.unread)


def _say_rule() -> str:
    return _("Les constats sont produits par un outil. Le jury apprécie et décide seul.")


def _table(name: str, widths: Sequence[str]) -> Table:
    table = Table(name)
    columns = [
        Element.from_tag(f'<table:table-column table:style-name="{width}"/>') for width in widths
    ]
    for column in columns:
        table.append(column)
    return table


def _row(cells: Iterable[Cell]) -> Row:
    row = Row()
    for cell in cells:
        row.append_cell(cell, clone=False)
    return row


def _text(text: str, style: str = "text") -> Cell:
    """Return a cell of text: never a formula, whatever it begins with."""
    shown = inert(text, MOST)
    return Cell(shown, text=shown, cell_type="string", style=style) if shown else Cell(style=style)


def _choice() -> Cell:
    """Return an empty cell in which a decision is chosen."""
    cell = Cell(style="choice")
    cell.set_attribute("table:content-validation-name", _LIST)
    return cell
