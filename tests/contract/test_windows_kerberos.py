"""Kerberos between labctl and a simulated Windows that is in the domain of a real controller."""

import base64
import dataclasses
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pypsrp.shell import Process, WinRS  # noqa: TID251  # another client
from pypsrp.wsman import WSMan  # noqa: TID251  # another client
from spnego.channel_bindings import GssChannelBindings  # noqa: TID251  # a forged binding

from labctl.connect.base import Answer, Endpoint, Question, Transport, Vantage
from labctl.connect.cim.winrm import open_winrm
from labctl.connect.cim.wsman.http import open_channel
from labctl.connect.cim.wsman.kerberos import Ticket
from labctl.connect.cim.wsman.link import bind
from labctl.connect.ldap.session import read_password
from labctl.connect.vantage import run_from
from labctl.core.deadline import Deadline
from labctl.core.errors import AuthenticationRefused, ConnectError, ConnectTimeout
from labctl.core.ids import NodeName
from labctl.core.secrets import Secret
from labctl.plan.model import Link, Plan
from labctl.providers import parts
from labctl.spec.topology import End
from tests.contract.role_bench import RoleBench, open_bench
from tests.plans import plan_of

pytestmark = pytest.mark.embedded
pytest.importorskip("gssapi", reason="make setup-kerberos")
pytest.importorskip("krb5", reason="make setup-kerberos")

POSTE, DC = NodeName("poste"), NodeName("dc")
TICKET = "/root/ticket"
STUDENT, PASSWORD = "eleve", "Mot-de-passe_1"
JOIN = """
ip address add {address} dev eth0; ip link set eth0 up
echo nameserver {controller} > /etc/resolv.conf
adcli join --domain={domain} --computer-name={name} --host-fqdn={fqdn} \
    --login-user=Administrator --stdin-password
kinit -c {ticket} Administrator@{realm} < /root/password > /dev/null
rm /root/password
"""


@dataclass(frozen=True)
class Joined:
    """A bench whose workstation is a member, and the ways in."""

    bench: RoleBench
    way: Endpoint  # over TLS, as the account of the machine itself
    audit: Endpoint  # over TLS, as the audit account of the domain
    admin: Endpoint
    folder: Path

    def configuration(self) -> str:
        """Return the settings of Kerberos for a client that is no labctl."""
        realm = self.bench.plan.domain.upper()
        path = self.folder / "krb5.conf"
        path.write_text(
            f"[libdefaults]\ndefault_realm = {realm}\ndns_canonicalize_hostname = false\n"
            f"rdns = false\n[realms]\n{realm} = {{\n kdc = {self.audit.controller}\n}}\n"
            f"[domain_realm]\n.{realm.lower()} = {realm}\n"
        )
        return str(path)

    def password(self, text: str) -> str:
        """Return the file of a password."""
        path = self.folder / "password"
        path.write_text(text)
        return str(path)


def small_plan() -> Plan:
    """Return a bench of the workstation, its controller on the same cable, and the jury's view."""
    plan = plan_of(1)
    station = dataclasses.replace(plan.nodes[POSTE], kind="windows-standin")
    controller = plan.nodes[DC]
    jury = dataclasses.replace(plan.nodes[plan.management.vantage], interfaces=())
    cable = Link(
        End(DC, controller.interfaces[0].name), End(POSTE, station.interfaces[0].name)
    )  # fmt: skip
    nodes = {POSTE: station, DC: controller, jury.name: jury}
    return dataclasses.replace(plan, nodes=nodes, links=(cable,))


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Joined]:
    """Give the bench, its workstation in the domain."""
    folder = tmp_path_factory.mktemp("kerberos")
    with open_bench(small_plan(), folder) as bench:
        ways = parts.load_observer("embedded").endpoints(bench.plan)
        way, directory = ways.find(POSTE, Transport.CIM), ways.find(DC, Transport.LDAP)
        controller = ways.find(DC, Transport.SSH)
        assert way is not None
        assert directory is not None
        assert controller is not None
        audit = dataclasses.replace(
            way, account=directory.account, credential=directory.credential,
            controller=controller.address,
        )  # fmt: skip
        secret = Path(directory.credential).with_name("domain_admin_password")
        admin = dataclasses.replace(
            audit,
            account=f"Administrator@{bench.plan.domain}",
            credential=str(secret),
        )
        join(bench, way.server_name, secret.read_text().strip())
        bench.on("dc", "samba-tool", "user", "create", STUDENT, PASSWORD)
        yield Joined(bench, way, audit, admin, folder)


