"""The probe on the wire, against real daemons and firewalls in throw-away namespaces."""

import json
import time
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Any

import pytest

from checks.dhcp.facts.options import parse_offer
from labctl.connect.base import Answer, Question, Transport, Vantage
from labctl.connect.wire.session import open_wire
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.verdict import Reason
from labctl.core.wait import until
from tests.contract.wire_lab import WireLab, wire_lab

pytestmark = pytest.mark.embedded

FIREWALL = """\
table ip filter {
 chain forward {
  type filter hook forward priority 0; policy accept;
  tcp dport 81 drop
  tcp dport 82 reject with icmp type admin-prohibited
  tcp dport 83 reject with icmp type host-unreachable
  tcp dport 84 reject with tcp reset
  tcp dport 1000-1400 drop
  ip daddr 10.9.2.3 icmp type echo-request reject with icmp type admin-prohibited
 }
}
"""
PAGE = """\
import http.server, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = (self.path + " " + self.client_address[0]).encode()
        self.send_response(200); self.send_header("X-Page", "oui"); self.end_headers()
        self.wfile.write(body)
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200); self.end_headers(); self.wfile.write(body[::-1])
    def log_message(self, *rest): pass
http.server.HTTPServer(("", 80), Page).serve_forever()
"""
FLOOD = """\
import socket
server = socket.create_server(("", 80))
while True:
    peer, _from = server.accept()
    peer.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n")
    try:
        while True: peer.sendall(b"x" * 65536)
    except OSError: pass
"""
MUTE = """\
import socket
server = socket.create_server(("", 80), backlog=100)
kept = []
while True: kept.append(server.accept())
"""
DNSMASQ = ("/usr/sbin/dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0",
           "--leasefile-ro", "--user=root", "--pid-file=", "--log-facility=/dev/null")  # fmt: skip


@pytest.fixture(scope="module")
def lab() -> Iterator[WireLab]:
    """A probe in 10.9.1.0/24, a router that filters, a server in 10.9.2.0/24."""
    with wire_lab() as lab:
        for name in ("probe", "router", "server"):
            lab.add(name)
        lab.wire("probe", "eth0", "router", "lan0")
        lab.wire("server", "eth0", "router", "wan0")
        lab.address("probe", "eth0", "10.9.1.254/24", "10.9.1.1")
        lab.address("router", "lan0", "10.9.1.1/24")
        lab.address("router", "wan0", "10.9.2.1/24")
        lab.address("server", "eth0", "10.9.2.2/24", "10.9.2.1")
        lab.act("router", "/usr/sbin/sysctl", "-q", "-w", "net.ipv4.ip_forward=1")
        lab.act("router", "/usr/sbin/nft", "-f", "-", stdin=FIREWALL)
        lab.serve_python("server", PAGE)
        page: dict[str, object] = {"kind": "tcp", "host": "10.9.2.2", "port": 80}
        until(lambda: results(lab.ask("probe", page)) == [{"outcome": "open"}], Deadline.after(60))
        yield lab


def results(answer: Answer) -> Any:
    assert answer.trouble is None
    return json.loads(answer.output)["results"]


def outcomes(answer: Answer) -> list[str]:
    return [result["outcome"] for result in results(answer)]


def tcp(port: int, host: str = "10.9.2.2") -> dict[str, object]:
    return {"kind": "tcp", "host": host, "port": port}


def echo(host: str) -> dict[str, object]:
    return {"kind": "icmp", "host": host}


def test_tells_a_drop_from_every_way_of_saying_no(lab: WireLab) -> None:
    answer = lab.ask("probe", *(tcp(port) for port in (80, 79, 81, 82, 83, 84)))

    wanted = ["open", "refused", "silent", "prohibited", "unroutable", "refused"]
    assert outcomes(answer) == wanted


def test_a_large_matrix_lasts_as_long_as_one_silence(lab: WireLab) -> None:
    one = lab.ask("probe", tcp(1000))

    answer = lab.ask("probe", *(tcp(port) for port in range(1000, 1150)))

    assert set(outcomes(one)) == set(outcomes(answer)) == {"silent"}
    assert answer.elapsed_s < 10 * one.elapsed_s  # one after the other: a hundred and fifty times


