"""The host's end of a guest's control port: whose reply it is, and when there is none."""

import json
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.providers.libvirt import control

Answer = Callable[[dict[str, Any]], list[dict[str, Any]]]


@pytest.fixture
def port(tmp_path: Path) -> Path:
    return tmp_path / "control"


def ask(port: Path, answer: Answer) -> control.Reply:
    """Ask a guest that answers so."""

    def serve(server: socket.socket) -> None:
        link = server.accept()[0]
        with closing(link), link.makefile("rw") as stream:
            for reply in answer(json.loads(stream.readline())):
                stream.write(json.dumps(reply) + "\n")
            stream.flush()

    with closing(socket.socket(socket.AF_UNIX)) as server, ThreadPoolExecutor(1) as pool:
        server.bind(str(port))
        server.listen()
        job = pool.submit(serve, server)
        try:
            return control.ask(port, {"do": "status"}, Deadline.after(60))
        finally:
            job.result()


def reply(request: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"id": request["id"], "state": "ready", "clock": 1.5, **more}


def test_a_reply_to_somebody_before_is_not_ours(port: Path) -> None:
    told = ask(port, lambda request: [reply({"id": "old"}, code=7), reply(request)])

    assert told == control.Reply("ready", 1.5)


def test_a_command_s_code_and_output_are_read(port: Path) -> None:
    told = ask(port, lambda request: [reply(request, code=3, output="no")])

    assert (told.code, told.output) == (3, "no")


@pytest.mark.parametrize(
    "answer",
    [
        lambda _request: [],
        lambda _request: [{"state": "ready"}],
        lambda request: [reply(request, error="busy")],
        lambda request: [{"id": request["id"]}],
    ],
)
def test_a_guest_that_does_not_answer_so_is_an_error(port: Path, answer: Answer) -> None:
    with pytest.raises(ProviderError):
        ask(port, answer)


def test_nobody_there_is_an_error(port: Path) -> None:
    with pytest.raises(ProviderError):
        control.ask(port, {"do": "status"}, Deadline.after(1))
