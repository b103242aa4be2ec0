"""One client of a Windows: pages, methods, scripts, drops and who it says it is."""

import base64
import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from labctl.connect.base import Answer
from labctl.connect.cim.question import MARKS
from labctl.connect.cim.winrm import open_winrm
from labctl.core.deadline import Deadline
from labctl.core.errors import AuthenticationRefused, ConnectError
from labctl.core.verdict import Reason
from tests.attacks.certificates import NAME, Authority
from tests.attacks.hostile import serve
from tests.winrm_visit import ask_all, ask_cim, ask_class, endpoint_of, served
from tests.wsman_server import (
    OPEN_SHELL,
    PASSWORD,
    RSP,
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
    read_request,
    relate,
    replay,
)

SERVICES = ask_class("Win32_Service", "Name", "Started", "ProcessId")


def value(answer: Answer) -> Any:
    assert answer.trouble is None, answer.trouble
    return json.loads(answer.output)


def service(name: str, pid: str = "12") -> str:
    return fragment(Name=name, Started="true", ProcessId=pid)


def test_instances_come_typed_in_one_exchange(authority: Authority, tmp_path: Path) -> None:
    with served(authority, tmp_path, replay([page(service("LanmanServer"))])) as (session, heard):
        (answer,) = session.ask([SERVICES], Deadline.after(60))

        assert value(answer) == {
            "instances": [{"Name": "LanmanServer", "Started": True, "ProcessId": 12}]
        }
        assert [request.action for request in heard] == ["", "Enumerate"]
        assert session.round_trips == 2
        assert b"SELECT Name,Started,ProcessId FROM Win32_Service<" in heard[1].body


def test_pages_follow_until_the_end(authority: Authority, tmp_path: Path) -> None:
    pages = [page(service("a"), more="1"), next_page(service("b"), more="2"),
             next_page(), next_page(service("c"), more="")]  # fmt: skip
    pages[2] = next_page(more="2")

    (answer,) = ask_all(authority, tmp_path, replay(pages), [SERVICES])

    assert [one["Name"] for one in value(answer)["instances"]] == ["a", "b", "c"]


def test_an_enumeration_that_is_not_optimised(authority: Authority, tmp_path: Path) -> None:
    first = envelope("<n:EnumerateResponse><n:EnumerationContext>1</n:EnumerationContext>"
                     "</n:EnumerateResponse>")  # fmt: skip

    (answer,) = ask_all(authority, tmp_path, replay([first, next_page(service("a"))]), [SERVICES])

    assert len(value(answer)["instances"]) == 1


def test_a_condition_is_escaped_in_xml(authority: Authority, tmp_path: Path) -> None:
    where = "Name = 'a' AND ProcessId < 3"
    with served(authority, tmp_path, replay([page()])) as (session, heard):
        (answer,) = session.ask(
            [ask_class("Win32_Service", "Name", where=where)], Deadline.after(60)
        )

    assert value(answer) == {"instances": []}
    assert b"WHERE Name = 'a' AND ProcessId &lt; 3<" in heard[1].body


def test_what_is_not_there_is_an_answer(authority: Authority, tmp_path: Path) -> None:
    pages = [fault(0x8033801A, "n:CannotProcessFilter", "La classe n’existe pas."), page()]

    absent, after = ask_all(authority, tmp_path, replay(pages), [SERVICES, SERVICES])

    assert value(absent)["absent"] == "la machine répond : La classe n’existe pas. (0x8033801A)"
    assert value(after) == {"instances": []}


@pytest.mark.parametrize(
    ("code", "subcode", "reason"),
    [
        (5, "w:AccessDenied", Reason.UNREACHABLE),
        (0x803381A6, "w:QuotaLimit", Reason.UNREACHABLE),
        (0x80338029, "w:TimedOut", Reason.TIMEOUT),
        (0x80338048, "w:EncodingLimit", Reason.OUTPUT_LIMIT),
        (0x80338003, "w:InternalError", Reason.PROTOCOL),
    ],
)
def test_a_refusal_has_its_reason(
    authority: Authority, tmp_path: Path, code: int, subcode: str, reason: Reason
) -> None:
    (answer,) = ask_all(authority, tmp_path, replay([fault(code, subcode)]), [SERVICES])

    assert answer.trouble is not None
    assert answer.trouble.reason is reason
    assert answer.output == b""


