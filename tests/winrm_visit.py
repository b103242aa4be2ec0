"""Visits to a WS-Management service on the loopback, as collect makes them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from labctl.connect.base import Answer, Endpoint, Question, Transport
from labctl.connect.cim.winrm import WinrmSession, open_winrm
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from tests.attacks.certificates import NAME, Authority
from tests.attacks.hostile import serve
from tests.fakes import endpoint
from tests.wsman_server import ACCOUNT, PASSWORD, Reply, Request, play_wsman


def ask_cim(body: dict[str, object], timeout_s: float = 5.0, cap_bytes: int = 1 << 20) -> Question:
    """Return a question to the workstation."""
    return Question(NodeName("poste"), Transport.CIM, "question", body, timeout_s, cap_bytes)


def ask_class(name: str, *properties: str, where: str = "") -> Question:
    """Return a question about the instances of a class."""
    body = {"namespace": "root/cimv2", "class": name, "where": where, "properties": properties}
    return ask_cim(dict(body))


def endpoint_of(port: int, folder: Path, **changes: Any) -> Endpoint:
    """Return the way to a service on the loopback."""
    credential = folder / "password"
    credential.write_text(PASSWORD)
    fields = {
        "address": "127.0.0.1", "port": port, "credential": str(credential), "account": ACCOUNT,
        "server_name": NAME,
    }  # fmt: skip
    return endpoint("poste", Transport.CIM, **(fields | changes))


@contextmanager
def served(
    authority: Authority, folder: Path, reply: Reply
) -> Iterator[tuple[WinrmSession, list[Request]]]:
    """Yield a session with a service that replies so, and what the service hears."""
    heard: list[Request] = []
    with serve(play_wsman(authority.serve_as(NAME), reply, heard)) as hostile:
        session = open_winrm(
            endpoint_of(hostile.port, folder, trust=authority.path), Deadline.after(60)
        )
        try:
            yield session, heard
        finally:
            session.close()


def ask_all(
    authority: Authority, folder: Path, reply: Reply, questions: Sequence[Question]
) -> tuple[Answer, ...]:
    """Return the answers of one visit."""
    with served(authority, folder, reply) as (session, _heard):
        return session.ask(questions, Deadline.after(10.0))
