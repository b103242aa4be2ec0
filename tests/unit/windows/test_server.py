"""Both ports, asked by libraries that ask real Windows: pypsrp, and labctl's own client."""

import http.client
import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from labwindows import paths
from labwindows.negotiate import Users
from labwindows.server import Server, open_doors
from pypsrp.exceptions import AuthenticationError, WinRMTransportError  # noqa: TID251  # as any client
from pypsrp.shell import Process, WinRS  # noqa: TID251  # as any client
from pypsrp.wsman import WSMan  # noqa: TID251  # as any client

from labctl.connect.base import Endpoint, Question, Transport, Vantage
from labctl.connect.cim.winrm import open_winrm
from labctl.core.deadline import Deadline
from labctl.core.errors import AuthenticationRefused, ConnectError
from labctl.core.ids import NodeName
from labctl.providers.roles import trust
from tests.unit.windows.simulated import simulate

ACCOUNT, PASSWORD, WRONG = "labctl-audit", "Mot-de-passe_1", "autre"
POSTE = NodeName("poste")


@dataclass(frozen=True)
class Ports:
    """A service that listens, and where its secrets are."""

    plain: int
    secured: int
    authority: Path
    password: Path

    def endpoint(self, *, tls: bool) -> Endpoint:
        """Return the way in as labctl is given it."""
        nowhere = Vantage()
        port, authority = (self.secured, str(self.authority)) if tls else (self.plain, "")
        return Endpoint(
            POSTE, Transport.CIM, "127.0.0.1", port, ACCOUNT, str(self.password), authority,
            nowhere, nowhere, "localhost",
        )  # fmt: skip

    def client(self, *, tls: bool, **options: Any) -> WSMan:
        """Return pypsrp's client."""
        given: dict[str, Any] = {
            "username": ACCOUNT,
            "password": PASSWORD,
            "port": self.secured if tls else self.plain,
            "ssl": tls,
            "no_proxy": True,
            "cert_validation": str(self.authority),
        }
        return WSMan("localhost" if tls else "127.0.0.1", **{**given, **options})


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    """Give a service that listens on both ports."""
    folder = tmp_path_factory.mktemp("ports")
    windows = simulate(folder)
    authority = trust.draw_authority("essai")
    issued = trust.issue(authority, ("localhost", "127.0.0.1"))
    for name, content in (("ca", authority.pem), ("cert", issued.pem), ("key", issued.key)):
        (folder / f"{name}.pem").write_bytes(content)
    (folder / "password").write_text(PASSWORD)
    users = Users(windows.machine, PASSWORD, str(folder / "users"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "CERTIFICATE", str(folder / "cert.pem"))
        patch.setattr(paths, "KEY", str(folder / "key.pem"))
        patch.setenv("NTLM_USER_FILE", "")
        plain, secured = (Server(0, windows.service, door) for door in open_doors(PASSWORD, users))
        for one in (plain, secured):
            Thread(target=one.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield Ports(
                plain.server_address[1], secured.server_address[1], folder / "ca.pem",
                folder / "password",
            )  # fmt: skip
        finally:
            for one in (plain, secured):
                one.shutdown()
                one.server_close()


@pytest.mark.parametrize(
    ("tls", "method"),
    [(True, "basic"), (True, "ntlm"), (True, "negotiate"), (False, "ntlm"), (False, "negotiate")],
)
def test_pypsrp_runs_a_command(ports: Ports, tls: bool, method: str) -> None:
    with ports.client(tls=tls, auth=method) as client, WinRS(client) as shell:
        process = Process(shell, "hostname")
        process.invoke()

    assert (process.rc, process.stdout) == (0, b"POSTE\r\n")


@pytest.mark.parametrize("method", ["basic", "ntlm", "negotiate"])
def test_a_wrong_password_is_refused(ports: Ports, method: str) -> None:
    client = ports.client(tls=True, auth=method, password=WRONG)

    with client, pytest.raises(AuthenticationError):
        client.get_server_config()


def test_basic_is_refused_in_clear(ports: Ports) -> None:
    client = ports.client(tls=False, auth="basic", encryption="never")

    with client, pytest.raises((AuthenticationError, WinRMTransportError)):
        client.get_server_config()


def test_a_proof_that_is_not_bound_to_the_connection_is_refused(ports: Ports) -> None:
    client = ports.client(tls=True, auth="ntlm", negotiate_send_cbt=False)

    with client, pytest.raises(AuthenticationError):
        client.get_server_config()


@pytest.mark.parametrize("tls", [True, False])
def test_labctl_asks_over_its_own_client(ports: Ports, tls: bool) -> None:
    question = Question(
        POSTE, Transport.CIM, "comptes",
        {
            "namespace": "root/cimv2",
            "class": "Win32_UserAccount",
            "where": "LocalAccount=TRUE AND SID LIKE '%-500'",
            "properties": ("SID", "Disabled"),
        },
    )  # fmt: skip
    session = open_winrm(ports.endpoint(tls=tls), Deadline.after(30))
    try:
        (answer,) = session.ask([question], Deadline.after(30))
    finally:
        session.close()

    assert answer.trouble is None
    (account,) = json.loads(answer.output)["instances"]
    assert account["Disabled"] is False
    assert account["SID"].endswith("-500")


def test_labctl_is_refused_with_another_password(ports: Ports, tmp_path: Path) -> None:
    other = tmp_path / "password"
    other.write_text(WRONG)
    endpoint = ports.endpoint(tls=True)
    wrong = Endpoint(
        endpoint.node, endpoint.transport, endpoint.address, endpoint.port, endpoint.account,
        str(other), endpoint.trust, endpoint.vantage, endpoint.console, endpoint.server_name,
    )  # fmt: skip

    with pytest.raises((AuthenticationRefused, ConnectError)):
        open_winrm(wrong, Deadline.after(30)).connect(Deadline.after(30))


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        ("/wsman", {"WSMANIDENTIFY": "unauthenticated"}, b"", 200),
        ("/wsman", {}, b"<a/>", 401),
        ("/wsman", {"Authorization": "Negotiate !!"}, b"", 401),
        ("/wsman", {"Authorization": "Negotiate TlRMTVNTUAAB"}, b"", 401),
        ("/wsman", {"Authorization": "Basic !!"}, b"", 401),
        ("/autre", {}, b"<a/>", 404),
        ("/wsman", {"Content-Length": "99999999"}, b"", 413),
        ("/wsman", {"Content-Length": "x"}, b"", 411),
    ],
)
def test_strangers_are_answered_in_http(
    ports: Ports, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    context = ssl.create_default_context(cafile=str(ports.authority))
    connection = http.client.HTTPSConnection(
        "localhost", ports.secured, context=context, timeout=20
    )
    connection.request("POST", path, body, headers)
    with connection.getresponse() as response:
        answered = response.read()
    connection.close()

    assert response.status == status
    assert status != 200 or b"simule" in answered
