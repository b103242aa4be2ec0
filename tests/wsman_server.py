"""A WS-Management service for tests: HTTP by hand, so that it can lie in every way.

``play_wsman`` plays one connection (see ``tests.attacks.hostile.serve``): it asks for a password,
then hands every request to ``reply``, which writes what it likes.
"""

import base64
import re
import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.attacks.hostile import Player

ACCOUNT, PASSWORD = "labctl-audit", "Secret-du-banc-0042"  # looked for
PAIR = base64.b64encode(f"{ACCOUNT}:{PASSWORD}".encode()).decode()
SOAP_TYPE = "application/soap+xml;charset=UTF-8"
_RELATES_TO = re.compile(rb"(RelatesTo[^>]*>)[^<]*(<)")
_ACTION = re.compile(rb"Action[^>]*>([^<]+)<")
_MESSAGE = re.compile(rb"MessageID[^>]*>([^<]+)<")


@dataclass(frozen=True)
class Request:
    """One POST."""

    head: str
    body: bytes

    @property
    def action(self) -> str:
        """Return the last part of the action, "" for an empty body."""
        found = _ACTION.search(self.body)
        return found[1].decode().rpartition("/")[2] if found else ""

    @property
    def message(self) -> bytes:
        """Return the identity of the message."""
        found = _MESSAGE.search(self.body)
        return found[1] if found else b""

    def header(self, name: str) -> str:
        """Return a header, "" when it is not there."""
        found = re.search(rf"^{name}:\s*(.*?)\s*$", self.head, re.MULTILINE | re.IGNORECASE)
        return found[1] if found else ""


Socket = socket.socket | ssl.SSLSocket
Reply = Callable[[Socket, Request], None]


def play_wsman(context: ssl.SSLContext | None, reply: Reply, heard: list[Request]) -> Player:
    """Return a player that wants the password, then hands every request to ``reply``."""

    def play(sock: Socket) -> None:
        while request := read_request(sock):
            heard.append(request)
            if request.header("Authorization") == f"Basic {PAIR}":
                reply(sock, request)
            else:
                sock.sendall(http(b"", 401, challenge='Basic realm="WSMAN"'))

    def player(sock: socket.socket) -> None:
        if context is None:
            play(sock)
            return
        with context.wrap_socket(sock, server_side=True) as tls:
            play(tls)

    return player


def read_request(sock: Socket) -> Request | None:
    """Return the next request of a connection, None at its end."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = sock.recv(65536)
        if not chunk:
            return None
        received += chunk
    head, _gap, body = received.partition(b"\r\n\r\n")
    size = re.search(rb"content-length:\s*(\d+)", head, re.IGNORECASE)
    while size and len(body) < int(size[1]):
        body += sock.recv(65536)
    return Request(head.decode("latin-1"), body)


def http(content: bytes, status: int = 200, kind: str = SOAP_TYPE, challenge: str = "") -> bytes:
    """Return an HTTP answer."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(content)}"]
    if challenge:
        lines.append(f"WWW-Authenticate: {challenge}")
    return "\r\n".join([*lines, "", ""]).encode() + content


def relate(recorded: bytes, request: Request) -> bytes:
    """Return a recorded answer as the answer to this request."""
    return _RELATES_TO.sub(rb"\g<1>" + request.message + rb"\g<2>", recorded)


def replay(pages: Iterable[bytes]) -> Reply:
    """Return a reply that gives recorded answers one after the other; faults with their status."""
    left = iter(pages)

    def reply(sock: Socket, request: Request) -> None:
        page = next(left)
        sock.sendall(http(relate(page, request), 500 if b":Fault>" in page else 200))

    return reply


def replay_by_action(pages: Sequence[bytes]) -> Reply:
    """Return a reply that gives the next recorded answer to the action asked, else an empty one."""
    left = list(pages)

    def reply(sock: Socket, request: Request) -> None:
        wanted = f"/{request.action}Response<".encode()
        fault = b"/fault<"
        page = next((one for one in left if wanted in one or fault in one), None)
        if page is None:
            page = envelope("", f"{request.action}Response")
        else:
            left.remove(page)
        sock.sendall(http(relate(page, request), 500 if b":Fault>" in page else 200))

    return reply


def envelope(body: str, action: str = "EnumerateResponse") -> bytes:
    """Return an envelope around a body, to be related to its request."""
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"'
        ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common"'
        ' xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/X">'
        f"<s:Header><a:Action>urn:x/{action}</a:Action><a:RelatesTo>x</a:RelatesTo></s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


RSP = 'xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"'
OPEN_SHELL = {
    "Create": envelope(
        '<x:ResourceCreated xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer">'
        "<a:ReferenceParameters><w:SelectorSet>"
        '<w:Selector Name="ShellId">S1</w:Selector></w:SelectorSet></a:ReferenceParameters>'
        "</x:ResourceCreated>",
        "CreateResponse",
    ),
    "Command": envelope(
        f"<rsp:CommandResponse {RSP}><rsp:CommandId>C1</rsp:CommandId></rsp:CommandResponse>"
    ),
}
"""What a shell answers when it is created and when a command starts in it."""


def page(*instances: str, more: str = "") -> bytes:
    """Return the first page of an enumeration; ``more`` is the context of the next."""
    return envelope(
        f"<n:EnumerateResponse><n:EnumerationContext>{more}</n:EnumerationContext>"
        f"<w:Items>{''.join(instances)}</w:Items>{'' if more else '<w:EndOfSequence/>'}"
        "</n:EnumerateResponse>"
    )


def next_page(*instances: str, more: str = "") -> bytes:
    """Return another page."""
    context = f"<n:EnumerationContext>{more}</n:EnumerationContext>" if more else ""
    return envelope(
        f"<n:PullResponse>{context}<n:Items>{''.join(instances)}</n:Items>"
        f"{'' if more else '<n:EndOfSequence/>'}</n:PullResponse>",
        "PullResponse",
    )


def fragment(**properties: str) -> str:
    """Return one projected instance; an empty text is nil."""
    inside = "".join(
        f"<{name}>{value}</{name}>" if value else f'<{name} xsi:nil="true"/>'
        for name, value in properties.items()
    )
    return f"<w:XmlFragment>{inside}</w:XmlFragment>"


def fault(code: int, subcode: str = "w:InternalError", text: str = "refus") -> bytes:
    """Return a fault as a Windows words it."""
    return envelope(
        f"<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{subcode}</s:Value>"
        f'</s:Subcode></s:Code><s:Reason><s:Text xml:lang="fr-FR">{text}</s:Text></s:Reason>'
        '<s:Detail><f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"'
        f' Code="{code}" Machine="x"><f:Message>{text}</f:Message></f:WSManFault></s:Detail>'
        "</s:Fault>",
        "fault",
    )
