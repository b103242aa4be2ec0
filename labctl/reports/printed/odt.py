"""A document as an editable text (OpenDocument): the words of the paper, always the same bytes."""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from odfdo import Cell as OdfCell
from odfdo import (
    Document,
    DrawImage,
    Element,
    Frame,
    Header,
    HeaderRows,
    LineBreak,
    List,
    ListItem,
    Paragraph,
    Row,
    Span,
    Style,
    Table,
    create_table_cell_style,
)

from labctl.reports.printed.blocks import Block, Grid, Heading, Listing, Picture, Run, Words
from labctl.reports.printed.document import Centre, Page

_STYLES = {
    "strong": "labctl-strong",
    "emphasis": "labctl-emphasis",
    "code": "labctl-code",
    "command": "labctl-code",
}
_CELL, _HEAD = "labctl-cell", "labctl-head"
_DOTS_PER_CM = 6
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""What a ZIP says of the time of its parts: the oldest there is (APPNOTE, 4.4.6)."""
_GENERATOR = "labctl"


def write_odt(page: Page, centre: Centre) -> bytes:
    """Return a document as ODT."""
    document = Document("text")
    _add_styles(document)
    body = document.body
    body.clear()
    for line in (centre.name, *centre.address):
        body.append(Paragraph(line))
    body.append(Header(1, page.title))
    body.append(Paragraph(" · ".join(filter(None, (page.over, page.under)))))
    if page.facts:
        rows = [
            ((Run(label, "strong"),), words or (Run("8", "line"),)) for label, words in page.facts
        ]
        body.append(_table(Grid((), tuple(rows), (0, 1))))
    for rank, block in enumerate(page.blocks):
        for element in _build(document, page, block, rank):
            body.append(element)
    body.append(Paragraph(" · ".join(filter(None, (page.mark, page.note)))))
    date_document(document, page)
    return pack_document(document)


def _add_styles(document: Document) -> None:
    document.insert_style(Style("text", name=_STYLES["strong"], bold=True))
    document.insert_style(Style("text", name=_STYLES["emphasis"], italic=True))
    code = Style("text", name=_STYLES["code"])
    code.set_properties({"style:font-name": "DejaVu Sans Mono", "fo:font-size": "90%"}, area="text")
    document.insert_style(code)
    line = "0.5pt solid #b8c1cc"
    for name, colour in ((_CELL, None), (_HEAD, "#eef2f6")):
        style = create_table_cell_style(border=line, padding="0.08cm", background_color=colour)
        style.name = name
        document.insert_style(style, automatic=True)


def _build(document: Document, page: Page, block: Block, rank: int) -> Iterator[Element]:
    if isinstance(block, Heading):
        yield _fill(Header(block.level + 1), block.words)
    elif isinstance(block, Listing):
        yield _list(block)
    elif isinstance(block, Grid):
        yield _table(block, f"Tableau {rank}")
        yield Paragraph("")
    elif isinstance(block, Picture):
        yield _picture(document, page, block)
    else:
        yield _fill(Paragraph(), block.words)


def _fill(element: Element, words: Sequence[Run]) -> Element:
    for run in words:
        if run.style == "space":
            continue
        text = "." * (int(run.text) * _DOTS_PER_CM) if run.style == "line" else run.text
        is_apart = run.style == "command"
        if is_apart:
            element.append(LineBreak())
        element.append(Span(text, style=_STYLES.get(run.style)))
        if is_apart and run is not words[-1]:
            element.append(LineBreak())
    return element


def _list(block: Listing) -> Element:
    found = List()
    for words in block.items:
        item = ListItem()
        item.append(_fill(Paragraph(), words))
        found.append(item)
    return found


def _table(block: Grid, name: str = "Tableau") -> Element:
    table = Table(name)
    if block.columns:
        head = HeaderRows()
        head.append(
            _row(
                [(Run("".join(run.text for run in one), "strong"),) for one in block.columns], _HEAD
            )
        )
        table.append(head)
    for row in block.rows:
        table.append(_row(row, _CELL))
    return table


def _row(cells: Sequence[Words], style: str) -> Element:
    row = Row()
    for words in cells:
        cell = OdfCell(style=style)
        cell.append(_fill(Paragraph(), words))
        for _line in range(sum(int(run.text) for run in words if run.style == "space") * 2):
            cell.append(Paragraph(""))
        row.append(cell)
    return row


def _picture(document: Document, page: Page, block: Picture) -> Element:
    image = io.BytesIO(page.pictures[block.name].encode())
    image.name = f"{block.name}.svg"
    frame = Frame.image_frame(
        DrawImage(document.add_file(image)), size=("17cm", "11cm"), anchor_type="as-char"
    )
    words = Element.from_tag("svg:desc")
    words.text = "".join(run.text for run in block.words)
    frame.append(words)
    paragraph = Paragraph()
    paragraph.append(frame)
    return paragraph


def date_document(document: Document, page: Page) -> None:
    """Have a document say what it is, and nothing of when it was made."""
    moment = datetime(page.day.year, page.day.month, page.day.day, tzinfo=UTC)
    meta = document.meta
    meta.title = page.title
    meta.creation_date = moment
    meta.date = moment
    meta.language = "fr-FR"
    meta.generator = _GENERATOR


def pack_document(document: Document) -> bytes:
    """Return the parts of a document as odfdo packs them, at a time that is always the same."""
    packed = io.BytesIO()
    document.save(packed)
    return repack(packed, lambda content: content)


def repack(packed: io.BytesIO, change: Callable[[bytes], bytes]) -> bytes:
    """Return a ZIP with its parts in order, changed, at a time that is always the same."""
    again = io.BytesIO()
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(again, "w") as target:
        for name in sorted(source.namelist(), key=lambda each: (each != "mimetype", each)):
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            target.writestr(zipfile.ZipInfo(name, _EPOCH), change(source.read(name)), how)
    return again.getvalue()
