"""What Word shows of a text that is inside other elements, which python-docx passes over."""

from lxml import etree

_NAMES = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
_HIDDEN = etree.XPath(
    ".//w:tr[w:trPr/w:del]"  # a row that was deleted while changes are tracked
    "|.//w:sdt[w:sdtPr/w:showingPlcHdr]//w:r"  # what a control says until somebody writes in it
    "|.//w:sdt[w:sdtPr/w:docPartObj/w:docPartGallery/@w:val='Table of Contents']",
    namespaces=_NAMES,
)
"""What nobody wrote, is gone, or repeats the headings."""
_WRAPPERS = etree.XPath(
    ".//w:ins|.//w:moveTo|.//w:sdt|.//w:sdtContent|.//w:fldSimple|.//w:smartTag|.//w:customXml",
    namespaces=_NAMES,
)
"""Text inserted or moved while changes are tracked (ECMA-376, part 1, 17.13.5), content controls,
of which a check box is one (17.5.2), fields (17.16.19), and tags of a meaning (17.5.1)."""


def unwrap(body: etree._Element) -> None:
    """Put what such elements hold in their place, in a body that only python-docx reads further."""
    for element in _HIDDEN(body):
        element.getparent().remove(element)
    for element in _WRAPPERS(body):
        parent = element.getparent()
        position = parent.index(element)
        parent[position : position + 1] = list(element)
