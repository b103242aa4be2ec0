"""Over a slow line, several connections share the questions; each is answered once."""

import json
import re
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.connect.base import Answer
from labctl.connect.cim import winrm
from labctl.connect.cim.wsman.link import Link
from labctl.core.deadline import Deadline
from labctl.core.errors import Unreachable
from labctl.core.verdict import Reason
from labctl.core.wait import until
from tests.attacks.certificates import Authority
from tests.winrm_visit import ask_cim, ask_class, served
from tests.wsman_server import Request, Socket, fragment, http, page, relate

WHO = re.compile(rb"Name = 'service-(\d+)'")
QUESTIONS = [
    replace(ask_class("Win32_Service", "Name", where=f"Name = 'service-{number}'"), timeout_s=60.0)
    for number in range(12)
]


def names(answers: tuple[Answer, ...]) -> list[str]:
    """Return the one name that each answer holds."""
    return [json.loads(answer.output)["instances"][0]["Name"] for answer in answers]


class Service:
    """Gives back the name that is asked for, slowly; tells the connections it was asked on."""

    def __init__(self, slow_s: float, dead_after: int = 1000) -> None:
        self.connections: dict[Socket, int] = {}
        self._slow_s = slow_s
        self._dead_after = dead_after
        self._never = threading.Event()

    def __call__(self, sock: Socket, request: Request) -> None:
        count = self.connections[sock] = self.connections.get(sock, 0) + 1
        if len(self.connections) > 1 and count > self._dead_after:
            sock.close()
            return
        self._never.wait(self._slow_s)
        found = WHO.search(request.body)
        assert found is not None
        sock.sendall(http(relate(page(fragment(Name=f"service-{found[1].decode()}")), request)))


def test_a_quick_machine_is_asked_on_one_connection(authority: Authority, tmp_path: Path) -> None:
    service = Service(0.0)
    with served(authority, tmp_path, service) as (session, _heard):
        answers = session.ask(QUESTIONS, Deadline.after(60))

    assert names(answers) == [f"service-{n}" for n in range(12)]
    assert len(service.connections) == 1


def test_a_slow_line_is_asked_on_several(authority: Authority, tmp_path: Path) -> None:
    service = Service(winrm.SLOW_S * 2)
    with served(authority, tmp_path, service) as (session, heard):
        answers = session.ask(QUESTIONS, Deadline.after(60))
        assert session.round_trips == len(heard)

    assert names(answers) == [f"service-{n}" for n in range(12)]
    assert len(service.connections) == winrm.LANES
    assert sum(service.connections.values()) == len(QUESTIONS)
    assert [answer.attempts for answer in answers] == [1] * len(QUESTIONS)


