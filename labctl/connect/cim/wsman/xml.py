"""Envelopes of WS-Management: bytes of a stranger → elements, or a named refusal.

The service speaks UTF-8 or UTF-16, says which, and sends no document type: anything else is refused
before a tree of it is made, so that entities, deep nests and swarms of elements cost nothing.
"""

import codecs
import re
from collections.abc import Sized
from xml.etree import ElementTree as ET
from xml.parsers import expat

from labctl.core.errors import ConnectError, OutputLimit
from labctl.core.i18n import _

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
MOST_PARTS = 45_000
"""Elements and attributes of an answer: a little more than fit in what a Windows may send.

Each takes hundreds of bytes, and answers may be read on several connections at once.
"""
MOST_DEPTH = 32
_CHARSETS = {"utf-8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", "utf-16": "utf-16"}
_DECLARED = re.compile(r"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BAD_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,10}));")
"""The number of a character; a Windows writes so even those that XML does not admit."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def parse_envelope(content: bytes, charset: str) -> ET.Element:
    """Return the envelope; ``charset`` is what the transport said, "" when it said nothing.

    Raises ConnectError for what is no envelope, OutputLimit for one that is too rich.
    """
    text = _BAD_REFERENCE.sub(_replace_bad, decode(content, charset))
    try:
        _inspect(text)
        root = ET.fromstring(text)  # noqa: S314  # inspected: no document type, no entity
    except (expat.ExpatError, ET.ParseError, ValueError) as exc:
        raise ConnectError(_("la réponse n’est pas du XML (%s)") % exc) from exc
    if root.tag != f"{{{SOAP}}}Envelope" or root.find(f"{{{SOAP}}}Body") is None:
        raise ConnectError(
            _("la réponse n’est pas une enveloppe SOAP (%s)") % local_name(root)[:60]
        )
    return root


def decode(content: bytes, charset: str) -> str:
    """Return the text; ConnectError unless all signs agree on the charset, and the bytes too."""
    marked = next((name for bom, name in _BOMS if content.startswith(bom)), "")
    stated = [name for name in (_known(charset), marked) if name]
    encoding = stated[0] if stated else _guess(content)
    try:
        text = content.decode(_exact(encoding, content))
    except UnicodeDecodeError as exc:
        raise _lie(encoding) from exc
    text = text.removeprefix("\ufeff")
    declared = _DECLARED.match(text[:200])
    stated += [_known(declared[1])] if declared else []
    if any(name != encoding for name in stated):
        raise _lie(" / ".join(dict.fromkeys(stated)))
    return text


def _replace_bad(match: re.Match[str]) -> str:
    """Return a reference as it is, U+FFFD for that of no character of XML."""
    code = int(match[1], 16) if match[1] else int(match[2])
    is_control = code < 0x20 and code not in (0x9, 0xA, 0xD)
    is_none = 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF) or code > 0x10FFFF
    return "\N{REPLACEMENT CHARACTER}" if is_control or is_none else match[0]


def body_of(envelope: ET.Element) -> ET.Element:
    """Return what the body of an envelope holds; ConnectError when it is empty."""
    body = envelope.find(f"{{{SOAP}}}Body")
    if body is None or not len(body):
        raise ConnectError(_("la réponse est vide"))
    return body[0]


def local_name(element: ET.Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def text_of(element: ET.Element | None) -> str:
    """Return the text of an element, trimmed; nothing for none."""
    return "" if element is None else (element.text or "").strip()


def _known(charset: str) -> str:
    """Return the one name of a charset that the service may use, "" when none was said."""
    name = charset.strip().strip("\"'").lower()
    name = "utf-16" if name.startswith(("utf-16", "utf16")) else name
    if name in {"", "utf8"}:
        return "utf-8" if name else ""
    if name not in _CHARSETS:
        raise ConnectError(_("jeu de caractères inattendu : %s") % name[:40])
    return _CHARSETS[name]


def _guess(content: bytes) -> str:
    return "utf-16" if b"\0" in content[:4] else "utf-8"


def _exact(encoding: str, content: bytes) -> str:
    """Return the codec: UTF-16 without a mark is in the order its first « < » shows."""
    if encoding == "utf-16" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
    return encoding


def _lie(charset: str) -> ConnectError:
    return ConnectError(_("la réponse n’est pas dans le jeu de caractères annoncé (%s)") % charset)


def _inspect(text: str) -> None:
    """Refuse document types and swarms, before anything is built."""
    depth = count = 0

    def start(_name: str, attributes: Sized) -> None:
        nonlocal depth, count
        depth += 1
        count += 1 + len(attributes)
        if depth > MOST_DEPTH or count > MOST_PARTS:
            raise OutputLimit(_("réponse trop riche : plus d’éléments que permis"))

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_arguments: object) -> None:
        raise ConnectError(_("la réponse déclare un type de document ou une entité"))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.Parse(text, True)  # noqa: FBT003  # the library takes it by position only
