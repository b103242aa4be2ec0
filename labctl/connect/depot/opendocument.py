"""How many headings, steps, pictures, filters… an OpenDocument file has (OASIS ODF 1.3, part 3).

A heading is one by its element, by its style, or by its looks; a step is an item of a list that
has numbers, or a heading that has one.
"""

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

_NAMES = {
    prefix: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("style", "style"),
        ("table", "table"),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
    )
}
_DRAFT = "ancestor::text:tracked-changes or ancestor::text:table-of-content"
"""What is deleted, and what a table of contents repeats."""
_PICTURE = "*[self::draw:frame[draw:image or draw:object] or self::draw:g]"
_UNCOMPUTED = "table:table-cell[@table:formula and not(@office:value-type)]"
"""A formula whose result is not kept."""
_LEVELS = "text:list-level-style-number|text:outline-level-style"
Numbered = dict[str, set[int]]


def count_in_text(package: Package) -> dict[str, int]:
    """Return the counts of a text."""
    content, styles = package.parse("content.xml"), package.parse("styles.xml")
    known = {**_read_styles(styles), **_read_styles(content)}
    lists = {**_read_lists(styles), **_read_lists(content)}
    lines = _find(content, f".//office:text//text:p[not({_DRAFT})]|.//text:h[not({_DRAFT})]")
    return {
        "headings": sum(_is_heading(line, known) for line in lines),
        "steps": sum(_is_step(line, known, lists) for line in lines),
        "images": len(_find(content, f".//office:text//{_PICTURE}")),
        "boxes": len(_find(content, ".//office:text//draw:text-box//text:p")),
        "contents": len(_find(content, ".//office:text//text:table-of-content")),
        "merge_fields": len(_find(content, ".//office:text//text:database-display")),
    }


def count_in_sheets(package: Package) -> dict[str, int]:
    """Return the counts of a workbook."""
    content = package.parse("content.xml")
    shown = "@table:display-filter-buttons='true' or .//table:filter"
    return {
        "filters": len(_find(content, f".//table:database-range[{shown}]")),
        "print_areas": len(_find(content, ".//table:table[string(@table:print-ranges)]")),
        "images": len(_find(content, f".//office:spreadsheet//{_PICTURE}")),
        "uncomputed": len(_find(content, f".//{_UNCOMPUTED}")),
    }


def _find(parent: etree._Element, path: str) -> list[etree._Element]:
    found: list[etree._Element] = parent.xpath(path, namespaces=_NAMES)
    return found


def _get(element: etree._Element, name: str) -> str:
    prefix, _colon, local = name.partition(":")
    return str(element.get(f"{{{_NAMES[prefix]}}}{local}", ""))


def _read_styles(root: etree._Element) -> Styles:
    return {_get(one, "style:name"): _read_style(one) for one in _find(root, ".//style:style")}


def _read_style(one: etree._Element) -> Style:
    listed = one.get(f"{{{_NAMES['style']}}}list-style-name")
    return Style(
        name=_get(one, "style:display-name") or _get(one, "style:name").replace("_20_", " "),
        parent=_get(one, "style:parent-style-name"),
        is_outlined=bool(_get(one, "style:default-outline-level")),
        is_apart=any(
            map(_is_apart, _find(one, "style:text-properties|style:paragraph-properties"))
        ),
        listed=listed,
    )


def _is_apart(looks: etree._Element) -> bool:
    """Tell whether properties set a line apart from the text around it."""
    return (
        _get(looks, "fo:font-weight") not in ("", "normal", "400")
        or _get(looks, "style:text-underline-style") not in ("", "none")
        or _is_large(_get(looks, "fo:font-size"))
        or _get(looks, "fo:color") not in ("", "#000000")
        or _get(looks, "fo:font-variant") == "small-caps"
        or _get(looks, "fo:text-transform") == "uppercase"
        or _get(looks, "fo:text-align") == "center"
        or _get(looks, "fo:background-color") not in ("", "transparent")
    )


def _is_large(size: str) -> bool:
    number, unit = size.rstrip("pt%"), size.lstrip("0123456789.")
    try:
        return float(number) > (100 if unit == "%" else BODY_PT)
    except ValueError:
        return False


def _read_lists(root: etree._Element) -> Numbered:
    """Return the levels of each list that have a number; the outline of headings is ``""``."""
    return {
        _get(one, "style:name") if one.tag.endswith("}list-style") else "": {
            int(_get(level, "text:level") or 1)
            for level in _find(one, _LEVELS)
            if _get(level, "style:num-format")
        }
        for one in _find(root, ".//text:list-style|.//text:outline-style")
    }


def _text(line: etree._Element) -> str:
    return "".join(line.itertext()).strip()


def _is_heading(line: etree._Element, known: Styles) -> bool:
    text = _text(line)
    if not text:
        return False
    if line.tag.endswith("}h"):
        return True
    chain = list_chain(known, _get(line, "text:style-name"))
    if is_heading_style(chain):
        return True
    is_apart = any(style.is_apart for style in chain) or _is_all_in(line, known, text)
    return is_heading_by_looks(text, is_apart=is_apart)


def _is_all_in(line: etree._Element, known: Styles, text: str) -> bool:
    """Tell whether all words of a line are in spans that set them apart."""
    spans = (
        span
        for span in line.iterchildren(f"{{{_NAMES['text']}}}span")
        if any(one.is_apart for one in list_chain(known, _get(span, "text:style-name")))
    )
    return "".join(map(_text, spans)).replace(" ", "") == text.replace(" ", "")


def _is_step(line: etree._Element, known: Styles, lists: Numbered) -> bool:
    if not _text(line):
        return False
    parent = line.getparent()
    if parent is None or not parent.tag.endswith("}list-item"):
        level = int(_get(line, "text:outline-level") or 1)
        chain = list_chain(known, _get(line, "text:style-name"))
        return level in lists.get("", set()) and any(style.is_outlined for style in chain)
    if next(parent.iterchildren(line.tag, f"{{{_NAMES['text']}}}h"), None) is not line:
        return False  # a further paragraph of the same item
    depth = len(_find(line, "ancestor::text:list"))
    return depth in lists.get(_find_list(line, known), set())


def _find_list(line: etree._Element, known: Styles) -> str:
    """Return the style of the list that a line is in: the nearest that says one."""
    item = line.getparent()
    override = _get(item, "text:style-override") if item is not None else ""
    named = [_get(one, "text:style-name") for one in reversed(_find(line, "ancestor::text:list"))]
    chain = list_chain(known, _get(line, "text:style-name"))
    return next(filter(None, (override, *named, *(style.listed for style in chain))), "-")