def test_a_slow_round_trip_is_enough(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing need be slow first: the kernel knows the line since the greeting."""
    monkeypatch.setattr(Link, "round_trip_s", winrm.SLOW_S * 2)
    service = Service(0.1)
    with served(authority, tmp_path, service) as (session, _heard):
        answers = session.ask(QUESTIONS, Deadline.after(60))

    assert names(answers) == [f"service-{n}" for n in range(12)]
    assert len(service.connections) == winrm.LANES


def test_a_connection_is_kept_for_the_next_round(authority: Authority, tmp_path: Path) -> None:
    service = Service(winrm.SLOW_S * 2)
    with served(authority, tmp_path, service) as (session, _heard):
        session.ask(QUESTIONS, Deadline.after(60))
        made = len(service.connections)
        (answer,) = session.ask(QUESTIONS[:1], Deadline.after(60))

    assert names((answer,)) == ["service-0"]
    assert len(service.connections) == made


def test_a_connection_that_is_lost_costs_no_question(authority: Authority, tmp_path: Path) -> None:
    service = Service(winrm.SLOW_S * 2, dead_after=1)
    with served(authority, tmp_path, service) as (session, _heard):
        answers = session.ask(QUESTIONS, Deadline.after(60))

    assert names(answers) == [f"service-{n}" for n in range(12)]


def test_a_first_connection_that_is_lost_costs_no_question(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a bad line a new connection may fail once and succeed just after."""
    service = Service(0.0)
    with served(authority, tmp_path, service) as (session, _heard):

        def refuse_once(_self: winrm.WinrmSession, _deadline: Deadline) -> None:
            session.close()
            raise Unreachable("lost")

        session.close()
        monkeypatch.setattr(session, "connect", refuse_once.__get__(session))
        answers = session.ask(QUESTIONS, Deadline.after(60))

    assert names(answers) == [f"service-{n}" for n in range(12)]


def test_a_machine_that_stops_answering_leaves_what_came(
    authority: Authority, tmp_path: Path
) -> None:
    service, over = Service(winrm.SLOW_S * 2), threading.Event()

    def reply(sock: Socket, request: Request) -> None:
        if sum(service.connections.values()) == winrm.PILOTS:
            over.wait()
        service(sock, request)

    with served(authority, tmp_path, reply) as (session, _heard):
        answers = session.ask(QUESTIONS, Deadline.after(5))
        over.set()

    troubles = [answer.trouble for answer in answers]
    assert troubles[: winrm.PILOTS] == [None] * winrm.PILOTS
    assert {trouble.reason for trouble in troubles if trouble} == {Reason.TIMEOUT}


def test_a_read_that_got_no_answer_is_asked_once_more(authority: Authority, tmp_path: Path) -> None:
    lost = threading.Event()

    def reply(sock: Socket, request: Request) -> None:
        if b"service-1'" in request.body and not lost.is_set():
            lost.set()
            sock.recv(1)  # nothing is said until the other side gives up
            return
        sock.sendall(http(relate(page(), request)))

    questions = [QUESTIONS[0], replace(QUESTIONS[1], timeout_s=1.0), *QUESTIONS[2:4]]
    with served(authority, tmp_path, reply) as (session, _heard):
        answers = session.ask(questions, Deadline.after(60))

    assert [answer.trouble for answer in answers] == [None] * 4
    assert [answer.attempts for answer in answers] == [1, 2, 1, 1]


def test_a_read_is_not_asked_for_ever(authority: Authority, tmp_path: Path) -> None:
    def reply(sock: Socket, request: Request) -> None:
        if b"service-1'" in request.body:
            sock.recv(1)
        else:
            sock.sendall(http(relate(page(), request)))

    questions = [QUESTIONS[0], replace(QUESTIONS[1], timeout_s=0.5), *QUESTIONS[2:4]]
    with served(authority, tmp_path, reply) as (session, _heard):
        answers = session.ask(questions, Deadline.after(60))

    assert [answer.trouble is None for answer in answers] == [True, False, True, True]
    assert answers[1].attempts == 2


def test_a_connection_that_stalls_is_not_waited_for(authority: Authority, tmp_path: Path) -> None:
    """Another asks beside it, and the first answer counts."""
    stalled: list[Socket] = []

    def reply(sock: Socket, request: Request) -> None:
        if b"service-3'" in request.body and not stalled:
            stalled.append(sock)
            sock.recv(1)
            return
        service(sock, request)

    service = Service(winrm.SLOW_S * 2)
    begun = time.monotonic()
    with served(authority, tmp_path, reply) as (session, _heard):
        answers = session.ask(QUESTIONS, Deadline.after(60))
        took = time.monotonic() - begun

    assert names(answers) == [f"service-{n}" for n in range(12)]
    assert stalled
    assert answers[3].attempts == 2
    assert took < QUESTIONS[3].timeout_s


def test_two_scripts_are_not_played_on_two_connections(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Link, "round_trip_s", winrm.SLOW_S * 2)
    shells: list[Socket] = []

    def reply(sock: Socket, request: Request) -> None:
        if request.action == "Create":
            shells.append(sock)
        sock.sendall(http(relate(page(), request)))

    with served(authority, tmp_path, reply) as (session, _heard):
        answers = session.ask(
            [*QUESTIONS, ask_cim({"script": "1"}), ask_cim({"script": "2"})], Deadline.after(60)
        )

    assert len(shells) == 1
    assert "un seul script" in " ".join(one.trouble.detail for one in answers if one.trouble)


def test_a_machine_that_was_there_is_late_and_not_out_of_reach(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection is lost, and there is no time left in which to make another."""
    service = Service(0.0)
    with served(authority, tmp_path, service) as (session, _heard):
        session.close()

        def refuse(_self: winrm.WinrmSession, deadline: Deadline) -> None:
            until(lambda: None, deadline)
            raise Unreachable("lost")

        monkeypatch.setattr(winrm.WinrmSession, "connect", refuse)
        answers = session.ask(QUESTIONS, Deadline.after(0.5))

    assert {one.trouble.reason for one in answers if one.trouble} == {Reason.TIMEOUT}


def test_a_script_goes_before_the_line_is_known(authority: Authority, tmp_path: Path) -> None:
    def reply(sock: Socket, request: Request) -> None:
        sock.sendall(http(relate(page(), request)))

    with served(authority, tmp_path, reply) as (session, heard):
        session.ask([*QUESTIONS[:4], ask_cim({"script": "1"})], Deadline.after(60))

    assert next(request.action for request in heard if request.action) == "Create"