def join(bench: RoleBench, fqdn: str, password: str) -> None:
    """Make the workstation a member, and have its administrator hold a ticket."""
    card = bench.plan.nodes[DC].interfaces[0].address
    assert card is not None
    domain = bench.plan.domain
    values = {
        "address": f"{card.ip + 20}/{card.network.prefixlen}", "controller": card.ip,
        "ticket": TICKET, "domain": domain, "realm": domain.upper(), "fqdn": fqdn,
        "name": fqdn.partition(".")[0],
    }  # fmt: skip
    given = f"umask 077; printf %s '{password}' > /root/password; exec < /root/password"
    bench.script("poste", f"{given}\n{JOIN.format(**values)}", seconds=120)


def ask(way: Endpoint) -> Answer:
    """Ask one question in a visit of its own."""
    body = {
        "namespace": "root/cimv2", "class": "Win32_ComputerSystem", "where": "",
        "properties": ("Domain",),
    }  # fmt: skip
    session = open_winrm(way, Deadline.after(30))
    try:
        (answer,) = session.ask(
            [Question(POSTE, Transport.CIM, "", dict(body))], Deadline.after(30)
        )
    finally:
        session.close()
    return answer


def show(way: Endpoint, proof: bytes) -> int:
    """Post a proof on a connection of its own; return the status of the answer."""
    channel = open_channel(way, Deadline.after(60))
    try:
        header = f"Kerberos {base64.b64encode(proof).decode()}"
        return channel.post(b"", {"Authorization": header}, 65536).status
    finally:
        channel.close()


def draw_proof(way: Endpoint, bindings: GssChannelBindings | None) -> bytes:
    """Return a new proof of an account, tied to a connection or to none."""
    return Ticket(way, read_password(way.credential), bindings).prove(Deadline.after(60))


def bind_to(way: Endpoint) -> GssChannelBindings | None:
    """Return what a proof for this service must be tied to."""
    channel = open_channel(way, Deadline.after(60))
    channel.close()
    return bind(channel.tls)


@pytest.mark.parametrize("name", ["audit", "admin"])
@pytest.mark.parametrize("changes", [{}, {"port": 5985, "trust": ""}], ids=["tls", "sealed"])
def test_an_account_of_the_domain_is_let_in(
    joined: Joined, name: str, changes: dict[str, object]
) -> None:
    answer = ask(dataclasses.replace(getattr(joined, name), **changes))

    assert answer.trouble is None
    assert joined.bench.plan.domain.encode() in answer.output


