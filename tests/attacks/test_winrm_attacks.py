"""A hostile Windows: each case declares what labctl must answer."""

import base64
import gzip
import json
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.collect.visit import Visit
from labctl.connect.base import Question
from labctl.connect.cim.winrm import open_winrm
from labctl.core.deadline import Deadline
from tests.attacks.certificates import NAME, Authority, make_authority
from tests.attacks.hostile import (
    DEADLINE_S,
    Cost,
    Judge,
    Player,
    drip,
    flood,
    leave,
    measure,
    patience_of,
    say,
    serve,
    silence,
)
from tests.winrm_visit import ask_cim, ask_class, endpoint_of
from tests.wsman_server import (
    PASSWORD,
    SOAP_TYPE,
    Reply,
    Request,
    Socket,
    envelope,
    fault,
    fragment,
    http,
    next_page,
    page,
    play_wsman,
    relate,
)

SERVICES = ask_class("Win32_Service", "Name", "ProcessId")
GOOD = page(fragment(Name="a", ProcessId="1"))
LONG = 100 << 20


def visit(
    authority: Authority,
    port: int,
    folder: Path,
    *questions: Question,
    within_s: float = DEADLINE_S,
    declared: str = "",
) -> Cost:
    one = Visit(endpoint_of(port, folder, trust=authority.path), open_winrm)
    deadline = Deadline.after(within_s, patience=patience_of([declared]))
    cost = measure(lambda: one.ask(questions or (SERVICES, SERVICES), deadline))
    one.close()
    return cost


RAW: dict[str, tuple[Player, str]] = {
    "says nothing": (silence, "timeout"),
    "leaves at once": (leave, "protocol"),
    "speaks HTTP in clear": (say(http(GOOD)), "protocol"),
    "floods the handshake": (flood(b"\x16\x03\x03\x40\x00" + b"\0" * 16384), "output_limit"),
    "drips the handshake": (drip(b"\x16\x03\x03\x40\x00\x02" + b"\0" * 4000), "timeout"),
}


@pytest.mark.parametrize(("player", "reason"), RAW.values(), ids=RAW)
def test_a_peer_that_speaks_no_tls(
    judge: Judge, authority: Authority, tmp_path: Path, player: Player, reason: str
) -> None:
    with serve(player) as hostile:
        judge(visit(authority, hostile.port, tmp_path, declared=reason), reason, reason)


def related(content: bytes, status: int = 200, kind: str = SOAP_TYPE) -> Reply:
    """Reply to every request with the same content, related to it."""
    return lambda sock, request: sock.sendall(http(relate(content, request), status, kind))


def raw(content: bytes) -> Reply:
    """Reply with these bytes whatever is asked."""
    return lambda sock, _request: sock.sendall(content)


def wait(_sock: Socket, _request: Request) -> None:
    threading.Event().wait(6)


def endless_pages(sock: Socket, request: Request) -> None:
    said = next_page if request.action == "Pull" else page
    content = said(*[fragment(Name="a", ProcessId="1")] * 1000, more="encore")
    sock.sendall(http(relate(content, request)))


def endless_empty_pages(sock: Socket, request: Request) -> None:
    said = next_page(more="encore") if request.action == "Pull" else page(more="encore")
    sock.sendall(http(relate(said, request)))


def fat_pages(sock: Socket, request: Request) -> None:
    said = next_page if request.action == "Pull" else page
    content = said(fragment(Name="a" * 1_000_000, ProcessId="1"), more="encore")
    sock.sendall(http(relate(content, request)))


def huge(sock: Socket, _request: Request) -> None:
    sock.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {LONG}\r\n\r\n".encode())
    for _block in range(LONG >> 16):
        sock.sendall(b"<a/>" * 16384)


def huge_chunks(sock: Socket, _request: Request) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _block in range(LONG >> 16):
        sock.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def endless_body(sock: Socket, _request: Request) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while True:
        sock.sendall(b"x" * 65536)


def endless_headers(sock: Socket, _request: Request) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        sock.sendall(b"X-A: " + b"x" * 60000 + b"\r\n")


def endless_continue(sock: Socket, _request: Request) -> None:
    while True:
        sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


def drip_body(sock: Socket, _request: Request) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    pause = threading.Event()
    for _byte in range(1000):
        sock.sendall(b"<")
        pause.wait(0.02)


def cut_in_the_middle(sock: Socket, request: Request) -> None:
    sock.sendall(http(relate(GOOD, request))[:-200])
    sock.shutdown(socket.SHUT_RDWR)


def other_message(sock: Socket, _request: Request) -> None:
    sock.sendall(http(GOOD))


def bare_body(sock: Socket, request: Request) -> None:
    """Answer as HTTP 0.9 did."""
    sock.sendall(relate(GOOD, request))
    sock.shutdown(socket.SHUT_RDWR)