def test_a_method_that_reads(authority: Authority, tmp_path: Path) -> None:
    uri = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/default/StdRegProv"
    said = envelope(f'<q:GetMultiStringValue_OUTPUT xmlns:q="{uri}"><q:sValue>un</q:sValue>'
                    "<q:ReturnValue>0</q:ReturnValue></q:GetMultiStringValue_OUTPUT>")  # fmt: skip
    body: dict[str, object] = {
        "namespace": "root/default", "class": "StdRegProv", "method": "GetMultiStringValue",
        "arguments": {"hDefKey": 2147483650, "sSubKeyName": r"SOFTWARE\X & Y", "sValueName": "z"},
    }  # fmt: skip
    with served(authority, tmp_path, replay([said])) as (session, heard):
        (answer,) = session.ask([ask_cim(body)], Deadline.after(60))

    assert value(answer) == {"result": {"sValue": ["un"], "ReturnValue": 0}}
    assert heard[1].action == "GetMultiStringValue"
    assert b":hDefKey>2147483650<" in heard[1].body
    assert rb"SOFTWARE\X &amp; Y" in heard[1].body


def test_one_instance_by_its_keys(authority: Authority, tmp_path: Path) -> None:
    body: dict[str, object] = {
        "namespace": "root/cimv2", "class": "Win32_Service", "selectors": {"Name": "winrm"},
        "properties": ("Name", "Started"),
    }  # fmt: skip
    said = envelope("<p:Win32_Service><p:Name>WinRM</p:Name><p:Started>true</p:Started>"
                    "<p:State>Running</p:State></p:Win32_Service>")  # fmt: skip
    with served(authority, tmp_path, replay([said])) as (session, heard):
        (answer,) = session.ask([ask_cim(body)], Deadline.after(60))

    expected = {"Name": "WinRM", "Started": True, "State": "Running"}
    assert value(answer) == {"instances": [expected]}
    assert heard[1].action == "Get"
    assert b'<wsman:Selector Name="Name">winrm<' in heard[1].body


@pytest.mark.parametrize("name", ["Win32_Product", "win32_PRODUCT", "CIM_Product", "CIM_Nothing;"])
def test_what_must_never_be_asked_is_not(authority: Authority, tmp_path: Path, name: str) -> None:
    with served(authority, tmp_path, replay([])) as (session, heard):
        (answer,) = session.ask([ask_class(name)], Deadline.after(60))

        assert answer.trouble is not None
        assert answer.trouble.reason is Reason.SPEC
        assert len(heard) == 1


def dropping(pages: list[bytes | None]) -> Reply:
    """Reply with pages; None drops the connection."""

    def reply(sock: Socket, request: Request) -> None:
        content = pages.pop(0)
        if content is None:
            raise EOFError
        sock.sendall(http(relate(content, request)))

    return reply


def test_a_dropped_connection_is_made_again_once(authority: Authority, tmp_path: Path) -> None:
    reply = dropping([page(service("a")), None, page(service("b"))])

    first, second = ask_all(authority, tmp_path, reply, [SERVICES, SERVICES])

    assert value(first)["instances"][0]["Name"] == "a"
    assert value(second)["instances"][0]["Name"] == "b"


def test_a_connection_that_is_always_dropped_is_given_up(
    authority: Authority, tmp_path: Path
) -> None:
    answers = ask_all(authority, tmp_path, dropping([None] * 20), [SERVICES] * 5)

    reasons = {answer.trouble.reason for answer in answers if answer.trouble}
    assert reasons == {Reason.PROTOCOL}
    assert all(answer.trouble for answer in answers)


def test_a_script_gives_json_and_its_shell_is_closed(authority: Authority, tmp_path: Path) -> None:
    asked: list[Request] = []

    def reply(sock: Socket, request: Request) -> None:
        asked.append(request)
        sock.sendall(http(relate(SHELL.get(request.action, envelope("")), request)))

    with served(authority, tmp_path, reply) as (session, _heard):
        question = ask_cim({"script": "Get-Thing | ConvertTo-Json -Compress"})
        first, second = session.ask([question, question], Deadline.after(60))

    assert value(first) == {"result": {"été": 1}}
    assert [one.action for one in asked] == ["Create", "Command", "Receive", "Signal", "Delete"]
    assert second.trouble is not None
    encoded = re.search(rb"-EncodedCommand</rsp:Arguments><rsp:Arguments>([^<]+)<", asked[1].body)
    assert encoded
    assert "Get-Thing | ConvertTo-Json" in base64.b64decode(encoded[1]).decode("utf-16-le")


def test_a_script_is_never_played_twice_and_its_shell_is_closed(
    authority: Authority, tmp_path: Path
) -> None:
    asked: list[str] = []

    def reply(sock: Socket, request: Request) -> None:
        asked.append(request.action)
        if request.action == "Receive":
            sock.sendall(http(relate(fault(0x80338003), request), 500))
            return
        sock.sendall(http(relate(SHELL.get(request.action, envelope("")), request)))

    (answer,) = ask_all(authority, tmp_path, reply, [ask_cim({"script": "x"})])

    assert answer.trouble is not None
    assert answer.trouble.reason is Reason.PROTOCOL
    assert asked == ["Create", "Command", "Receive", "Delete"]


