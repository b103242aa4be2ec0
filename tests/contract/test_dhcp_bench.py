"""DHCP of a solved bench, as a candidate may leave it: slow, stopped, or listening in vain."""

from collections.abc import Iterator

import pytest

from tests.commands import Command

pytestmark = pytest.mark.embedded

CONFIG = "/etc/dnsmasq.d/dhcp.conf"
CHECKS = ("--only", "K-065", "--only", "K-066")
DAEMON = ("start-stop-daemon", "--make-pidfile", "--pidfile", "/run/in-vain.pid")
LISTEN = "import socket, time; s = socket.socket(type=2); s.bind(('', 67)); time.sleep(3600)"


def on_router(bench: Command, *argv: str) -> None:
    bench.must("connect", "1", "routeur", "--", *argv)


@pytest.fixture
def altered(solved: Command) -> Iterator[Command]:
    """Give the solved bench; the router's DHCP is what it was afterwards."""
    on_router(solved, "cp", CONFIG, "/root/dhcp.before")
    yield solved
    on_router(solved, "cp", "/root/dhcp.before", CONFIG)
    on_router(solved, "service", "dnsmasq", "restart")


def verdicts(bench: Command, code: int = 0) -> dict[str, tuple[str, str]]:
    found = bench.verdicts(1, *CHECKS, code=code)
    return {check: (one["verdict"], one["message"]) for check, one in found.items()}


def test_a_server_that_tries_its_addresses_first_conforms(altered: Command) -> None:
    on_router(altered, "sed", "-i", "/^no-ping/d", CONFIG)
    on_router(altered, "service", "dnsmasq", "restart")

    found = verdicts(altered)

    assert {verdict for verdict, _message in found.values()} == {"conforme"}


def test_a_stopped_server_does_not_conform(altered: Command) -> None:
    on_router(altered, "service", "dnsmasq", "stop")

    found = verdicts(altered)

    assert found["K-065"] == ("non conforme", "BUREAUTIQUE : aucun serveur DHCP ne répond")
    assert found["K-066"][0] == "non conforme"


@pytest.mark.nightly
def test_what_listens_and_never_answers_is_for_a_person_to_look_at(altered: Command) -> None:
    on_router(altered, "service", "dnsmasq", "stop")
    on_router(altered, *DAEMON, "--start", "--background", "--exec", "/usr/bin/python3", "--",
              "-c", LISTEN)  # fmt: skip

    found = verdicts(altered, code=4)
    on_router(altered, *DAEMON, "--stop")

    assert {verdict for verdict, _message in found.values()} == {"non vérifiable"}
    assert "port UDP 67 (routeur)" in found["K-065"][1]


@pytest.mark.nightly
def test_a_network_without_range_does_not_conform(altered: Command) -> None:
    on_router(altered, "sed", "-i", "/^dhcp-range=.*INVITES/d", CONFIG)
    on_router(altered, "service", "dnsmasq", "restart")

    found = verdicts(altered)

    assert found["K-065"][0] == "conforme"
    assert found["K-066"] == ("non conforme", "INVITES : aucun serveur DHCP ne répond")
