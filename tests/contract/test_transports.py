"""Every transport keeps its promises against the real machines of a bench, twice in a row."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from checks.directory.demand import Directory
from checks.directory.twins import DESCRIPTION, PREFIX, lend_identities
from labctl.collect.visit import Visit, load_opener
from labctl.connect.base import Endpoints, Question, Session, Transport, Vantage, Way
from labctl.connect.cli.device import open_device
from labctl.connect.ldap.entries import encode_password
from labctl.connect.ldap.session import LdapSession, open_ldap
from labctl.connect.smb.trials import MARK, open_smb
from labctl.connect.ssh.session import SshSession, open_ssh
from labctl.connect.vantage import identify, run_from
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, HostIdentityError, Unreachable
from labctl.core.ids import NodeName
from labctl.core.secrets import draw
from labctl.core.verdict import Reason
from labctl.plan.model import Plan
from labctl.providers.namespaces.bench import Bench
from labctl.providers.works.endpoints import build_endpoints
from tests.commands import Command
from tests.contract.transport_lab import questions_of, run, search, show, soon, way
from tests.fakes import ask
from tests.plans import plan_of

pytestmark = pytest.mark.embedded

BENCH = 2
GROUP, LOGIN, SHARE = "GG_CONTRAT", "pcontrat", "CONTRAT"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(BENCH)


@pytest.fixture(scope="module")
def ways(room: Command, plan: Plan) -> Iterator[Endpoints]:
    room.must("up", str(BENCH))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_STATE_DIR", str(room.state))
        bench = Bench(plan.bench)
        yield build_endpoints(plan, bench, bench.scan())
    room.must("down", str(BENCH))


SERVERS = [
    ("routeur", Transport.SSH),
    ("dc", Transport.SSH),
    ("poste", Transport.SSH),
    ("commutateur", Transport.CLI),
    ("dc", Transport.LDAP),
]


@pytest.mark.parametrize(("node", "transport"), SERVERS)
def test_one_answer_per_question_in_order_twice(
    ways: Endpoints, plan: Plan, node: str, transport: Transport
) -> None:
    session = load_opener(transport)(way(ways, node, transport), soon())
    questions = questions_of(transport, plan)

    first, second = session.ask(questions, soon()), session.ask(questions, soon())
    session.close()

    assert [one.question for one in first] == questions
    assert [one.trouble for one in first] == [None] * len(questions)
    assert [one.exit_code for one in second] == [one.exit_code for one in first]


def test_what_a_command_reads_is_seen_by_it_alone(ways: Endpoints) -> None:
    look = ("/bin/sh", "-c", "cat; cat /proc/[0-9]*/cmdline | grep -a -c [N]acre")
    body: dict[str, object] = {"argv": look, "stdin": ("Nacre-fenua-055102!", " b ")}
    question = Question(NodeName("poste"), Transport.SSH, "look", body)

    session = open_ssh(way(ways, "poste", Transport.SSH), soon())
    first, second = session.ask([question, question], soon())
    session.close()

    assert first.output == second.output == b"Nacre-fenua-055102!\n b \n0\n"


@pytest.mark.parametrize(("node", "transport"), SERVERS)
def test_closing_twice_is_fine(ways: Endpoints, node: str, transport: Transport) -> None:
    session = load_opener(transport)(way(ways, node, transport), soon())

    session.close()
    session.close()


@pytest.mark.parametrize(("node", "transport"), SERVERS)
def test_a_closed_session_answers_trouble(
    ways: Endpoints, plan: Plan, node: str, transport: Transport
) -> None:
    session: Session = load_opener(transport)(way(ways, node, transport), soon())
    session.close()

    answers = session.ask(questions_of(transport, plan), soon())

    assert [one.trouble is not None for one in answers] == [True, True, True]


@pytest.mark.parametrize(("node", "transport"), SERVERS)
def test_the_console_answers_as_the_network_does(
    ways: Endpoints, plan: Plan, node: str, transport: Transport
) -> None:
    endpoint = way(ways, node, transport)
    deaf = replace(endpoint, address="198.18.0.250", port=9)
    visit = Visit(replace(deaf, port=endpoint.port), load_opener(transport))

    answers = visit.ask(questions_of(transport, plan), Deadline.after(30))
    visit.close()

    assert {one.way for one in answers} == {Way.CONSOLE}
    assert [one.trouble for one in answers] == [None, None, None]


def test_exit_codes_and_bytes_of_commands(ways: Endpoints) -> None:
    session = open_ssh(way(ways, "poste"), soon())
    questions = [
        ask("/usr/bin/printf", "\\000\\377\\n"),
        ask("/bin/sh", "-c", "exit 255"),
        ask("/usr/bin/env"),
    ]

    answers = session.ask(questions, soon())
    session.close()

    assert (answers[0].output, answers[1].exit_code) == (b"\0\xff\n", 255)
    assert b"LC_ALL=C" in answers[2].output
    assert b"SSH_CONNECTION" not in answers[2].output


def test_a_sick_command_costs_only_itself_and_leaves_nothing(ways: Endpoints) -> None:
    session = open_ssh(way(ways, "poste"), soon())
    questions = [
        ask("/bin/echo", "un"),
        ask("/usr/bin/sleep", "4242", timeout_s=0.5),
        ask("/usr/bin/yes", cap_bytes=4096),
        ask("/bin/echo", "deux"),
    ]

    answers = session.ask(questions, soon())
    left = session.run(("/usr/bin/pgrep", "-fx", "/usr/bin/sleep 4242"), soon())
    session.close()

    reasons = [one.trouble.reason if one.trouble else None for one in answers]
    assert reasons == [None, Reason.TIMEOUT, Reason.OUTPUT_LIMIT, None]
    assert (answers[3].output, left.stdout) == (b"deux\n", "")


def test_a_relative_command_is_not_asked(ways: Endpoints) -> None:
    session = open_ssh(way(ways, "poste"), soon())

    (got,) = session.ask([ask("uname")], soon())
    session.close()

    assert got.trouble is not None
    assert got.trouble.reason is Reason.SPEC


def test_a_shell_gives_both_streams_and_the_end(ways: Endpoints) -> None:
    done = run(ways, "poste", "/bin/sh", "-c", "cat; echo oui >&2; exit 3", stdin="été\n")

    assert (done.stdout, done.stderr, done.exit_code) == ("été\n", "oui\n", 3)


def test_a_shell_that_never_ends_is_an_error(ways: Endpoints) -> None:
    session = open_ssh(way(ways, "poste"), soon())

    with pytest.raises(ConnectError):
        session.run(("/usr/bin/sleep", "60"), Deadline.after(0.5))

    session.close()


@pytest.mark.parametrize("node", ["poste", "commutateur"])
def test_another_host_key_is_refused(ways: Endpoints, node: str) -> None:
    transport = Transport.CLI if node == "commutateur" else Transport.SSH
    other = replace(way(ways, node, transport), trust=way(ways, "dc").trust)

    with pytest.raises(HostIdentityError):
        load_opener(transport)(other, soon())


def test_another_certificate_name_is_refused(ways: Endpoints) -> None:
    other = replace(way(ways, "dc", Transport.LDAP), server_name="autre.moana.test")

    with pytest.raises(HostIdentityError):
        open_ldap(other, soon())


def test_a_vantage_is_told_from_a_reused_process(ways: Endpoints) -> None:
    vantage = way(ways, "poste").console
    stale = Vantage(vantage.pid, vantage.started - 1)

    with pytest.raises(Unreachable):
        run_from(stale, lambda: None)

    assert identify(vantage.pid) == vantage


def test_looking_from_a_vantage_moves_nobody_else(ways: Endpoints) -> None:
    before = os.readlink("/proc/thread-self/ns/net")  # noqa: PTH115

    inside = run_from(
        way(ways, "poste").console,
        lambda: os.readlink("/proc/thread-self/ns/net"),  # noqa: PTH115
    )

    assert inside != before
    assert os.readlink("/proc/thread-self/ns/net") == before  # noqa: PTH115


def test_the_pager_of_a_device_is_off(ways: Endpoints) -> None:
    session = open_device(way(ways, "commutateur", Transport.CLI), soon())

    (got,) = session.ask([show("show running-config")], soon())
    session.close()

    assert got.trouble is None
    assert len(got.output.splitlines()) > 24


def test_known_attributes_are_readable(ways: Endpoints, plan: Plan) -> None:
    session = open_ldap(way(ways, "dc", Transport.LDAP), soon())

    (got,) = session.ask([search(plan.demand(Directory).base_dn)], soon())
    session.close()

    (entry,) = json.loads(got.output)["entries"]
    assert entry["attributes"]["objectSid"][0].startswith("S-1-5-21-")
    assert len(entry["attributes"]["objectGUID"][0]) == 36


# Twins and shares


@pytest.fixture(scope="module")
def directory(ways: Endpoints, plan: Plan) -> Iterator[LdapSession]:
    """Give the directory with a group, a person in it, and a share for the group on the NAS."""
    session = open_ldap(way(ways, "dc", Transport.LDAP), soon())
    users = f"CN=Users,{plan.demand(Directory).base_dn}"
    add_account(session, users, GROUP, {"objectClass": ["top", "group"]})
    for login in (LOGIN, *sorted(plan.demand(Directory).services)):
        add_account(session, users, login, {"objectClass": ["top", "person", "user"]})
    person = f"CN={LOGIN},{users}"
    session.modify(f"CN={GROUP},{users}", [("member", "add", [person])], soon())
    service = f"CN={plan.demand(Directory).service_accounts[0].name},{users}"
    password = encode_password(draw())
    session.modify(service, [("unicodePwd", "replace", [password])], soon())
    session.modify(service, [("userAccountControl", "replace", [512])], soon())
    script = f"""set -e
        mkdir -p /srv/{SHARE}
        chmod 0777 /srv/{SHARE}
        net conf addshare {SHARE} /srv/{SHARE} writeable=y guest_ok=n
        net conf setparm {SHARE} 'valid users' '@{plan.demand(Directory).netbios}\\{GROUP}'
        smbcontrol smbd reload-config
    """
    done = run(ways, "nas", "/bin/sh", "-c", script)
    assert done.exit_code == 0, done.stderr
    yield session
    session.close()


def add_account(
    session: LdapSession, folder: str, name: str, attributes: dict[str, object]
) -> None:
    session.add(f"CN={name},{folder}", attributes | {"sAMAccountName": name}, soon())


@pytest.fixture
def shell(ways: Endpoints) -> Iterator[SshSession]:
    session = open_ssh(way(ways, "dc"), soon())
    yield session
    session.close()


def trial(principal: str, share: str = SHARE) -> Question:
    body: dict[str, object] = {"try": "share", "principal": principal, "share": share}
    return Question(NodeName("nas"), Transport.SMB, f"{principal} {share}", body)


def twins_left(session: LdapSession, plan: Plan) -> list[str]:
    body: dict[str, object] = {
        "base": plan.demand(Directory).base_dn,
        "scope": "sub",
        "filter": f"(sAMAccountName={PREFIX}*)",
        "attributes": ("cn",),
    }
    _code, entries = session.search(Question(NodeName("dc"), Transport.LDAP, "", body), soon())
    return [entry["dn"] for entry in entries]


def test_shares_are_tried_as_each_principal(
    ways: Endpoints, plan: Plan, directory: LdapSession, shell: SshSession
) -> None:
    service = plan.demand(Directory).service_accounts[0].name
    logins = [LOGIN, service, "absent"]
    with lend_identities(plan.demand(Directory), directory, shell, logins, soon()) as lent:
        smb = open_smb(way(ways, "nas", Transport.SMB), lent, soon())
        answers = smb.ask([trial(login) for login in logins] + [trial(LOGIN, "AUTRE")], soon())
        smb.close()

    person, other, absent, nowhere = (json.loads(one.output) for one in answers)
    assert {person[step] for step in ("logon", "connect", "read", "write")} == {"STATUS_SUCCESS"}
    assert (other["logon"], other["connect"]) == ("STATUS_SUCCESS", "STATUS_ACCESS_DENIED")
    assert absent == {"missing": True}
    assert nowhere["connect"] == "STATUS_BAD_NETWORK_NAME"


@pytest.mark.usefixtures("directory")
def test_nothing_of_labctls_is_left_on_the_share(ways: Endpoints) -> None:
    assert MARK not in run(ways, "nas", "/bin/ls", "-a", f"/srv/{SHARE}").stdout


def test_twins_live_as_long_as_the_trials(
    plan: Plan, directory: LdapSession, shell: SshSession
) -> None:
    with lend_identities(plan.demand(Directory), directory, shell, [LOGIN], soon()):
        during = twins_left(directory, plan)

    assert (len(during), twins_left(directory, plan)) == (1, [])


def test_twins_are_removed_when_the_trials_fail(
    plan: Plan, directory: LdapSession, shell: SshSession
) -> None:
    with (
        pytest.raises(ConnectError),
        lend_identities(plan.demand(Directory), directory, shell, [LOGIN], soon()),
    ):
        raise ConnectError("le NAS a disparu")

    assert twins_left(directory, plan) == []


def test_what_a_killed_run_left_is_swept_and_nothing_else(
    plan: Plan, directory: LdapSession, shell: SshSession
) -> None:
    users = f"CN=Users,{plan.demand(Directory).base_dn}"
    person: dict[str, object] = {"objectClass": ["top", "person", "user"]}
    add_account(directory, users, f"{PREFIX}reste", person | {"description": DESCRIPTION})
    add_account(directory, users, f"{PREFIX}autre", person)

    with lend_identities(plan.demand(Directory), directory, shell, [LOGIN], soon()):
        pass

    left = twins_left(directory, plan)
    directory.delete(f"CN={PREFIX}autre,{users}", soon())
    assert left == [f"CN={PREFIX}autre,{users}"]


def test_deleting_what_is_gone_succeeds(plan: Plan, directory: LdapSession) -> None:
    directory.delete(f"CN=absent,CN=Users,{plan.demand(Directory).base_dn}", soon())


def test_a_refused_change_says_so(plan: Plan, directory: LdapSession) -> None:
    base = plan.demand(Directory).base_dn
    with pytest.raises(ConnectError, match="refuse"):
        directory.modify(f"CN=absent,{base}", [("cn", "replace", ["x"])], soon())


def test_the_list_of_shares_is_a_users(
    ways: Endpoints, plan: Plan, directory: LdapSession, shell: SshSession
) -> None:
    body: dict[str, object] = {"try": "visible", "principal": LOGIN}
    question = Question(NodeName("nas"), Transport.SMB, "partages visibles", body)
    with lend_identities(plan.demand(Directory), directory, shell, [LOGIN], soon()) as lent:
        smb = open_smb(way(ways, "nas", Transport.SMB), lent, soon())
        (got,) = smb.ask([question], soon())
        smb.close()

    assert SHARE in json.loads(got.output)["shares"]
