"""NTLM: bound to the certificate over TLS, every message sealed over HTTP."""

import json
import socket
from pathlib import Path

import pytest

from labctl.connect.cim.winrm import open_winrm
from labctl.core.deadline import Deadline
from labctl.core.errors import AuthenticationRefused, HostIdentityError
from labctl.core.verdict import Reason
from tests.attacks.certificates import NAME, Authority
from tests.attacks.hostile import Player, serve
from tests.ntlm_server import play_ntlm, write_users
from tests.winrm_visit import ask_class, endpoint_of
from tests.wsman_server import PASSWORD, Request, Socket, fragment, http, page, relate, replay

SERVICES = ask_class("Win32_Service", "Name")
EXPECTED = {"instances": [{"Name": "été"}]}


@pytest.fixture(autouse=True)
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NTLM_USER_FILE", write_users(tmp_path))


def test_every_message_is_sealed_over_http(tmp_path: Path) -> None:
    heard: list[Request] = []
    pages = [page(fragment(Name="été"))] * 3
    with serve(play_ntlm(None, None, replay(pages), heard)) as hostile:
        session = open_winrm(endpoint_of(hostile.port, tmp_path), Deadline.after(60))
        answers = session.ask([SERVICES] * 3, Deadline.after(60))
        session.close()

    assert [json.loads(answer.output) for answer in answers] == [EXPECTED] * 3
    spoken = b"".join(request.head.encode() + request.body for request in heard)
    assert b"Win32_Service" not in spoken
    assert PASSWORD.encode() not in spoken
    assert len(heard) == 5


def test_a_clear_answer_on_a_sealed_connection_is_refused(tmp_path: Path) -> None:
    def reply(sealing: Socket, request: Request) -> None:
        del sealing
        raw.append(request)

    raw: list[Request] = []
    heard: list[Request] = []
    with serve(_clear_after(play_ntlm(None, None, reply, heard), raw)) as hostile:
        session = open_winrm(endpoint_of(hostile.port, tmp_path), Deadline.after(60))
        (answer,) = session.ask([SERVICES], Deadline.after(60))
        session.close()

    assert answer.trouble is not None
    assert answer.trouble.reason is Reason.PROTOCOL
    assert "doit être chiffrée" in answer.trouble.detail


def _clear_after(player: Player, raw: list[Request]) -> Player:
    """Play, and answer in clear what was asked sealed."""

    class Spy:
        def __init__(self, sock: socket.socket) -> None:
            self._sock = sock

        def recv(self, size: int) -> bytes:
            if raw:
                self._sock.sendall(http(relate(page(fragment(Name="x")), raw.pop())))
            return self._sock.recv(size)

        def sendall(self, content: bytes) -> None:
            self._sock.sendall(content)

    return lambda sock: player(Spy(sock))  # type: ignore[arg-type]  # socket-like is enough


def test_ntlm_is_bound_to_the_certificate(authority: Authority, tmp_path: Path) -> None:
    heard: list[Request] = []
    context = authority.serve_as(NAME)
    player = play_ntlm(
        context, authority.folder / f"{NAME}.pem", replay([page(fragment(Name="été"))]), heard
    )
    with serve(player) as hostile:
        target = endpoint_of(hostile.port, tmp_path, trust=authority.path)
        session = open_winrm(target, Deadline.after(60))
        (answer,) = session.ask([SERVICES], Deadline.after(60))
        session.close()

    assert json.loads(answer.output) == EXPECTED
    assert all("Basic" not in request.head for request in heard)


def test_a_go_between_with_a_certificate_of_ours_is_refused(
    authority: Authority, tmp_path: Path
) -> None:
    """Whoever passes our proof on presents another certificate than the machine's."""
    heard: list[Request] = []
    context = authority.serve_as(NAME)
    authority.serve_as("other.test")
    player = play_ntlm(context, authority.folder / "other.test.pem", replay([]), heard)
    with serve(player) as hostile:
        target = endpoint_of(hostile.port, tmp_path, trust=authority.path)
        with pytest.raises(AuthenticationRefused):
            open_winrm(target, Deadline.after(60))


def test_a_wrong_password_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").mkdir()
    monkeypatch.setenv("NTLM_USER_FILE", write_users(tmp_path / "x", "autre"))
    with serve(play_ntlm(None, None, replay([]), [])) as hostile:
        target = endpoint_of(hostile.port, tmp_path)
        with pytest.raises(AuthenticationRefused):
            open_winrm(target, Deadline.after(60))


def test_nothing_is_said_to_a_wrong_certificate(authority: Authority, tmp_path: Path) -> None:
    heard: list[Request] = []
    player = play_ntlm(
        authority.serve_as("other.test"), authority.folder / "other.test.pem", replay([]), heard
    )
    with serve(player) as hostile:
        target = endpoint_of(hostile.port, tmp_path, trust=authority.path)
        with pytest.raises(HostIdentityError):
            open_winrm(target, Deadline.after(60))

    assert heard == []
