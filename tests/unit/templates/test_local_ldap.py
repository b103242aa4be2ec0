"""LDAP over the local socket: requests to the byte, answers in any pieces."""

import socket
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

from tests.plans import plan_of
from tests.unit.templates.programs import load, spec_of

DONE = bytes.fromhex("300c02010165070a010004000400")
ENTRY = bytes.fromhex("302a0201016425040030213 01f0413".replace(" ", "")) + (
    b"highestCommittedUSN" + bytes.fromhex("31080406") + b"004218"
)


@pytest.fixture
def ldap(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    controller, _ran = load(monkeypatch, "dc", "dc", spec_of(plan_of(1), "dc"))
    module: ModuleType = sys.modules[controller.LocalDirectory.__module__]
    return module


class Server:
    """A directory that says what it is told to, in pieces, and keeps what it was asked."""

    def __init__(self, path: Path, pieces: list[bytes]) -> None:
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen(1)
        self._pieces = pieces
        self.asked = b""
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        link, _peer = self._server.accept()
        with link, self._server:
            self.asked = link.recv(4096)
            for piece in self._pieces:
                link.sendall(piece)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ldapi"


def test_an_attribute_is_replaced(ldap: ModuleType, path: Path) -> None:
    server = Server(path, [bytes.fromhex("300c020101"), bytes.fromhex("67070a010004000400")])

    with ldap.LocalDirectory(str(path)) as directory:
        directory.replace("CN=a", {"x": b"yz"})
    server.thread.join(2)

    change = "300e0a010230090401783104" + "0402797a"
    assert server.asked.hex() == f"301d02010166180404434e3d613010{change}"


def test_the_root_entry_is_read_in_pieces(ldap: ModuleType, path: Path) -> None:
    said = ENTRY + DONE
    server = Server(path, [said[:1], said[1:20], said[20:50], said[50:]])

    with ldap.LocalDirectory(str(path)) as directory:
        assert directory.read_root("highestCommittedUSN") == "004218"
    server.thread.join(2)


@pytest.mark.parametrize(
    "said",
    [
        bytes.fromhex("300f020101670a0a0135040004036e6f6e"),  # unwilling to perform: « non »
        bytes.fromhex("3003"),  # cut
        b"",
        DONE,  # no entry
    ],
)
def test_what_is_no_success_is_refused(ldap: ModuleType, path: Path, said: bytes) -> None:
    server = Server(path, [said])

    with ldap.LocalDirectory(str(path)) as directory, pytest.raises(ldap.Refused):
        directory.read_root("highestCommittedUSN")
    server.thread.join(2)


def test_long_values_have_long_lengths(ldap: ModuleType) -> None:
    element = ldap.tlv(4, b"x" * 300)

    assert element[:4].hex() == "0482012c"
    assert ldap.parse(element) == [(4, b"x" * 300)]
