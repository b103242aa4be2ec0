"""Envelopes: what is asked, and what is answered."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from labwindows import faults
from labwindows.values import clean

S = "http://www.w3.org/2003/05/soap-envelope"
A = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
W = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
N = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
T = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
RSP = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
ANONYMOUS = f"{A}/role/anonymous"
MAX_BYTES = 512 * 1024
MAX_DEPTH = 64
MAX_ELEMENTS = 20000
_DURATION = re.compile(r"P(?:\d+D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9:\-{}]{1,100}")
_LONGEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks."""

    action: str
    message_id: str
    resource: str
    selectors: Mapping[str, str]
    options: Mapping[str, str]
    timeout_s: float
    max_bytes: int
    body: Element | None


class _Guard:
    """Build a tree, refuse what an envelope never holds."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.depth = self.count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH or self.count > MAX_ELEMENTS:
            raise faults.not_understood("too many elements")
        self.builder.start(_braced(tag), {_braced(k): v for k, v in attributes.items()})

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.builder.end(_braced(tag))

    def refuse(self, *_declaration: object) -> None:
        raise faults.not_understood("a document type declaration is refused")


def _braced(name: str) -> str:
    return "{" + name if "}" in name else name


def parse_xml(content: bytes) -> Element:
    """Return the tree of a document without DTD; Fault when it is none."""
    guard = _Guard()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = guard.start
    parser.EndElementHandler = guard.end
    parser.CharacterDataHandler = guard.builder.data
    parser.StartDoctypeDeclHandler = guard.refuse
    try:
        parser.Parse(content, True)  # noqa: FBT003  # expat takes no keyword
        return guard.builder.close()
    except (expat.ExpatError, ValueError, LookupError) as exc:
        raise faults.not_understood(str(exc)) from exc


def parse(content: bytes) -> Request:
    """Return what an envelope asks; Fault when it is none."""
    envelope = parse_xml(content)
    header, body = envelope.find(f"{{{S}}}Header"), envelope.find(f"{{{S}}}Body")
    if envelope.tag != f"{{{S}}}Envelope" or header is None or body is None:
        raise faults.not_understood("not an envelope")
    asked = _text(header, f"{{{W}}}MaxEnvelopeSize")
    message_id = _text(header, f"{{{A}}}MessageID")
    return Request(
        action=_text(header, f"{{{A}}}Action"),
        message_id=message_id if _MESSAGE_ID.fullmatch(message_id) else "",
        resource=_text(header, f"{{{W}}}ResourceURI"),
        selectors=_named(header, f"{{{W}}}SelectorSet/{{{W}}}Selector"),
        options=_named(header, f"{{{W}}}OptionSet/{{{W}}}Option"),
        timeout_s=read_duration(_text(header, f"{{{W}}}OperationTimeout")),
        max_bytes=min(int(asked), MAX_BYTES) if asked.isdigit() else 153600,
        body=next(iter(body), None),
    )


def read_duration(text: str) -> float:
    """Return the seconds of an XML duration, a minute at most."""
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        return _LONGEST_S
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return min(hours * 3600.0 + minutes * 60 + seconds, _LONGEST_S)


def _text(parent: Element, path: str) -> str:
    return (parent.findtext(path) or "").strip()


def _named(parent: Element, path: str) -> dict[str, str]:
    return {one.get("Name", ""): one.text or "" for one in parent.findall(path)}


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def respond(request: Request, body: str, action: str = "") -> bytes:
    """Print an answer."""
    return _envelope(action or f"{request.action}Response", request.message_id, body)


def respond_fault(request: Request | None, fault: faults.Fault, machine: str) -> bytes:
    """Print a fault."""
    relates = request.message_id if request else ""
    return _envelope(f"{W.removesuffix('.xsd')}/fault", relates, fault.render(machine))


def identify(version: str, vendor: str) -> bytes:
    """Print the answer to Identify."""
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{S}"><s:Header/><s:Body><wsmid:IdentifyResponse '
        f'xmlns:wsmid="{IDENTITY}"><wsmid:ProtocolVersion>{W}</wsmid:ProtocolVersion>'
        f"<wsmid:ProductVendor>{clean(vendor)}</wsmid:ProductVendor><wsmid:ProductVersion>"
        f"{clean(version)}</wsmid:ProductVersion></wsmid:IdentifyResponse></s:Body></s:Envelope>"
    ).encode()


def _envelope(action: str, relates: str, body: str) -> bytes:
    related = f"<a:RelatesTo>{relates}</a:RelatesTo>" if relates else ""
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{S}" xmlns:a="{A}" xmlns:wsa="{A}" xmlns:x="{T}" '
        f'xmlns:n="{N}" xmlns:w="{W}" xmlns:rsp="{RSP}" '
        f'xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"><s:Header>'
        f"<a:Action>{clean(action)}</a:Action>"
        f"<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID><a:To>{ANONYMOUS}</a:To>"
        f"{related}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()