def many_headers(sock: Socket, request: Request) -> None:
    headers = b"".join(b"X-%d: y\r\n" % at for at in range(200))
    sock.sendall(http(relate(GOOD, request)).replace(b"X\r\n", b"X\r\n" + headers, 1))


def slow_headers(sock: Socket, _request: Request) -> None:
    drip(b"HTTP/1.1 200 OK\r\nX-A: " + b"y" * 10_000)(sock)


def endless_trailers(sock: Socket, request: Request) -> None:
    content = relate(GOOD, request)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    sock.sendall(head + b"%x\r\n%b\r\n0\r\n" % (len(content), content))
    while True:
        sock.sendall(b"X-A: b\r\n" * 500)


def endless_extension(sock: Socket, _request: Request) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;")
    while True:
        sock.sendall(b"x" * 10_000)


def answers_ahead(sock: Socket, request: Request) -> None:
    """Answer, and send answers to questions that were not asked yet."""
    sock.sendall(http(relate(GOOD, request)) + http(GOOD) * 3)


def goodbye_each_time(sock: Socket, request: Request) -> None:
    head = b"X\r\nConnection: close\r\n"
    sock.sendall(http(relate(GOOD, request)).replace(b"X\r\n", head, 1))
    sock.shutdown(socket.SHUT_RDWR)


def late_for_ever(sock: Socket, request: Request) -> None:
    sock.sendall(http(relate(fault(0x80338029, "w:TimedOut"), request), 500))


def with_type(inside: bytes) -> bytes:
    """Return an answer with a document type before it."""
    return b"<!DOCTYPE x [" + inside + b"]>" + GOOD.replace(b"<Name>a<", b"<Name>&z;<")


LAUGHS = b'<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(25)
)
CASES: dict[str, tuple[Reply, str]] = {
    "bomb of entities": (related(with_type(LAUGHS)), "protocol"),
    "file by entity": (related(with_type(b'<!ENTITY z SYSTEM "file:///etc/passwd">')), "protocol"),
    "document type elsewhere": (
        related(b'<!DOCTYPE s:Envelope SYSTEM "http://127.0.0.1/x.dtd">' + GOOD), "protocol"),
    "parameter entity": (related(with_type(b'<!ENTITY % z "y"> %z;')), "protocol"),
    "endless pages": (endless_pages, "output_limit"),
    "fat pages": (fat_pages, "output_limit"),
    "endless empty pages": (endless_empty_pages, "output_limit"),
    "neither next page nor end": (
        related(envelope("<n:EnumerateResponse><w:Items/></n:EnumerateResponse>")), "protocol"),
    "word for a number": (related(page(fragment(Name="a", ProcessId="douze"))), "protocol"),
    "number too long": (related(page(fragment(Name="a", ProcessId="9" * 100_000))), "protocol"),
    "negative number": (related(page(fragment(Name="a", ProcessId="-1"))), "protocol"),
    "nest in a number": (related(page(fragment(Name="a", ProcessId="<b>1</b>"))), "protocol"),
    "two values": (
        related(page(fragment(Name="a", ProcessId="1</ProcessId><ProcessId>2"))), "protocol"),
    "property left out": (related(page(fragment(Name="a"))), "protocol"),
    "another class": (
        related(page("<p:Win32_Process><p:Handle>1</p:Handle></p:Win32_Process>")), "protocol"),
    "answer of another kind": (related(next_page(fragment(Name="a", ProcessId="1"))), "protocol"),
    "answer to another message": (other_message, "protocol"),
    "100 MB": (huge, "output_limit"),
    "100 MB in chunks": (huge_chunks, "output_limit"),
    "endless body": (endless_body, "output_limit"),
    "endless headers": (endless_headers, "output_limit"),
    "endless continue": (endless_continue, "output_limit timeout"),
    "drips the body": (drip_body, "timeout"),
    "never answers": (wait, "timeout"),
    "cut in the middle": (cut_in_the_middle, "protocol timeout"),
    "shorter than it says": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"), "timeout"),
    "chunk of no size": (
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "protocol"),
    "no HTTP at all": (raw(b"\x00\xff" * 2000 + b"\r\n"), "protocol"),
    "not the charset it says": (
        related(GOOD.replace(b">a<", "été".encode("latin-1"))), "protocol"),
    "says UTF-16": (related(GOOD, kind="text/xml; charset=utf-16"), "protocol"),
    "says windows-1252": (related(GOOD, kind="text/xml; charset=windows-1252"), "protocol"),
    "two charsets": (related(b'<?xml version="1.0" encoding="utf-16"?>' + GOOD), "protocol"),
    "compressed": (raw(
        http(gzip.compress(b"x" * LONG)).replace(b"X\r\n", b"X\r\nContent-Encoding: gzip\r\n", 1)
    ), "protocol"),
    "sent elsewhere": (
        raw(b"HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"),
        "protocol"),
    "a page for people": (related(b"<html><body>Bonjour</body></html>", 200), "protocol"),
    "nested too deep": (related(envelope("<a>" * 100_000 + "</a>" * 100_000)), "output_limit"),
    "swarm of elements": (related(envelope("<a/>" * 900_000)), "output_limit"),
    "swarm of attributes": (
        related(envelope("<a " + "".join(f" b{at}='x'" for at in range(100_000)) + "/>")),
        "output_limit"),
    "HTTP 0.9": (bare_body, "protocol"),
    "two hundred headers": (many_headers, "protocol"),
    "slow headers": (slow_headers, "timeout"),
    "trailers without end": (endless_trailers, "output_limit timeout"),
    "a chunk that is all extension": (endless_extension, "protocol"),
    "answers ahead": (answers_ahead, "ok"),
    "says goodbye each time": (goodbye_each_time, "ok"),
    "late for ever": (late_for_ever, "timeout"),
    "two lengths": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 99\r\n\r\n<a/>"), "protocol"),
    "switches protocols": (raw(b"HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n"), "protocol"),
    "a challenge for ever": (
        raw(http(b"", 401, challenge="Negotiate TlRMTVNTUAACAAAA")), "unreachable"),
    "words of a fault": (
        lambda sock, request: sock.sendall(
            http(relate(fault(5, text="\u202e\x9b[2J" * 20_000), request), 500)), "unreachable"),
    "wants the password again": (
        raw(http(b"", 401, challenge='Basic realm="x"')), "unreachable"),
}  # fmt: skip


