"""How many headings, steps, pictures, filters… an Office Open XML file has (ECMA-376, part 1).

A heading is one by its style, its outline level or its looks; a step is a paragraph that has a
number, by itself or by its style.
"""

from collections.abc import Iterator

from lxml import etree

from labctl.connect.depot.looks import (
    BODY_PT,
    Style,
    Styles,
    is_heading_by_looks,
    is_heading_style,
    list_chain,
)
from labctl.connect.depot.package import Package

_OFFICE = "http://schemas.openxmlformats.org"
_NAMES = {
    "w": f"{_OFFICE}/wordprocessingml/2006/main",
    "s": f"{_OFFICE}/spreadsheetml/2006/main",
    "xdr": f"{_OFFICE}/drawingml/2006/spreadsheetDrawing",
    "mc": f"{_OFFICE}/markup-compatibility/2006",
    "v": "urn:schemas-microsoft-com:vml",
}
_TWICE = "not(ancestor::mc:Fallback)"
"""What an older program would show in place of something else is not there a second time."""
_DRAWN = f"{_TWICE} and not(.//w:txbxContent)"
_UNCOMPUTED = "/s:worksheet//s:c[s:f and not(string(s:v)) and not(@t='str')]"
"""A formula whose result is not kept; an empty text is one."""
_NO = ("0", "false", "off")
_TEXT_LEVELS = 9
_UNNUMBERED = ("bullet", "none")
Numbered = dict[tuple[str, int], bool]


def count_in_text(package: Package) -> dict[str, int]:
    """Return the counts of a text."""
    document = package.parse("word/document.xml")
    known = _read_styles(package.parse("word/styles.xml"))
    numbered = _read_numbers(package.parse("word/numbering.xml"))
    lines = _find(document, f".//w:body//w:p[{_TWICE}]")
    fields = _list_fields(document)
    return {
        "headings": sum(_is_heading(line, known) for line in lines),
        "steps": sum(_is_step(line, known, numbered) for line in lines),
        "images": len(_find(document, f".//w:drawing[{_DRAWN}]|.//v:imagedata[{_TWICE}]")),
        "boxes": len(_find(document, ".//w:txbxContent//w:p")),
        "contents": fields.count("TOC"),
        "merge_fields": fields.count("MERGEFIELD"),
    }


def count_in_sheets(package: Package) -> dict[str, int]:
    """Return the counts of a workbook."""
    parts = [package.parse(name) for name in package.members if name.endswith(".xml")]
    names = [
        _get(one, "name") for one in _find(package.parse("xl/workbook.xml"), "//s:definedName")
    ]
    return {
        "filters": sum(
            len(_find(part, "/s:worksheet/s:autoFilter|/s:table/s:autoFilter")) for part in parts
        ),
        "print_areas": names.count("_xlnm.Print_Area"),
        "uncomputed": sum(len(_find(part, _UNCOMPUTED)) for part in parts),
        "images": sum(len(_find(part, "/xdr:wsDr//xdr:pic")) for part in parts),
    }


def _find(parent: etree._Element, path: str) -> list[etree._Element]:
    found: list[etree._Element] = parent.xpath(path, namespaces=_NAMES)
    return found


def _get(element: etree._Element, name: str) -> str:
    """Return an attribute of Word, whose attributes are in its namespace, or of a workbook."""
    return str(element.get(f"{{{_NAMES['w']}}}{name}") or element.get(name, ""))


def _value(parent: etree._Element, path: str) -> str | None:
    """Return the value of the first element of a path, None where there is none."""
    found = _find(parent, path)
    return _get(found[0], "val") if found else None


def _list_fields(document: etree._Element) -> list[str]:
    """Return what each field does, in capitals: TOC, MERGEFIELD… (part 1, 17.16)."""
    simple = [_get(one, "instr") for one in _find(document, ".//w:fldSimple")]
    written = ["".join(one.itertext()) for one in _find(document, ".//w:instrText")]
    return [text.split()[0].upper() for text in (*simple, *written) if text.strip()]


