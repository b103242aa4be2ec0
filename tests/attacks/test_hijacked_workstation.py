"""A candidate who is root of the workstation, or of the router, fakes what labctl looks at.

Each case says what was done, and the verdict of every check that is not as on the healthy bench:
all others must be what they were. A wrong thing behind a fake stays wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from tests.attacks.on_bench import (
    BENCH,
    Verdicts,
    changed_from,
    count_attack,
    grade_in_time,
    in_node,
)
from tests.commands import Command
from tests.figures import Figures

pytestmark = pytest.mark.embedded

NO, UNKNOWN = "non conforme", "non vérifiable"
ALL_OF_POSTE = {"K-007", "K-012", "K-034", "K-037", "K-054", "K-079"}
WRONG_NAME = "cp -a /etc/hostname /root/hostname.real; echo FAUX > /etc/hostname"
RIGHT_NAME = "rm -f /etc/hostname; mv /root/hostname.real /etc/hostname"
PAGE = """\
import http.server
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = ("labctl canari " + self.path).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("", 8099), Page).serve_forever()
"""
SAYS_RIGHT = "#!/bin/sh\\necho MN-PC-01\\n"


@dataclass(frozen=True)
class Case:
    """What the candidate does and undoes, as lines for the real shell; what becomes of whom."""

    name: str
    do: str
    undo: str
    changed: Mapping[str, str] = field(default_factory=dict)
    node: str = "poste"


CASES = (
    Case(
        "aliases and PATH of every shell",
        f"{WRONG_NAME}; mkdir -p /opt/faux; printf '{SAYS_RIGHT}' > /opt/faux/cat;"
        "chmod 755 /opt/faux/cat; cp -a /etc/profile /root/; cp -a /etc/bash.bashrc /root/;"
        "for f in /etc/profile /etc/bash.bashrc /etc/environment; do"
        " printf 'PATH=/opt/faux:$PATH\\nalias cat=\"echo MN-PC-01\"\\n' >> $f; done",
        f"{RIGHT_NAME}; mv /root/profile /root/bash.bashrc /etc/;rm -rf /opt/faux /etc/environment",
        {"K-007": NO},
    ),
    Case(
        "programs of the same name in /usr/local",
        f"{WRONG_NAME}; for n in cat uname ip env timeout; do"
        f" printf '{SAYS_RIGHT}' > /usr/local/bin/$n; chmod 755 /usr/local/bin/$n; done",
        f"{RIGHT_NAME}; cd /usr/local/bin && rm cat uname ip env timeout",
        {"K-007": NO},
    ),
    Case(
        "a static copy of the expected answer",
        "/usr/bin/hostname FAUX",
        "/usr/bin/hostname -F /etc/hostname",
        {"K-007": NO},
    ),
    Case(
        "a shell that answers for everybody",
        "printf '#!/bin/bash\\necho conforme\\nexit 0\\n' > /usr/local/bin/faux;"
        "chmod 755 /usr/local/bin/faux; ln -sf /usr/local/bin/faux /usr/bin/sh",
        "ln -sf dash /usr/bin/sh; rm /usr/local/bin/faux",
        dict.fromkeys((*ALL_OF_POSTE, "K-078", "K-126"), UNKNOWN),
    ),
    Case(
        "a library loaded into every program that is none",
        "echo nothing > /usr/local/lib/faux.so; echo /usr/local/lib/faux.so > /etc/ld.so.preload",
        "rm /etc/ld.so.preload /usr/local/lib/faux.so",
    ),
    Case(
        "a pipe in the place of a file",
        "mv /etc/hostname /root/hostname.real; mkfifo /etc/hostname",
        RIGHT_NAME,
        {"K-007": UNKNOWN},
    ),
    Case(
        "a file without end",
        "mv /etc/hostname /root/hostname.real; ln -s /dev/zero /etc/hostname",
        RIGHT_NAME,
        {"K-007": UNKNOWN},
    ),
    Case(
        "a file too long to be true",
        "cp -L /etc/os-release /root/os-release.real;"
        "head -c 3000000 /dev/zero | tr '\\0' x >> /etc/os-release",
        "cat /root/os-release.real > /etc/os-release",
        {"K-012": UNKNOWN},
    ),
    Case(
        "control characters in a name",
        "cp -a /etc/hostname /root/hostname.real;"
        "printf 'MN-PC-01\\033[2K\\033]0;conforme\\007\\342\\200\\256\\n' > /etc/hostname",
        RIGHT_NAME,
        {"K-007": NO},
    ),
    Case(
        "an exit code that looks like a lost connection",
        "for name in readlink cmp; do mv /usr/bin/$name /usr/bin/$name.real;"
        "printf '#!/bin/sh\\nexit 255\\n' > /usr/bin/$name; chmod 755 /usr/bin/$name; done",
        "for name in readlink cmp; do mv /usr/bin/$name.real /usr/bin/$name; done",
        {"K-012": NO},
    ),
    Case(
        "a second DHCP server in the network of the workstations",
        "A=$(ip -4 -o addr show eth0 | sed 's,.* inet \\([0-9.]*\\)\\..*,\\1,');"
        "printf 'start %s.200\\nend %s.220\\ninterface eth0\\nlease_file /run/faux.leases\\n"
        "pidfile /run/faux.pid\\noption subnet 255.255.255.0\\noption router %s.1\\n'"
        " $A $A $A > /run/faux.conf; touch /run/faux.leases; busybox udhcpd /run/faux.conf",
        "kill $(cat /run/faux.pid)",
        {"K-065": NO},
    ),
    Case(
        "a terabyte of nothing among the settings of the network",
        "/usr/bin/truncate -s 1T /etc/network/interfaces.d/faux",
        "rm /etc/network/interfaces.d/faux",
        dict.fromkeys(("K-034", "K-037", "K-078", "K-079"), UNKNOWN),
    ),
    Case(
        "a time zone of the candidate's own",
        "cp -a /etc/localtime /root/localtime.real; Z=$(readlink /etc/localtime);"
        "ln -sfn /opt/zoneinfo/${Z##*zoneinfo/} /etc/localtime",
        "rm /etc/localtime; mv /root/localtime.real /etc/localtime",
        {"K-012": NO},
    ),
    Case(
        "nobody let in over the network that labctl looks from",
        "nft add table ip faux;"
        "nft 'add chain ip faux in { type filter hook input priority -300; }';"
        "nft add rule ip faux in iifname mgmt0 drop",
        "nft delete table ip faux",
    ),
    Case(
        "a greeting that drinks what is said and never ends",
        "echo 'cat > /dev/null; exec yes' > /etc/ssh/sshrc",
        "rm /etc/ssh/sshrc",
        dict.fromkeys(ALL_OF_POSTE, UNKNOWN) | {"K-078": UNKNOWN},
    ),
    Case(
        "a router that answers in the place of the Internet",
        f"cat > /run/faux.py <<'FIN'\n{PAGE}FIN\n"
        "setsid python3 /run/faux.py > /dev/null 2>&1 & echo $! > /run/faux.pid;"
        "nft list ruleset > /run/faux.rules; nft add table ip faux;"
        "nft 'add chain ip faux in { type nat hook prerouting priority -150; }';"
        "nft 'add rule ip faux in iifname != wan0 ip daddr != 10.0.0.0/8 tcp dport 80"
        " redirect to :8099';"
        "nft insert rule inet pare_feu entree tcp dport 8099 accept",
        "kill $(cat /run/faux.pid); nft flush ruleset; nft -f /run/faux.rules",
        dict.fromkeys(("K-091", "K-092", "K-094"), UNKNOWN),
        "routeur",
    ),
)


OF_EACH_CHANGE = {
    "programs of the same name in /usr/local",
    "a shell that answers for everybody",
    "a file without end",
    "control characters in a name",
    "a second DHCP server in the network of the workstations",
}
"""One of each kind: a program, a shell, too much, what a terminal obeys, a lie on the wire."""
NIGHTLY = pytest.mark.nightly
assert {one.name for one in CASES} > OF_EACH_CHANGE


@pytest.fixture(scope="module")
def as_solved(linux: Command) -> Verdicts:
    verdicts = linux.verdicts(BENCH)
    assert {v["verdict"] for v in verdicts.values()} == {"conforme"}
    return verdicts


@pytest.mark.parametrize(
    "case",
    [pytest.param(one, marks=[] if one.name in OF_EACH_CHANGE else NIGHTLY) for one in CASES],
    ids=lambda case: case.name,
)
def test_a_fake_is_no_answer(
    figures: Figures, linux: Command, as_solved: Verdicts, case: Case
) -> None:
    in_node(linux, case.node, "/usr/bin/dash", "-c", case.do)
    try:
        verdicts = grade_in_time(linux, code=4 if UNKNOWN in case.changed.values() else 0)
    finally:
        in_node(linux, case.node, "/usr/bin/dash", "-c", case.undo)

    count_attack(figures, as_solved, verdicts, {k: {v} for k, v in case.changed.items()})
    changed = changed_from(as_solved, verdicts)
    assert changed == case.changed
    assert all(verdicts[check]["message"] or verdicts[check]["reason"] for check in changed)


def test_the_bench_is_as_before(linux: Command, as_solved: Verdicts) -> None:
    assert changed_from(as_solved, linux.verdicts(BENCH)) == {}