@pytest.mark.parametrize("port", [5986, 5985], ids=["tls", "sealed"])
@pytest.mark.parametrize("method", ["negotiate", "kerberos"])
def test_another_client_is_let_in(
    joined: Joined, port: int, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRB5_CONFIG", joined.configuration())
    password = read_password(joined.audit.credential).reveal()
    name, _at, domain = joined.audit.account.partition("@")

    def play() -> tuple[int | None, bytes]:
        client = WSMan(
            joined.audit.address, port=port, ssl=port == 5986, auth=method, no_proxy=True,
            username=f"{name}@{domain.upper()}", password=password,
            negotiate_hostname_override=joined.audit.server_name,
            cert_validation=joined.audit.trust,  # type: ignore[arg-type]  # a path will do
        )  # fmt: skip
        with client, WinRS(client) as shell:
            process = Process(shell, "whoami")
            process.invoke()
            return process.rc, process.stdout

    code, said = run_from(joined.audit.vantage, play)

    assert code == 0
    assert said


def test_a_ticket_is_enough(joined: Joined, monkeypatch: pytest.MonkeyPatch) -> None:
    said = joined.bench.on("poste", "base64", TICKET)
    cache = joined.folder / "ticket"
    cache.write_bytes(base64.b64decode(said))
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{cache}")

    assert ask(dataclasses.replace(joined.admin, credential="")).trouble is None


@pytest.mark.parametrize("name", ["labctl-audit", "inconnu"])
def test_the_domain_refuses_another_password_and_another_account(joined: Joined, name: str) -> None:
    account = f"{name}@{joined.bench.plan.domain}"
    wrong = dataclasses.replace(joined.audit, account=account, credential=joined.password("autre"))

    with pytest.raises(AuthenticationRefused, match="le domaine refuse"):
        ask(wrong)


def test_another_user_of_the_domain_is_not_let_in(joined: Joined) -> None:
    account = f"{STUDENT}@{joined.bench.plan.domain}"
    student = dataclasses.replace(
        joined.audit, account=account, credential=joined.password(PASSWORD)
    )

    with pytest.raises(AuthenticationRefused, match="la machine refuse"):
        ask(student)


@pytest.mark.parametrize(
    "bindings",
    [None, GssChannelBindings(application_data=b"tls-server-end-point:" + b"\0" * 32)],
    ids=["none", "other"],
)
def test_a_proof_that_is_not_bound_to_the_connection_is_refused(
    joined: Joined, bindings: GssChannelBindings | None
) -> None:
    bound = show(joined.audit, draw_proof(joined.audit, bind_to(joined.audit)))

    assert (bound, show(joined.audit, draw_proof(joined.audit, bindings))) == (200, 401)


def test_a_proof_is_taken_once(joined: Joined) -> None:
    proof = draw_proof(joined.audit, bind_to(joined.audit))

    assert [show(joined.audit, proof) for _time in range(2)] == [200, 401]


@pytest.mark.parametrize("kept", [1, 20, 60, 400])
def test_a_proof_that_is_cut_or_changed_is_refused(joined: Joined, kept: int) -> None:
    proof = draw_proof(joined.audit, bind_to(joined.audit))

    assert show(joined.audit, proof[:kept]) == 401
    assert show(joined.audit, proof[:kept] + b"\xff" * (len(proof) - kept)) == 401


def test_a_proof_for_another_machine_is_refused(joined: Joined) -> None:
    other = joined.bench.plan.nodes[DC].hostname
    name = f"{other}.{joined.bench.plan.domain}".lower()
    elsewhere = dataclasses.replace(joined.audit, server_name=name)

    assert show(joined.audit, draw_proof(elsewhere, bind_to(joined.audit))) == 401


@pytest.mark.parametrize("answer", [b"", b"\x60\x03\x06\x01\x2a", b"\xff" * 200])
def test_a_machine_that_proves_nothing_in_return_is_not_asked(
    joined: Joined, answer: bytes
) -> None:
    way = joined.audit
    ticket = Ticket(way, read_password(way.credential), bind_to(way))
    ticket.prove(Deadline.after(60))

    with pytest.raises(ConnectError):
        ticket.verify(answer, Deadline.after(60))


def test_a_controller_that_never_answers_is_left_in_time(joined: Joined) -> None:
    with socket.create_server(("127.0.0.88", 88)):
        silent = dataclasses.replace(
            joined.audit, controller="127.0.0.88", vantage=Vantage(), address="127.0.0.88"
        )
        begun = time.monotonic()

        with pytest.raises(ConnectTimeout):
            Ticket(silent, read_password(silent.credential), None).prove(Deadline.after(2))

    assert time.monotonic() - begun < 60  # a client that is left alone asks for minutes


def test_the_account_of_the_machine_itself_is_still_let_in(joined: Joined) -> None:
    assert ask(joined.way).trouble is None
    assert isinstance(read_password(joined.way.credential), Secret)