def _read_styles(root: etree._Element) -> Styles:
    return {_get(one, "styleId"): _read_style(one) for one in _find(root, ".//w:style")}


def _read_style(one: etree._Element) -> Style:
    return Style(
        name=_value(one, "w:name") or "",
        parent=_value(one, "w:basedOn") or "",
        is_outlined=_is_outlined(one),
        is_apart=_is_apart(one),
        listed=_value(one, "w:pPr/w:numPr/w:numId"),
        level=int(_value(one, "w:pPr/w:numPr/w:ilvl") or 0),
    )


def _is_outlined(parent: etree._Element) -> bool:
    level = _value(parent, "w:pPr/w:outlineLvl")
    return level is not None and int(level) < _TEXT_LEVELS


def _is_apart(parent: etree._Element) -> bool:
    """Tell whether properties set a line apart from the text around it."""
    on = [_value(parent, f"w:rPr/w:{name}") for name in ("b", "caps", "smallCaps")]
    said = [_value(parent, path) or "" for path in ("w:rPr/w:u", "w:rPr/w:color", "w:rPr/w:sz")]
    underline, colour, half_points = said
    return (
        any(one is not None and one not in _NO for one in on)
        or underline not in ("", "none")
        or colour not in ("", "auto", "000000")
        or float(half_points or 0) / 2 > BODY_PT
        or bool(_find(parent, "w:rPr/w:highlight|w:rPr/w:shd|w:pPr/w:shd"))
        or _value(parent, "w:pPr/w:jc") == "center"
    )


def _text(line: etree._Element) -> str:
    return "".join("".join(one.itertext()) for one in _find(line, ".//w:t")).strip()


def _is_heading(line: etree._Element, known: Styles) -> bool:
    text = _text(line)
    if not text:
        return False
    chain = list_chain(known, _value(line, "w:pPr/w:pStyle") or "")
    if is_heading_style(chain) or _is_outlined(line):
        return True
    runs = [run for run in _find(line, ".//w:r[w:t]") if _text(run)]
    is_apart = (
        any(style.is_apart for style in chain)
        or _value(line, "w:pPr/w:jc") == "center"
        or bool(_find(line, "w:pPr/w:shd"))
        or all(_is_run_apart(run, known) for run in runs)
    )
    return is_heading_by_looks(text, is_apart=is_apart)


def _is_run_apart(run: etree._Element, known: Styles) -> bool:
    chain = list_chain(known, _value(run, "w:rPr/w:rStyle") or "")
    return _is_apart(run) or any(style.is_apart for style in chain)


def _is_step(line: etree._Element, known: Styles, numbered: Numbered) -> bool:
    if not _text(line):
        return False
    chain = list_chain(known, _value(line, "w:pPr/w:pStyle") or "")
    by_style = next((style for style in chain if style.listed is not None), None)
    own = _value(line, "w:pPr/w:numPr/w:numId")
    listed = own if own is not None else (by_style.listed or "") if by_style else ""
    level = _value(line, "w:pPr/w:numPr/w:ilvl")
    return numbered.get((listed, int(level or (by_style.level if by_style else 0))), False)


def _read_numbers(root: etree._Element) -> Numbered:
    """Return the levels of each list, and whether they have a number."""
    shapes = {_get(one, "abstractNumId"): one for one in _find(root, ".//w:abstractNum")}
    linked = {_value(one, "w:styleLink"): one for one in shapes.values()}
    found: Numbered = {}
    for number in _find(root, ".//w:num"):
        shape = shapes.get(_value(number, "w:abstractNumId") or "")
        if shape is not None:
            shape = linked.get(_value(shape, "w:numStyleLink") or "-", shape)
        for part in (shape, number):
            found |= {
                (_get(number, "numId"), level): is_numbered
                for level, is_numbered in (_list_levels(part) if part is not None else ())
            }
    return found


def _list_levels(part: etree._Element) -> Iterator[tuple[int, bool]]:
    for level in _find(part, "w:lvl|w:lvlOverride/w:lvl"):
        yield int(_get(level, "ilvl") or 0), _value(level, "w:numFmt") not in _UNNUMBERED
