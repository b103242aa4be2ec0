"""The upstream: names, leases, and the canary."""

import json
import socket
import threading
from pathlib import Path
from types import ModuleType

import pytest

from tests.plans import plan_of
from tests.unit.templates.programs import load, spec_of


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    module, _ran = load(monkeypatch, "internet", "canary", spec_of(plan_of(1), "internet"))
    monkeypatch.setattr(module, "LOG", str(tmp_path / "canary.jsonl"))
    (tmp_path / "canary.jsonl").touch()
    return module


def test_only_public_names_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    upstream, _ran = load(monkeypatch, "internet", "internet", spec_of(plan_of(1), "internet"))

    lines = upstream.dnsmasq_conf().splitlines()

    assert "local=/#/" in lines
    assert "host-record=canari.internet.test,198.51.100.80" in lines
    assert not [line for line in lines if "moana" in line or "10.21" in line]


def test_leases_leave_room_for_the_gateway_and_the_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    upstream, _ran = load(monkeypatch, "internet", "internet", spec_of(plan_of(1), "internet"))

    assert "dhcp-range=203.0.113.100,203.0.113.199,12h" in upstream.dnsmasq_conf()


def test_a_page_carries_the_path_that_was_asked(canary: ModuleType) -> None:
    head, body = canary.render(canary.BODY.format(path="/4f2a").encode()).split(b"\r\n\r\n")

    assert b"Content-Length: %d" % len(body) in head
    assert b"/4f2a" in body


def test_a_visit_is_answered_and_logged(canary: ModuleType) -> None:
    ours, theirs = socket.socketpair()
    canary.VISITORS.acquire()
    server = threading.Thread(target=canary.serve, args=(theirs, "203.0.113.5", 80, None))
    server.start()

    ours.sendall(b"GET /4f2a HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = ours.recv(4096)
    server.join(5)

    ours.close()
    entry = json.loads(Path(canary.LOG).read_text())
    assert answer.startswith(b"HTTP/1.1 200")
    assert (entry["source"], entry["port"], entry["path"]) == ("203.0.113.5", 80, "/4f2a")


def test_the_site_that_candidates_try_keeps_no_log(canary: ModuleType) -> None:
    ours, theirs = socket.socketpair()
    canary.VISITORS.acquire()
    server = threading.Thread(target=canary.serve, args=(theirs, "10.0.0.5", canary.PUBLIC, None))
    server.start()

    ours.sendall(b"GET / HTTP/1.1\r\nHost: www.internet.test\r\n\r\n")
    answer = ours.recv(4096)
    server.join(5)

    ours.close()
    assert b"www.internet.test" in answer
    assert Path(canary.LOG).read_text() == ""


def test_a_visitor_who_says_nothing_is_not_logged(canary: ModuleType) -> None:
    ours, theirs = socket.socketpair()
    canary.VISITORS.acquire()
    ours.close()

    canary.serve(theirs, "203.0.113.5", 80, None)

    assert Path(canary.LOG).read_text() == ""


def test_a_full_log_is_kept_once_and_begun_again(
    canary: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canary, "LOG_CAP_BYTES", 10)
    canary.note("203.0.113.5", 80, "/first")

    canary.note("203.0.113.5", 80, "/second")

    assert "/second" in Path(canary.LOG).read_text()
    assert "/first" in Path(f"{canary.LOG}.1").read_text()


@pytest.fixture
def depot(canary: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    suite = tmp_path / "depot" / "debian" / "dists" / "salle"
    suite.mkdir(parents=True)
    (suite / "InRelease").write_text("signé")
    (suite / "outil_1.0+salle1_all.deb").write_bytes(b"\x00\xff")
    (tmp_path / "depot" / "cle").write_text("secret")
    (suite / "lien").symlink_to("/etc/passwd")
    monkeypatch.setattr(canary, "DEPOT", str(tmp_path / "depot"))
    return canary


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/debian/dists/salle/InRelease", "signé".encode()),
        ("/debian/dists/salle/outil_1.0%2bsalle1_all.deb", b"\x00\xff"),  # apt writes it so
        ("http://depot.internet.test/debian/dists/salle/InRelease", "signé".encode()),  # a proxy
    ],
)
def test_packages_are_served(depot: ModuleType, path: str, body: bytes) -> None:
    head, served = depot.render_site(path).split(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert served == body


@pytest.mark.parametrize(
    "path",
    [
        "/debian/",
        "/debian/dists/salle",
        "/debian/../cle",
        "/debian/%2e%2e/cle",
        "/debian//etc/passwd",
        "/debian/dists/salle/lien",
        "/debian/dists/salle/Release",
    ],
)
def test_nothing_else_is_served_in_their_place(depot: ModuleType, path: str) -> None:
    assert depot.render_site(path).startswith(b"HTTP/1.1 404 Not Found\r\nContent-Type")


def test_other_pages_of_the_site_are_its_one_page(depot: ModuleType) -> None:
    assert depot.SITE.encode() in depot.render_site("/debianx")