def test_tells_an_echo_from_silence_and_prohibition(lab: WireLab) -> None:
    hosts = ("10.9.2.2", "10.9.1.1", "10.9.1.254", "10.9.1.77", "10.9.2.3")

    answer = lab.ask("probe", *(echo(host) for host in hosts))

    assert outcomes(answer) == ["open", "open", "open", "silent", "prohibited"]


def test_two_questions_of_one_visit_keep_their_order(lab: WireLab) -> None:
    first, second = lab.ask_each("probe", [tcp(81), tcp(80)], [tcp(80)])

    assert (outcomes(first), outcomes(second)) == (["silent", "open"], ["open"])


def test_a_page_comes_back_with_its_random_word(lab: WireLab) -> None:
    page: dict[str, object] = {"kind": "http", "host": "10.9.2.2", "port": 80, "path": "/p-"}

    first, second = results(lab.ask("probe", page | {"nonce": True}, page | {"nonce": True}))

    assert bytes.fromhex(first["payload"]) == f"/p-{first['nonce']} 10.9.1.254".encode()
    assert (first["status"], first["headers"]["x-page"]) == (200, "oui")
    assert first["nonce"] != second["nonce"]


def test_a_request_may_carry_bytes(lab: WireLab) -> None:
    post: dict[str, object] = {
        "kind": "http", "host": "10.9.2.2", "port": 80, "method": "POST", "path": "/",
        "type": "application/ipp", "payload": "00ff10",
    }  # fmt: skip

    assert results(lab.ask("probe", post))[0]["payload"] == "10ff00"


def test_arp_names_who_answers_and_who_does_not(lab: WireLab) -> None:
    mac = read_mac(lab, "router", "lan0")
    trial: dict[str, object] = {
        "kind": "arp", "interface": "eth0", "hosts": ["10.9.1.1", "10.9.1.9"],
    }  # fmt: skip

    assert results(lab.ask("probe", trial)) == [{"macs": {"10.9.1.1": [mac], "10.9.1.9": []}}]


def read_mac(lab: WireLab, name: str, card: str) -> str:
    link = json.loads(lab.act(name, "/usr/sbin/ip", "-j", "link", "show", "dev", card))
    return str(link[0]["address"])


def test_a_card_tells_its_state(lab: WireLab) -> None:
    answer = lab.ask("probe", {"kind": "link", "interface": "eth0"})

    assert results(answer) == [{"up": True, "address": "10.9.1.254"}]


def test_a_card_that_is_not_there_is_an_error_of_the_probe(lab: WireLab) -> None:
    answer = lab.ask("probe", {"kind": "link", "interface": "eth7"})

    assert results(answer) == [{"outcome": "error", "detail": "ENODEV"}]


def test_a_scan_finds_the_neighbours_and_their_open_ports(lab: WireLab) -> None:
    lab.serve_python("server", MUTE.replace("80", "2605"))
    scan: dict[str, object] = {
        "kind": "scan", "interface": "wan0", "network": "10.9.2.0/24", "except": ["10.9.2.1"],
        "tcp": [80, 79, 2605], "udp": {"53": "00"},
    }  # fmt: skip
    until(lambda: outcomes(lab.ask("router", tcp(2605))) == ["open"], Deadline.after(60))

    found = results(lab.ask("router", scan))[0]["hosts"]

    assert found == {
        "10.9.2.2": {
            "mac": read_mac(lab, "server", "eth0"),
            "tcp": {"80": "open", "79": "refused", "2605": "open"},
            "udp": {"53": "refused"},
        }
    }


def test_a_page_without_end_is_cut_and_one_without_beginning_is_left() -> None:
    with wire_lab() as lab:
        lab.add("probe")
        for name, program, last in (("flood", FLOOD, 1), ("mute", MUTE, 2)):
            lab.add(name)
            lab.wire("probe", f"eth{last}", name, "eth0")
            lab.address("probe", f"eth{last}", f"10.9.{last}.254/24")
            lab.address(name, "eth0", f"10.9.{last}.1/24")
            lab.serve_python(name, program)
        hosts = ("10.9.1.1", "10.9.2.1")
        ready = [tcp(80, host) for host in hosts]
        until(lambda: outcomes(lab.ask("probe", *ready)) == ["open", "open"], Deadline.after(60))
        pages: list[dict[str, object]] = [
            {"kind": "http", "host": host, "port": 80, "path": "/"} for host in hosts
        ]

        flooded, mute = results(lab.ask("probe", *pages))

        assert (flooded["status"], mute["status"]) == (200, 0)
        assert len(flooded["payload"]) < 2 * 80_000