def test_a_wrong_password_is_refused(authority: Authority, tmp_path: Path) -> None:
    def refuse(sock: Socket, _request: Request) -> None:
        sock.sendall(http(b"", 401, challenge='Basic realm="WSMAN"'))

    (answer,) = ask_all(authority, tmp_path, refuse, [SERVICES])

    assert answer.trouble is not None
    assert answer.trouble.reason is Reason.UNREACHABLE
    assert "refuse le compte labctl-audit" in answer.trouble.detail


def test_the_password_is_never_sent_in_clear(tmp_path: Path) -> None:
    heard: list[Request] = []
    with serve(play_wsman(None, replay([]), heard)) as hostile:
        target = endpoint_of(hostile.port, tmp_path, trust="")
        with pytest.raises(ConnectError, match="aucune authentification sûre"):
            open_winrm(target, Deadline.after(60))

    assert heard
    assert all("Basic" not in request.head for request in heard)


def test_a_certificate_of_another_name_gets_nothing(authority: Authority, tmp_path: Path) -> None:
    heard: list[Request] = []
    with serve(play_wsman(authority.serve_as("other.test"), replay([]), heard)) as hostile:
        target = endpoint_of(hostile.port, tmp_path, trust=authority.path)
        with pytest.raises(ConnectError) as raised:
            open_winrm(target, Deadline.after(60))

    assert NAME in raised.value.message
    assert not isinstance(raised.value, AuthenticationRefused)
    assert heard == []


def _stream(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SHELL = {
    **OPEN_SHELL,
    "Receive": envelope(
        f'<rsp:ReceiveResponse {RSP}><rsp:Stream Name="stdout">'
        + _stream(f'bruit\r\n{MARKS[0]}\r\n{{"été": 1}}\r\n{MARKS[1]}\r\n')
        + '</rsp:Stream><rsp:CommandState State="http://schemas.microsoft.com/wbem/wsman/1/'
        'windows/shell/CommandState/Done"><rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>'
        "</rsp:ReceiveResponse>"
    ),
}


def test_the_password_is_in_no_answer(authority: Authority, tmp_path: Path) -> None:
    answers = ask_all(authority, tmp_path, replay([page(service("a"))]), [SERVICES])

    assert PASSWORD.encode() not in answers[0].output


def test_a_service_that_closes_after_each_answer(authority: Authority, tmp_path: Path) -> None:
    """As HTTP/1.0 does: it is no drop, and costs no more than a connection each."""

    def reply(sock: Socket, request: Request) -> None:
        said = http(relate(page(service("a")), request))
        sock.sendall(said.replace(b"HTTP/1.1", b"HTTP/1.0", 1))
        raise EOFError

    answers = ask_all(authority, tmp_path, reply, [SERVICES] * 8)

    assert [len(value(answer)["instances"]) for answer in answers] == [1] * 8


def test_a_service_that_closes_with_the_first_refusal(authority: Authority, tmp_path: Path) -> None:
    heard: list[Request] = []
    honest = play_wsman(authority.serve_as(NAME), replay([page()] * 2), heard)

    def refuse(sock: Socket) -> None:
        heard.append(Request("", b""))
        said = http(b"", 401, challenge='Basic realm="x"')
        sock.sendall(said.replace(b"Content-Length", b"Connection: close\r\nContent-Length", 1))

    def player(sock: socket.socket) -> None:
        if heard:
            honest(sock)
            return
        with authority.serve_as(NAME).wrap_socket(sock, server_side=True) as tls:
            tls.recv(65536)
            refuse(tls)

    with serve(player) as hostile:
        target = endpoint_of(hostile.port, tmp_path, trust=authority.path)
        session = open_winrm(target, Deadline.after(60))
        answers = session.ask([SERVICES] * 2, Deadline.after(60))
        session.close()

    assert [value(answer) for answer in answers] == [{"instances": []}] * 2


def test_a_service_that_asks_for_nothing_hears_nothing(
    authority: Authority, tmp_path: Path
) -> None:
    heard: list[Request] = []

    def player(sock: socket.socket) -> None:
        with authority.serve_as(NAME).wrap_socket(sock, server_side=True) as tls:
            while request := read_request(tls):
                heard.append(request)
                tls.sendall(http(relate(page(), request) if request.body else b""))

    with serve(player) as hostile:
        target = endpoint_of(hostile.port, tmp_path, trust=authority.path)
        session = open_winrm(target, Deadline.after(60))
        (answer,) = session.ask([SERVICES], Deadline.after(60))
        session.close()

    assert value(answer) == {"instances": []}
    assert all("Basic" not in request.head for request in heard)