@pytest.mark.parametrize(("reply", "reason"), CASES.values(), ids=CASES)
def test_a_service_that_lies(
    judge: Judge, authority: Authority, tmp_path: Path, reply: Reply, reason: str
) -> None:
    with serve(play_wsman(authority.serve_as(NAME), reply, [])) as hostile:
        judge(visit(authority, hostile.port, tmp_path, declared=reason), reason, reason)


def test_riches_on_every_connection_take_bounded_memory(
    judge: Judge, authority: Authority, tmp_path: Path
) -> None:
    """Who is slow is asked on eight connections at once."""
    rich = page("<w:XmlFragment>" + "".join(f"<a{at}/>" for at in range(44_900)))
    rich = rich.replace(b"</w:Items>", b"</w:XmlFragment></w:Items>")
    pause = threading.Event()

    def reply(sock: Socket, request: Request) -> None:
        pause.wait(0.2)
        sock.sendall(http(relate(rich, request)))

    questions = [ask_class("Win32_Service", "Name", where=f"ProcessId = {at}") for at in range(12)]
    with serve(play_wsman(authority.serve_as(NAME), reply, [])) as hostile:
        cost = visit(
            authority, hostile.port, tmp_path, *questions, within_s=6.0, declared="timeout"
        )

    judge(cost, *["protocol timeout"] * 12, within_s=6.0, most_mib=160)


def test_an_honest_service_is_believed(judge: Judge, authority: Authority, tmp_path: Path) -> None:
    with serve(play_wsman(authority.serve_as(NAME), related(GOOD), [])) as hostile:
        cost = visit(authority, hostile.port, tmp_path)

    judge(cost, "ok", "ok")
    assert json.loads(cost.answers[0].output)["instances"] == [{"Name": "a", "ProcessId": 1}]


@pytest.mark.parametrize("other", ["name", "authority"])
def test_a_wrong_certificate_hears_nothing(
    judge: Judge, authority: Authority, tmp_path: Path, other: str
) -> None:
    heard: list[Request] = []
    forger = make_authority(tmp_path / "forger")
    context = authority.serve_as("other.test") if other == "name" else forger.serve_as(NAME)
    with serve(play_wsman(context, related(GOOD), heard)) as hostile:
        judge(visit(authority, hostile.port, tmp_path), "tamper", "tamper")

    assert heard == []


def test_a_certificate_that_changes_hears_nothing(
    judge: Judge, authority: Authority, tmp_path: Path
) -> None:
    """The machine drops us and comes back as another."""
    heard: list[Request] = []
    forger = make_authority(tmp_path / "forger")
    contexts = [authority.serve_as(NAME), forger.serve_as(NAME)]
    first: list[Request] = []

    def drop(_sock: Socket, _request: Request) -> None:
        raise EOFError

    def player(sock: socket.socket) -> None:
        context = contexts.pop(0) if contexts else forger.serve_as(NAME)
        play_wsman(context, drop, heard if first else first)(sock)

    with serve(player) as hostile:
        judge(visit(authority, hostile.port, tmp_path), "tamper", "tamper")

    assert heard == []