def dhcp_lab(lab: WireLab, *servers: str) -> None:
    """A segment on a bridge: a probe with a static address and DHCP servers."""
    lab.add("probe")
    lab.add("bridge")
    lab.act("bridge", "/usr/sbin/ip", "link", "add", "br0", "type", "bridge")
    lab.act("bridge", "/usr/sbin/ip", "link", "set", "br0", "up")
    lab.wire("probe", "eth0", "bridge", "p0")
    lab.act("bridge", "/usr/sbin/ip", "link", "set", "p0", "master", "br0")
    lab.address("probe", "eth0", "10.9.1.254/24")
    for number, options in enumerate(servers, start=1):
        name = f"server{number}"
        lab.add(name)
        lab.wire(name, "eth0", "bridge", f"p{number}")
        lab.act("bridge", "/usr/sbin/ip", "link", "set", f"p{number}", "master", "br0")
        lab.address(name, "eth0", f"10.9.1.{number}/24")
        lab.serve(name, *DNSMASQ, *options.split())
        lab.wait_for_udp(name, 67)


DISCOVER: dict[str, object] = {"kind": "dhcp", "interface": "eth0"}


def test_an_offer_is_read_with_its_options_even_after_a_ping_check() -> None:
    with wire_lab() as lab:
        options = (
            "--dhcp-range=10.9.1.100,10.9.1.179,255.255.255.0,8h --dhcp-option=3,10.9.1.1"
            " --dhcp-option=6,10.9.2.10 --dhcp-option=15,moana.test --dhcp-option=42,10.9.2.10"
        )
        dhcp_lab(lab, options)

        (found,) = results(lab.ask("probe", DISCOVER))

    (offer,) = [parse_offer(bytes.fromhex(message)) for message in found["offers"]]
    assert (str(offer.server), str(offer.router), offer.mask) == (
        "10.9.1.1", "10.9.1.1", "255.255.255.0",
    )  # fmt: skip
    assert (offer.dns, offer.ntp) == ((IPv4Address("10.9.2.10"),),) * 2
    assert (offer.domain, offer.lease_s) == ("moana.test", 8 * 3600)
    assert IPv4Address("10.9.1.100") <= offer.address <= IPv4Address("10.9.1.179")


def test_the_same_address_is_offered_each_time_a_probe_asks() -> None:
    with wire_lab() as lab:
        dhcp_lab(lab, "--dhcp-range=10.9.1.10,10.9.1.250 --no-ping")

        readings = [results(lab.ask("probe", DISCOVER)) for _time in range(2)]

    addresses = [parse_offer(bytes.fromhex(one["offers"][0])).address for (one,) in readings]
    assert addresses[0] == addresses[1]


def test_two_servers_are_counted() -> None:
    with wire_lab() as lab:
        dhcp_lab(
            lab,
            "--dhcp-range=10.9.1.100,10.9.1.110 --no-ping",
            "--dhcp-range=10.9.1.120,10.9.1.130",
        )

        (found,) = results(lab.ask("probe", DISCOVER))

    servers = {parse_offer(bytes.fromhex(message)).server for message in found["offers"]}
    assert servers == {IPv4Address("10.9.1.1"), IPv4Address("10.9.1.2")}


def test_no_server_is_no_offer_within_the_deadline() -> None:
    with wire_lab() as lab:
        dhcp_lab(lab)
        started = time.monotonic()

        found = results(lab.ask("probe", DISCOVER))

        assert found == [{"offers": []}]
        assert time.monotonic() - started < 20


def test_a_vantage_that_is_gone_is_unobserved_not_closed() -> None:
    asked = Question(NodeName("sonde_admin"), Transport.WIRE, "essai", {"trials": (tcp(80),)})

    (answer,) = open_wire(Vantage(pid=2**22 - 1, started=1)).ask([asked], Deadline.after(2))

    assert answer.trouble is not None
    assert answer.output == b""


def test_a_visit_that_outlives_its_deadline_is_a_timeout(lab: WireLab) -> None:
    asked = Question(NodeName("probe"), Transport.WIRE, "essai", {"trials": (tcp(81),)})

    (answer,) = open_wire(lab.vantage("probe")).ask([asked], Deadline.after(0.3))

    assert answer.trouble is not None
    assert answer.trouble.reason is Reason.TIMEOUT
