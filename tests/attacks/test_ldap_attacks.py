"""A hostile directory: each case declares what labctl must answer."""

import os
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from labctl.collect.visit import Visit
from labctl.connect.base import Question, Transport
from labctl.connect.ldap.session import open_ldap
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from tests.attacks.certificates import NAME, Authority, make_authority
from tests.attacks.hostile import (
    DEADLINE_S,
    Cost,
    Hostile,
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
from tests.attacks.ldap_server import (
    BIND_DONE,
    REFERENCE,
    SEARCH_DONE,
    Reply,
    entry,
    message,
    more_pages,
    play_ldap,
    result,
    tlv,
    welcome,
)
from tests.fakes import endpoint

PASSWORD = "Secret-du-banc-0042"  # noqa: S105  # planted, to be looked for
BODY: dict[str, object] = {
    "base": "DC=moana,DC=test",
    "scope": "sub",
    "filter": "(objectClass=*)",
    "attributes": ("cn",),
}


def visit(
    authority: Authority, hostile: Hostile, folder: Path, *declared: str, cap_bytes: int = 1 << 16
) -> Cost:
    password = folder / "password"
    password.write_text(PASSWORD)
    target = endpoint(
        "dc",
        Transport.LDAP,
        address="127.0.0.1",
        port=hostile.port,
        credential=str(password),
        trust=authority.path,
        server_name=NAME,
        account="labctl-audit@moana.test",
    )
    question = Question(NodeName("dc"), Transport.LDAP, "tout", BODY, 10.0, cap_bytes)
    one = Visit(target, open_ldap)
    deadline = Deadline.after(DEADLINE_S, patience=patience_of(declared))
    cost = measure(lambda: one.ask([question, question], deadline))
    one.close()
    return cost


RAW: dict[str, tuple[Player, str]] = {
    "says nothing": (silence, "timeout"),
    "leaves at once": (leave, "protocol"),
    "speaks LDAP in clear": (say(message(1, result(BIND_DONE, 0))), "protocol"),
    "floods the handshake": (flood(b"\x16\x03\x03\x40\x00" + b"\0" * 16384), "output_limit"),
    "drips the handshake": (drip(b"\x16\x03\x03\x40\x00\x02" + b"\0" * 4000), "timeout"),
}


@pytest.mark.parametrize(("player", "reason"), RAW.values(), ids=RAW)
def test_a_peer_that_speaks_no_tls(
    judge: Judge, authority: Authority, tmp_path: Path, player: Player, reason: str
) -> None:
    with serve(player) as hostile:
        judge(visit(authority, hostile, tmp_path, reason), reason, reason)


@contextmanager
def directory(context: ssl.SSLContext, reply: Reply) -> Iterator[tuple[Hostile, list[bytes]]]:
    heard: list[bytes] = []
    with serve(play_ldap(context, reply, heard)) as hostile:
        yield hostile, heard


def be_honest(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    tls.sendall(message(number, entry("DC=moana,DC=test")))
    tls.sendall(message(number, result(SEARCH_DONE, 0)))


def hang(_tls: ssl.SSLSocket, _number: int, _kind: int) -> None:
    threading.Event().wait(10)


def refuse_bind(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    tls.sendall(message(number, result(BIND_DONE, 49)))


def endless_entries(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    block = message(number, entry("CN=x,DC=moana,DC=test")) * 100
    while True:
        tls.sendall(block)


def endless_pages(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    page = message(number, entry("CN=x,DC=moana,DC=test"))
    tls.sendall(page + message(number, result(SEARCH_DONE, 0), more_pages(b"again")))


def huge_attribute(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    tls.sendall(message(number, entry("CN=x", value=b"x" * (8 << 20))))


def claim_gigabytes(tls: ssl.SSLSocket, _number: int, _kind: int) -> None:
    tls.sendall(b"\x30\x84\x7f\xff\xff\xff" + b"x" * 100)
    threading.Event().wait(10)


def send_garbage(tls: ssl.SSLSocket, _number: int, _kind: int) -> None:
    tls.sendall(b"\x30\x0a" + b"\xff" * 10 + b"\x30\x02\x00\x00" * 20)


def nest_deep(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    inner = b""
    for _level in range(3000):
        inner = tlv(0x30, inner)
    tls.sendall(message(number, tlv(0x64, inner)))


def answer_another(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    tls.sendall(message(number + 1, result(SEARCH_DONE, 0)))


def cut(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    tls.sendall(message(number, entry("CN=x"))[:-3])
    tls.unwrap()


def busy(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    tls.sendall(message(number, result(SEARCH_DONE, 51)))


def drip_entry(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    for byte in message(number, entry("CN=x", value=b"x" * 200)):
        tls.sendall(bytes((byte,)))
        threading.Event().wait(0.1)


def send(operation: bytes) -> Reply:
    """Return a directory that answers every search with one message."""

    def reply(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
        tls.sendall(message(number, operation))

    return welcome(reply)


def disconnect(tls: ssl.SSLSocket, _number: int, _kind: int) -> None:
    """Send the notice of disconnection: an answer to nobody (RFC 4511, 4.4.1)."""
    name = tlv(0x8A, b"1.3.6.1.4.1.1466.20036")
    tls.sendall(message(0, tlv(0x78, tlv(0x0A, b"\x34"), tlv(0x04), tlv(0x04), name)))
    threading.Event().wait(10)


def end_twice(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    end = message(number, result(SEARCH_DONE, 0))
    tls.sendall(message(number, entry("DC=moana,DC=test")) + end * 2)


def ask_for_more(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    tls.sendall(message(number, result(BIND_DONE, 14)))


def empty_pages(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    tls.sendall(message(number, result(SEARCH_DONE, 0), more_pages(b"again")))


def another_cookie(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    page = message(number, entry("CN=x,DC=moana,DC=test"))
    end = message(number, result(SEARCH_DONE, 0), more_pages(os.urandom(2000)))
    tls.sendall(page + end)


def references(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    while True:
        tls.sendall(message(number, tlv(REFERENCE, tlv(0x04, b"ldap://a/") * 100)) * 10)


def many_controls(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    controls = tlv(0xA0, tlv(0x30, tlv(0x04, b"1")) * 10_000)
    tls.sendall(message(number, result(SEARCH_DONE, 0), controls))


def strange_names(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    tls.sendall(message(number, entry("CN=a\0b\nc,DC=autre")) * 2)
    tls.sendall(message(number, result(SEARCH_DONE, 0, "ldap://[::1:::/%zz")))


def empty_attributes(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    attributes = b"".join(tlv(0x30, tlv(0x04, b"%x" % at), tlv(0x31)) for at in range(5000))
    tls.sendall(message(number, tlv(0x64, tlv(0x04, b"CN=x"), tlv(0x30, attributes))))
    tls.sendall(message(number, result(SEARCH_DONE, 0)))


def intermediate(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
    while True:
        tls.sendall(message(number, tlv(0x79, tlv(0x80, b"1.2.3"))) * 100)


ATTACKS: dict[str, tuple[Reply, tuple[str, str]]] = {
    "a cookie that is never the same": (
        welcome(another_cookie),
        ("output_limit", "output_limit"),
    ),
    "references without end": (welcome(references), ("output_limit", "output_limit")),
    "ten thousand controls": (welcome(many_controls), ("ok", "ok")),
    "names with NUL, out of the base": (welcome(strange_names), ("ok", "ok")),
    "attributes of no value": (welcome(empty_attributes), ("protocol", "protocol")),
    "ends with the answer to a bind": (send(result(BIND_DONE, 0)), ("protocol", "protocol")),
    "a result of eight bytes": (
        send(tlv(SEARCH_DONE, tlv(0x0A, b"\x7f" * 8), tlv(0x04), tlv(0x04))),
        ("protocol", "protocol"),
    ),
    "a negative result": (
        send(tlv(SEARCH_DONE, tlv(0x0A, b"\xff"), tlv(0x04), tlv(0x04))),
        ("protocol", "protocol"),
    ),
    "an operation that nobody knows": (send(tlv(0x7E, b"x")), ("protocol", "protocol")),
    "an empty operation": (send(tlv(SEARCH_DONE)), ("protocol", "protocol")),
    "disconnects with a notice": (welcome(disconnect), ("protocol", "protocol")),
    "ends twice": (welcome(end_twice), ("ok", "ok")),
    "wants another step of the bind": (ask_for_more, ("unreachable", "unreachable")),
    "empty pages without end": (welcome(empty_pages), ("output_limit", "output_limit")),
    "intermediate answers without end": (
        welcome(intermediate),
        ("output_limit", "output_limit"),
    ),
    "honest": (welcome(be_honest), ("ok", "ok")),
    "hangs at the bind": (hang, ("timeout", "timeout")),
    "refuses the bind": (refuse_bind, ("unreachable", "unreachable")),
    "garbage at the bind": (send_garbage, ("protocol", "protocol")),
    "hangs at the search": (welcome(hang), ("timeout", "timeout")),
    "endless entries": (welcome(endless_entries), ("output_limit", "output_limit")),
    "an attribute of 8 MB": (welcome(huge_attribute), ("output_limit", "output_limit")),
    "claims gigabytes": (welcome(claim_gigabytes), ("timeout", "timeout")),
    "bad BER": (welcome(send_garbage), ("protocol", "protocol")),
    "nested BER": (welcome(nest_deep), ("protocol", "protocol")),
    "answers another question": (welcome(answer_another), ("protocol", "protocol")),
    "is cut": (welcome(cut), ("protocol", "protocol")),
    "is busy": (welcome(busy), ("protocol", "protocol")),
    "drips": (welcome(drip_entry), ("timeout", "timeout")),
}


@pytest.mark.parametrize(("reply", "expected"), ATTACKS.values(), ids=ATTACKS)
def test_a_directory_with_the_right_certificate(
    judge: Judge, authority: Authority, tmp_path: Path, reply: Reply, expected: tuple[str, str]
) -> None:
    with directory(authority.serve_as(NAME), reply) as (hostile, _heard):
        judge(visit(authority, hostile, tmp_path, *expected), *expected)


def test_pages_without_end_reach_the_cap(
    judge: Judge, authority: Authority, tmp_path: Path
) -> None:
    with directory(authority.serve_as(NAME), welcome(endless_pages)) as (hostile, _heard):
        cost = visit(authority, hostile, tmp_path, cap_bytes=1024)

    judge(cost, "output_limit", "output_limit")


def test_entries_of_nothing_take_bounded_memory(
    judge: Judge, authority: Authority, tmp_path: Path
) -> None:
    """As small as entries can be, as many as an answer may hold."""

    def swarm(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
        nothing = message(number, tlv(0x64, tlv(0x04), tlv(0x30)))
        tls.sendall(nothing * (200_000 // len(nothing)))
        tls.sendall(message(number, result(SEARCH_DONE, 0)))

    with directory(authority.serve_as(NAME), welcome(swarm)) as (hostile, _heard):
        cost = visit(authority, hostile, tmp_path, "timeout", cap_bytes=1 << 20)

    judge(cost, "ok output_limit timeout", "ok timeout")


def test_no_referral_is_followed(judge: Judge, authority: Authority, tmp_path: Path) -> None:
    with serve(silence) as trap:
        where = f"ldap://127.0.0.1:{trap.port}/DC=moana,DC=test"

        def refer(tls: ssl.SSLSocket, number: int, _kind: int) -> None:
            tls.sendall(message(number, result(SEARCH_DONE, 10, where)))

        with directory(authority.serve_as(NAME), welcome(refer)) as (hostile, _heard):
            judge(visit(authority, hostile, tmp_path), "protocol", "protocol")
        assert trap.connections == 0


def test_no_continuation_is_followed(judge: Judge, authority: Authority, tmp_path: Path) -> None:
    with serve(silence) as trap:
        where = f"ldap://127.0.0.1:{trap.port}/DC=moana,DC=test".encode()

        def refer(tls: ssl.SSLSocket, number: int, kind: int) -> None:
            tls.sendall(message(number, tlv(REFERENCE, tlv(0x04, where))))
            be_honest(tls, number, kind)

        with directory(authority.serve_as(NAME), welcome(refer)) as (hostile, _heard):
            judge(visit(authority, hostile, tmp_path), "ok", "ok")
        assert trap.connections == 0


def test_another_authority_gets_no_password(
    judge: Judge, authority: Authority, tmp_path: Path
) -> None:
    context = make_authority(tmp_path / "other").serve_as(NAME)

    with directory(context, welcome(be_honest)) as (hostile, heard):
        judge(visit(authority, hostile, tmp_path), "tamper", "tamper")

    assert heard == []


def test_another_name_gets_no_password(judge: Judge, authority: Authority, tmp_path: Path) -> None:
    context = authority.serve_as("other.labctl.test")

    with directory(context, welcome(be_honest)) as (hostile, heard):
        judge(visit(authority, hostile, tmp_path), "tamper", "tamper")

    assert heard == []


def test_the_password_goes_to_the_right_server(authority: Authority, tmp_path: Path) -> None:
    with directory(authority.serve_as(NAME), welcome(be_honest)) as (hostile, heard):
        visit(authority, hostile, tmp_path)

    assert PASSWORD.encode() in b"".join(heard)  # the two tests above can see it
