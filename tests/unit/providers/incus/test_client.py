"""The REST client before a stand-in server: what is pinned, awaited, capped and refused."""

import io
import socket
import ssl
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.providers.incus import client as client_module
from labctl.providers.incus import link
from labctl.providers.incus.client import NOT_FOUND, Client, Refused, locate, open_client
from labctl.providers.incus.link import Identity, Server
from tests.incus_server import (
    SERVER_USE,
    Answer,
    StandIn,
    begun,
    error,
    issue,
    open_standin,
    operation,
    serve_as,
    sync,
)

WAIT, LOOK = "GET /1.0/operations/op1/wait", "GET /1.0/operations/op1"
RUNNING, DONE, FAILED = 103, 200, 400


@pytest.fixture(scope="module")
def other(folder: Path) -> Identity:
    return issue(folder, "other", SERVER_USE)


def soon(seconds: float = 20) -> Deadline:
    return Deadline.after(seconds)


def open_and_close(server: Server, identity: Identity, deadline: Deadline | None = None) -> None:
    with open_client(server, identity, deadline or soon()):
        pass


def test_the_stand_in_says_that_it_is_one(client: Client) -> None:
    assert client.read("/1.0")["environment"] == {"server": "labctl stand-in for Incus"}


def test_a_member_may_have_an_ipv6_address(
    standin: StandIn, labctl: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stand-in has none: only where the connection goes is another."""
    there = ("127.0.0.1", standin.server.port)
    monkeypatch.setattr(link, "_dial", lambda _server, _limit: socket.create_connection(there))

    open_and_close(replace(standin.server, host="2001:db8::abcd"), labctl)

    assert standin.list_asked() == ["GET /1.0"]


def test_a_member_with_an_ipv6_address_that_does_not_answer_is_named_as_one(
    labctl: Identity,
) -> None:
    with pytest.raises(ProviderError, match=r"^\[::1\]:1 est injoignable"):
        open_and_close(Server("::1", 1, "0a" * 32), labctl)


ENDED = error("dial unix /proc/self/fd/28/forkfile.sock: connect: no such file or directory", 500)
FILE = "/1.0/instances/dc/files?path=%2Fone"


def test_a_file_is_given_again_when_what_serves_files_had_just_ended(
    standin: StandIn, client: Client
) -> None:
    standin.answer("POST /1.0/instances/dc/files", ENDED, sync(None))
    standin.answer("GET /1.0/instances/dc/files", ENDED, ENDED, b"one")

    client.upload(FILE, b"one", {})

    assert client.read_bytes(FILE) == b"one"
    assert [each.body for each in standin.asked if each.method == "POST"] == [b"one", b"one"]


def test_files_that_nothing_serves_are_told(
    standin: StandIn, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labctl.providers.incus.client._FILES_S", 0.2)
    standin.answer("POST /1.0/instances/dc/files", *[ENDED] * 20)

    with pytest.raises(Refused, match="forkfile"):
        client.upload(FILE, b"one", {})


def test_requests_share_a_connection_after_that_which_reads_the_certificate(
    standin: StandIn, client: Client
) -> None:
    standin.answer("GET /1.0/projects", sync(["/1.0/projects/default"]))

    assert client.read(locate("projects")) == ["/1.0/projects/default"]
    assert client.read(locate("projects")) == ["/1.0/projects/default"]

    assert [certificate is not None for certificate in standin.shown] == [False, True]


def test_a_server_with_another_key_is_sent_nothing(
    member: Identity, other: Identity, labctl: Identity
) -> None:
    with open_standin(member, serve_as(other, labctl)) as standin:
        with pytest.raises(ProviderError, match="montre une autre clé") as refused:
            open_and_close(standin.server, labctl)

        assert standin.server.fingerprint in refused.value.hint
        assert standin.asked == []
        assert set(standin.shown) == {None}


def test_a_server_that_changes_its_key_between_two_connections_is_sent_nothing(
    member: Identity, other: Identity, labctl: Identity
) -> None:
    contexts = (serve_as(member, labctl), serve_as(other, labctl))

    with open_standin(member, lambda number: contexts[number]) as standin:
        with pytest.raises(ProviderError, match="ne prouve pas qu'il tient la clé attendue"):
            open_and_close(standin.server, labctl)

        assert standin.asked == []
        assert set(standin.shown) == {None}


def test_a_server_that_does_not_trust_labctl_is_asked_nothing_else(
    member: Identity, labctl: Identity
) -> None:
    with open_standin(member, serve_as(member, None)) as standin:
        with pytest.raises(ProviderError, match="ne connaît pas le certificat") as refused:
            open_and_close(standin.server, labctl)

        assert refused.value.hint == "incus config trust add-certificate labctl.crt"
        assert standin.list_asked() == ["GET /1.0"]


def test_a_client_certificate_that_cannot_be_read_is_named(standin: StandIn, folder: Path) -> None:
    lost = Identity(folder / "lost.crt", folder / "lost.key")

    with pytest.raises(ProviderError, match=r"lost\.crt"):
        open_and_close(standin.server, lost)

    assert standin.asked == []


def test_nobody_who_listens_is_an_error_of_the_provider(labctl: Identity) -> None:
    with pytest.raises(ProviderError, match=r"127\.0\.0\.1:1 ") as refused:
        open_and_close(Server("127.0.0.1", 1, "0" * 64), labctl)

    assert refused.value.hint


def test_a_change_returns_when_its_operation_has_ended(standin: StandIn, client: Client) -> None:
    standin.answer("POST /1.0/instances", begun("op1"))
    standin.answer(WAIT, operation(RUNNING), operation(RUNNING), operation(DONE, metadata={"a": 1}))

    found = client.change("POST", locate("instances", project="labctl-01"), {"name": "dc"})

    assert found == {"a": 1}
    assert standin.asked[1].path == "/1.0/instances?project=labctl-01"
    assert standin.asked[1].document == {"name": "dc"}
    assert len(standin.asked) == 5


def test_a_change_that_is_done_at_once_is_not_waited_for(standin: StandIn, client: Client) -> None:
    standin.answer("PUT /1.0/projects/p", sync(None))

    assert client.change("PUT", locate("projects", "p"), {}) is None
    assert len(standin.asked) == 2


def test_an_operation_that_runs_for_ever_ends_at_the_deadline_in_a_sentence(
    standin: StandIn, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labctl.providers.incus.client._LAST_LOOK_S", 19.9)  # of its twenty
    standin.answer("POST /1.0/instances", begun("op1"))
    standin.answer(WAIT, operation(RUNNING))

    with pytest.raises(ProviderError, match="« Creating instance » tourne encore") as refused:
        client.change("POST", locate("instances"), {})

    assert refused.value.hint == "incus operation show op1"


def test_a_wait_that_ends_without_metadata_is_no_news_of_the_operation(
    standin: StandIn, client: Client
) -> None:
    standin.answer("DELETE /1.0/instances/dc", begun("op1"))
    standin.answer(WAIT, error("context deadline exceeded", 500), operation(DONE))
    standin.answer(LOOK, operation(RUNNING))

    assert client.change("DELETE", locate("instances", "dc")) is None
    assert len(standin.asked) == 5


def test_an_operation_of_which_nothing_is_said_is_told_in_a_sentence(
    standin: StandIn, client: Client
) -> None:
    standin.answer("POST /1.0/instances", begun("op1"))
    standin.answer(WAIT, error("Operation not found", 404))
    standin.answer(LOOK, error("Operation not found", 404))

    with pytest.raises(Refused, match="devenue l'opération « Creating instance » : Operation not"):
        client.change("POST", locate("instances"), {})

    standin.answer(WAIT, sync(None))
    standin.answer(LOOK, sync(None))

    with pytest.raises(Refused, match="metadata: null"):
        client.change("POST", locate("instances"), {})


def test_an_operation_that_failed_says_why_on_one_line(standin: StandIn, client: Client) -> None:
    standin.answer("POST /1.0/instances", begun("op1"))
    standin.answer(WAIT, operation(FAILED, err="No space left\n\x1b[31mon device"))

    with pytest.raises(Refused, match="a échoué : No space left") as refused:
        client.change("POST", locate("instances"), {})

    assert "\x1b" not in refused.value.message
    assert "\n" not in refused.value.message


def test_what_is_not_there_has_its_code(client: Client) -> None:
    with pytest.raises(Refused, match="Incus refuse : Not Found") as refused:
        client.read(locate("instances", "dc"))

    assert refused.value.code == NOT_FOUND
    assert refused.value.exit_code == 5


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b"[" * 100_000, b""])
def test_an_answer_that_is_no_document_is_an_error_of_the_provider(
    standin: StandIn, client: Client, body: bytes
) -> None:
    standin.answer("GET /1.0/networks", body)

    with pytest.raises(ProviderError, match="incompréhensible"):
        client.read(locate("networks"))


def test_an_answer_above_the_cap_is_cut(standin: StandIn, client: Client) -> None:
    standin.answer("GET /1.0/networks", b" " * (1 << 20))

    with pytest.raises(ProviderError, match="envoie plus que permis"):
        client.read(locate("networks"), cap=1000)

    assert client.read("/1.0")["auth"] == "trusted"


def test_a_server_that_says_nothing_is_given_up_at_the_deadline(
    member: Identity, labctl: Identity
) -> None:
    given_up = threading.Event()

    def hang(number: int) -> ssl.SSLContext:
        assert number == 0 or given_up.wait(60)
        return serve_as(member, labctl)

    with open_standin(member, hang) as standin:
        with pytest.raises(ProviderError, match="n'a pas répondu à temps"):
            open_and_close(standin.server, labctl, soon(0.5))
        given_up.set()


def test_a_file_goes_up_as_it_is_and_comes_down_whole(standin: StandIn, client: Client) -> None:
    content = bytes(range(256)) * 1000
    standin.answer("POST /1.0/images", begun("op1"))
    standin.answer(WAIT, operation(DONE, metadata={"fingerprint": "ab"}))
    standin.answer("GET /1.0/instances/dc/files", content)

    taken = client.upload(
        locate("images"), io.BytesIO(content), {"Content-Length": str(len(content))}
    )
    read = client.read_bytes(locate("instances", "dc", "files", path="/etc/hosts"))

    assert taken == {"fingerprint": "ab"}
    assert standin.asked[1].body == content
    assert standin.asked[1].content_type == "application/octet-stream"
    assert read == content


def test_a_file_that_is_refused_before_all_of_it_came_has_its_reason(
    standin: StandIn, client: Client
) -> None:
    standin.is_hasty = True
    standin.answer("POST /1.0/instances/dc/files", error("no space left on device", 500))

    with pytest.raises(Refused, match="no space left on device"):
        client.upload(FILE, bytes(16 << 20), {})

    assert client.read("/1.0")["auth"] == "trusted"  # on a new connection


def test_a_file_that_is_not_there_has_its_code(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        client.read_bytes(locate("instances", "dc", "files", path="/lost"))

    assert refused.value.code == NOT_FOUND


def test_names_are_quoted_in_paths() -> None:
    assert locate("instances", "a/../b", project="p&q") == "/1.0/instances/a%2F..%2Fb?project=p%26q"


def test_a_request_that_is_never_answered_is_given_up_long_before_the_act(
    standin: StandIn, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Deaf:
        answers = threading.Event()

        def answer(self, *_asked: object) -> Answer:
            self.answers.wait(20)
            return sync(None)

    monkeypatch.setattr(client_module, "_REQUEST_S", 0.3)
    standin.cluster = Deaf()

    with pytest.raises(ProviderError, match="n'a pas répondu à temps"):
        client.change("POST", locate("networks"), {})

    Deaf.answers.set()
    assert client.deadline.remaining_s() > 10