@pytest.mark.parametrize(
    ("token", "reason"),
    [(b"", "protocol"), (b"NTLMSSP\0\2", "protocol"), (b"\xff" * 3000, "protocol")],
)
def test_a_challenge_that_is_none(
    judge: Judge, authority: Authority, tmp_path: Path, token: bytes, reason: str
) -> None:
    challenge = "Negotiate " + base64.b64encode(token).decode()
    said = http(b"", 401, challenge=challenge)

    def player(sock: socket.socket) -> None:
        with authority.serve_as(NAME).wrap_socket(sock, server_side=True) as tls:
            while tls.recv(65536):
                tls.sendall(said)

    with serve(player) as hostile:
        judge(visit(authority, hostile.port, tmp_path, declared=reason), reason, reason)


def shell(receive: Callable[[Request], bytes]) -> Reply:
    """Reply as a shell does, but to Receive."""

    def reply(sock: Socket, request: Request) -> None:
        body = "<p:X/>" if request.action != "Receive" else ""
        content = receive(request) if not body else envelope(body)
        sock.sendall(http(relate(content, request)))

    return reply


def stream(text: str, state: str = "Running") -> bytes:
    space = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
    return envelope(
        f'<r:ReceiveResponse xmlns:r="{space}"><r:Stream Name="stdout">{text}</r:Stream>'
        f'<r:CommandState State="{space}/CommandState/{state}"/></r:ReceiveResponse>'
    )


def marked(text: str) -> str:
    return base64.b64encode(f"<labctl>{text}</labctl>".encode()).decode()


SCRIPTS: dict[str, tuple[bytes, str]] = {
    "endless output": (stream(base64.b64encode(b"x" * 60_000).decode()), "output_limit"),
    "never done": (stream(""), "timeout output_limit"),
    "no base64": (stream("!!!", "Done"), "protocol"),
    "no stream name": (stream("eA==", "Done").replace(b'Name="stdout"', b""), "protocol"),
    "no JSON": (stream(marked("bonjour"), "Done"), "protocol"),
    "no marks": (stream(base64.b64encode(b"{}").decode(), "Done"), "protocol"),
    "nest of lists": (stream(marked("[" * 20_000), "Done"), "protocol"),
    "not UTF-8": (stream(base64.b64encode(b"<labctl>\xff</labctl>").decode(), "Done"), "protocol"),
}


@pytest.mark.parametrize(("said", "reason"), SCRIPTS.values(), ids=SCRIPTS)
def test_a_shell_that_lies(
    judge: Judge, authority: Authority, tmp_path: Path, said: bytes, reason: str
) -> None:
    reply = shell(lambda _request: said)
    with serve(play_wsman(authority.serve_as(NAME), reply, [])) as hostile:
        question = ask_cim({"script": "x"}, cap_bytes=1 << 19)
        cost = visit(authority, hostile.port, tmp_path, question, declared=reason)

    judge(cost, reason)


def registry(request: Request) -> bytes:
    """Answer as a registry of many keys, each with a long value."""
    names = "".join(f"<p:sNames>cle{at}</p:sNames>" for at in range(1500))
    inside = names if request.action == "EnumKey" else f"<p:sValue>{'x' * 1_000_000}</p:sValue>"
    name = f"p:{request.action}_OUTPUT"
    return envelope(f"<{name}>{inside}<p:ReturnValue>0</p:ReturnValue></{name}>")


def test_a_registry_without_end(judge: Judge, authority: Authority, tmp_path: Path) -> None:
    body: dict[str, object] = {"hive": "HKLM", "keys": r"SOFTWARE\*", "values": {"a": "string"}}

    def reply(sock: Socket, request: Request) -> None:
        sock.sendall(http(relate(registry(request), request)))

    with serve(play_wsman(authority.serve_as(NAME), reply, [])) as hostile:
        cost = visit(authority, hostile.port, tmp_path, ask_cim(body))

    judge(cost, "output_limit")


def test_the_password_is_in_no_answer(judge: Judge, authority: Authority, tmp_path: Path) -> None:
    """A machine that gives back what it heard does not put the password into evidence."""

    def echo(sock: Socket, request: Request) -> None:
        sock.sendall(http(request.head.encode(), 500))

    with serve(play_wsman(authority.serve_as(NAME), echo, [])) as hostile:
        cost = visit(authority, hostile.port, tmp_path)

    judge(cost, "protocol", "protocol")
    assert all(PASSWORD not in answer.trouble.detail for answer in cost.answers if answer.trouble)


def test_tls_that_is_too_old_is_refused(judge: Judge, authority: Authority, tmp_path: Path) -> None:
    context = authority.serve_as(NAME)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("NULL-SHA256:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    heard: list[Request] = []
    with serve(play_wsman(context, related(GOOD), heard)) as hostile:
        judge(visit(authority, hostile.port, tmp_path), "protocol", "protocol")

    assert heard == []
