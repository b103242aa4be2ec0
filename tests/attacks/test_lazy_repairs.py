"""A candidate who makes an incident look repaired: none of it may be read as a repair.

Eight incidents of the workstation are on one bench together. The candidate, root of it, tries a
trick on each, then another, then a third: a trick stays, so that each look meets all before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.attacks.on_bench import BENCH, in_node
from tests.commands import Command
from tests.figures import Figures

pytestmark = pytest.mark.embedded

NAMES = ("P-01", "P-14", "P-27", "P-30", "P-32", "P-51", "P-63", "P-64")
FAKED = "curl date dpkg getent pgrep ps smbclient systemctl"
PAGE = "labctl canari /accueil"
SERVER = f"""\
busybox cat > /run/page.py <<FIN
import http.server
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = 'curl' in self.headers.get('User-Agent', '')
        self.send_response(200 if known else 502)
        self.end_headers()
        self.wfile.write(b'{PAGE}' if known else b'')
http.server.ThreadingHTTPServer(('127.0.0.1', $port), Page).serve_forever()
FIN
setsid /usr/bin/python3 /run/page.py < /dev/null > /dev/null 2>&1 & echo $! > /run/page.pid"""


def fake(program: str, when: str, says: str) -> str:
    """Return what answers a question in the place of a program, which answers all others."""
    return (
        f"test -e /usr/bin/{program}.real || cp -a /usr/bin/{program} /usr/bin/{program}.real;"
        f"rm /usr/bin/{program}; busybox cat > /usr/bin/{program} <<'FIN'\n"
        f'#!/usr/bin/dash\ncase "$*" in {when}) {says}; exit 0;; esac\n'
        f'exec /usr/bin/{program}.real "$@"\nFIN\nchmod 755 /usr/bin/{program}'
    )


@dataclass(frozen=True)
class Trick:
    """What the candidate does, as lines for the real shell; ``$x`` is what was drawn."""

    incident: str
    name: str
    do: str


ROUNDS = (
    (
        Trick("P-01", "a line in hosts", "echo 198.51.100.80 canari.internet.test >> /etc/hosts"),
        Trick(
            "P-14", "a line before the line", "sed -i '1i 10.0.0.1 intranet.moana.test' /etc/hosts"
        ),
        Trick("P-27", "a rule before the rule", "nft insert rule inet filter output accept"),
        Trick("P-30", "the program suspended", "pkill -STOP -x $name"),
        Trick("P-32", "an exception", "echo 'export no_proxy=*' >> /etc/profile.d/internet.sh"),
        Trick("P-51", "a program that says nothing", "ln -sfn /bin/true /usr/bin/$program"),
        Trick(
            "P-63",
            "the clock set by force, and a zone of the same hour",
            "date -s '10 hours ago'; ln -sfn /usr/share/zoneinfo/Etc/GMT+10 /etc/localtime",
        ),
        Trick(
            "P-64",
            "the service started again in a loop",
            "setsid dash -c 'while sleep 2; do wbinfo --ping || service winbind start; done'"
            " < /dev/null > /dev/null 2>&1 & echo $! > /run/loop.pid",
        ),
    ),
    (
        Trick("P-01", "a public resolver", "echo nameserver 198.51.100.53 > /etc/resolv.conf"),
        Trick(
            "P-14",
            "the DNS before hosts",
            "sed -i 's/^hosts:.*/hosts: dns files/' /etc/nsswitch.conf",
        ),
        Trick("P-27", "the firewall stopped, for now", "systemctl stop nftables"),
        Trick("P-30", "a list without the program", fake("ps", "*stat,ni*", "true")),
        Trick("P-32", "a page of the candidate's", fake("curl", "*accueil*", f"echo '{PAGE}'")),
        Trick(
            "P-51",
            "a program of the candidate's",
            "rm /usr/bin/$program; printf '#!/bin/sh\\necho plan ouvert\\n' > /usr/bin/$program;"
            "chmod 755 /usr/bin/$program",
        ),
        Trick("P-63", "an hour of the candidate's", fake("date", "+%z", "echo -1000")),
        Trick(
            "P-64",
            "an account of the candidate's",
            fake("getent", "passwd*", "echo $* | sed s/$/:x:/"),
        ),
    ),
    (
        Trick(
            "P-01",
            "questions sent to another server",
            "nft 'table ip lie { chain out { type nat hook output priority -100;"
            " udp dport 53 dnat to 198.51.100.53; }; }'",
        ),
        Trick(
            "P-14",
            "whoever looks is recognised",
            fake("curl", "*--insecure*intranet*", "echo '<h1>Intranet</h1>'"),
        ),
        Trick(
            "P-27",
            "the firewall open while somebody looks",
            fake(
                "smbclient",
                "*--list*",
                "nft insert rule inet filter output accept; smbclient.real $*",
            ),
        ),
        Trick("P-30", "a search that finds nothing", fake("pgrep", "*", "exit 1")),
        Trick("P-32", "a proxy that knows whoever looks", SERVER),
        Trick("P-51", "files that are as they should be", fake("dpkg", "--verify*", "true")),
        Trick(
            "P-63",
            "a clock that is forced",
            "printf '#!/bin/sh\\nTZ=Pacific/Tahiti exec /usr/bin/date.real \"$@\"\\n'"
            " > /usr/local/sbin/date; chmod 755 /usr/local/sbin/date",
        ),
        Trick(
            "P-64",
            "a service that says it is enabled",
            fake("systemctl", "'is-enabled winbind'", "echo enabled"),
        ),
    ),
)


@dataclass(frozen=True)
class Broken:
    """A bench with the incidents, and what was drawn for each."""

    command: Command
    drawn: dict[str, dict[str, str]]

    def bind(self, incident: str) -> str:
        """Return lines for a shell that name what was drawn."""
        return "\n".join(f"{name}={value}" for name, value in self.drawn[incident].items())


@pytest.fixture(scope="module")
def broken(linux: Command) -> Iterator[Broken]:
    there = records(linux, "inject", "--only", ",".join(NAMES))
    yield Broken(linux, {one["id"]: one["drawn"] for one in there})
    in_node(
        linux, "poste", "/usr/bin/dash", "-c",
        "kill $(/usr/bin/busybox cat /run/loop.pid /run/page.pid);"
        "rm -f /usr/local/sbin/date /run/page.py;"
        f"cd /usr/bin; for n in {FAKED}; do test ! -e $n.real || mv -f $n.real $n; done",
    )  # fmt: skip
    linux.must("incident", "undo", str(BENCH))


@pytest.mark.parametrize("tricks", ROUNDS, ids=("first", "second", "third"))
def test_a_trick_is_no_repair(figures: Figures, broken: Broken, tricks: tuple[Trick, ...]) -> None:
    lines = [f"(\n{broken.bind(trick.incident)}\n{trick.do}\n)" for trick in tricks]
    in_node(broken.command, "poste", "/usr/bin/dash", "-c", "\n".join(lines))
    looked = {one["id"]: one["looks"][-1]["lines"] for one in records(broken.command, "status")}

    figures.add("lazy repairs", "tried on a bench", len(tricks))
    believed = [name for name, said in looked.items() if set(said.values()) == {"oui"}]
    assert believed == []
    assert {name: said["cause"] for name, said in looked.items()} == dict.fromkeys(NAMES, "non")


def records(command: Command, act: str, *words: str) -> list[dict[str, Any]]:
    document = command.json("incident", act, str(BENCH), *words)
    there: list[dict[str, Any]] = document["benches"][str(BENCH)]
    return [one for one in there if one["stage"] == "injectée"]
