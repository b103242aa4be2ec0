"""The probe of DHCP, against the servers of Debian as they are by default."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from checks.dhcp.facts.options import parse_offer
from labctl.core.deadline import Deadline
from labctl.core.progress import silent
from labctl.providers.roles import builder, layers
from labctl.spec.kind import load_chain
from tests.contract.wire_lab import WireLab, wire_lab

pytestmark = pytest.mark.embedded

CONTENT = Path(__file__).parent / "content"
INSIDE = """\
mount -t overlay servers -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root" || exit
root=$2/root
shift 2
exec chroot "$root" "$@"
"""
DNSMASQ = ("/usr/sbin/dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0",
           "--leasefile-ro", "--user=root", "--pid-file=", "--log-facility=/dev/null")  # fmt: skip
ISC = ("/usr/sbin/dhcpd", "-4", "-f", "-q", "--no-pid", "-cf", "/dhcpd.conf", "-lf", "/leases")
KEA = ("/usr/bin/env", "KEA_LOCKFILE_DIR=none", "KEA_PIDFILE_DIR=/tmp",
       "/usr/sbin/kea-dhcp4", "-c", "/kea.conf")  # fmt: skip
ISC_CONFIG = """\
subnet 10.9.1.0 netmask 255.255.255.0 { range 10.9.1.100 10.9.1.110; option routers 10.9.1.1; %s }
"""
KEA_CONFIG = {
    "Dhcp4": {
        "interfaces-config": {"interfaces": ["eth0"]},
        "lease-database": {"type": "memfile", "persist": False},
        "subnet4": [
            {"id": 1, "subnet": "10.9.1.0/24", "pools": [{"pool": "10.9.1.120 - 10.9.1.130"}]}
        ],
    }
}


@pytest.fixture(scope="module")
def stack() -> Iterator[str]:
    """Give the layers that hold the servers, topmost first, as an overlay spells them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_CONTENT_DIR", str(CONTENT))
        found = layers.resolve(load_chain("dhcp-servers"))
        builder.build(found, silent, Deadline.after(300))
        yield ":".join(str(layer.root) for layer in reversed(found))


class Segment:
    """One segment on a bridge: a probe and servers."""

    def __init__(self, lab: WireLab, stack: str, folder: Path) -> None:
        self.lab = lab
        self._stack = stack
        self._folder = folder
        self._servers = 0
        for name in ("probe", "bridge"):
            lab.add(name)
        lab.act("bridge", "/usr/sbin/ip", "link", "add", "br0", "type", "bridge")
        lab.act("bridge", "/usr/sbin/ip", "link", "set", "br0", "up")
        self._join("probe", "p0")
        lab.address("probe", "eth0", "10.9.1.254/24")

    def add(self, *argv: str, files: dict[str, str] | None = None) -> None:
        """Start a server of the layers, and wait until something listens on its port."""
        self._servers += 1
        name = f"server{self._servers}"
        folder = self._folder / name
        for part in ("upper", "work", "root"):
            (folder / part).mkdir(parents=True)
        for path, text in (files or {}).items():
            (folder / "upper" / path).write_text(text)
        self.lab.add(name)
        self._join(name, f"p{self._servers}")
        self.lab.address(name, "eth0", f"10.9.1.{self._servers}/24")
        inside = ("/usr/bin/unshare", "--mount", "/bin/sh", "-c", INSIDE, "inside")
        self.lab.serve(name, *inside, self._stack, str(folder), *argv)
        self.lab.wait_for_udp(name, 67)

    def ask(self, *, patient: bool = True, card: str = "eth0") -> list[IPv4Address]:
        """Return the servers that answer the probe."""
        trial: dict[str, object] = {"kind": "dhcp", "interface": card, "patient": patient}
        return servers_of(self.lab, trial)[0]

    def _join(self, name: str, port: str) -> None:
        self.lab.wire(name, "eth0", "bridge", port)
        self.lab.act("bridge", "/usr/sbin/ip", "link", "set", port, "master", "br0")


def servers_of(lab: WireLab, *trials: dict[str, object]) -> list[list[IPv4Address]]:
    """Return the servers that answer each trial, made at once."""
    answer = lab.ask("probe", *trials)
    assert answer.trouble is None
    return [
        [parse_offer(bytes.fromhex(message)).server for message in result["offers"]]
        for result in json.loads(answer.output)["results"]
    ]


@pytest.fixture
def segment(stack: str, tmp_path: Path) -> Iterator[Segment]:
    """Give a segment without servers."""
    with ExitStack() as left:
        yield Segment(left.enter_context(wire_lab()), stack, tmp_path)


SERVERS = {
    "dnsmasq": ((*DNSMASQ, "--dhcp-range=10.9.1.100,10.9.1.110"), {}),
    "isc": (ISC, {"dhcpd.conf": ISC_CONFIG % "", "leases": ""}),
    "kea": (KEA, {"kea.conf": json.dumps(KEA_CONFIG)}),
}


@pytest.mark.parametrize(("argv", "files"), SERVERS.values(), ids=SERVERS)
def test_a_server_with_its_defaults_is_heard(
    segment: Segment, argv: tuple[str, ...], files: dict[str, str]
) -> None:
    segment.add(*argv, files=files)

    assert segment.ask(patient=False) == [IPv4Address("10.9.1.1")]
    assert segment.ask() == [IPv4Address("10.9.1.1")]


def test_a_server_that_answers_a_client_in_need_only_is_heard(segment: Segment) -> None:
    config = ISC_CONFIG % "min-secs 10;"
    segment.add(*ISC, files={"dhcpd.conf": config, "leases": ""})

    assert segment.ask(patient=False) == []
    assert segment.ask() == [IPv4Address("10.9.1.1")]


def test_a_slow_server_is_counted_beside_a_quick_one(segment: Segment) -> None:
    segment.add(*SERVERS["dnsmasq"][0])
    segment.add(*KEA, files={"kea.conf": json.dumps(KEA_CONFIG)})

    assert segment.ask() == [IPv4Address("10.9.1.1"), IPv4Address("10.9.1.2")]


def test_one_server_pings_for_one_network_after_the_other(stack: str, tmp_path: Path) -> None:
    with wire_lab() as lab:
        segment = Segment(lab, stack, tmp_path)
        lab.add("server")
        ranges = []
        for number in range(1, 5):
            lab.wire("probe", f"lan{number}", "server", f"eth{number}")
            lab.address("server", f"eth{number}", f"10.9.1{number}.1/24")
            ranges.append(f"--dhcp-range=10.9.1{number}.100,10.9.1{number}.110")
        lab.serve("server", *DNSMASQ, *ranges)
        lab.wait_for_udp("server", 67)
        trials: list[dict[str, object]] = [
            {"kind": "dhcp", "interface": f"lan{number}"} for number in range(1, 5)
        ]

        quick = servers_of(lab, *trials)
        heard = servers_of(lab, *({**trial, "patient": True} for trial in trials))

        assert [] in quick
        assert heard == [[IPv4Address(f"10.9.1{number}.1")] for number in range(1, 5)]
        assert segment.ask(patient=False) == []
