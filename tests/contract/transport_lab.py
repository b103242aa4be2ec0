"""What the tests of transports ask of the machines of a bench."""

from checks.directory.demand import Directory
from labctl.connect.base import Endpoint, Endpoints, Question, Transport
from labctl.connect.ssh.session import open_ssh
from labctl.core.command import Completed
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.plan.model import Plan
from tests.fakes import ask


def way(ways: Endpoints, node: str, transport: Transport = Transport.SSH) -> Endpoint:
    found = ways.find(NodeName(node), transport)
    assert found is not None
    return found


def soon() -> Deadline:
    return Deadline.after(60)


def show(command: str) -> Question:
    return Question(NodeName("commutateur"), Transport.CLI, command, {"command": command})


def search(base: str, scope: str = "base") -> Question:
    body: dict[str, object] = {
        "base": base,
        "scope": scope,
        "filter": "(objectClass=*)",
        "attributes": ("objectGUID", "objectSid", "cn"),
    }
    return Question(NodeName("dc"), Transport.LDAP, base, body)


def run(ways: Endpoints, node: str, *argv: str, stdin: str = "") -> Completed:
    session = open_ssh(way(ways, node), soon())
    try:
        return session.run(argv, soon(), stdin=stdin)
    finally:
        session.close()


def questions_of(transport: Transport, plan: Plan) -> list[Question]:
    return {
        Transport.SSH: [ask("/bin/echo", "un"), ask("/nonexistent"), ask("/bin/false")],
        Transport.CLI: [show("show version"), show("show nonsense"), show("show vlan brief")],
        Transport.LDAP: [
            search(plan.demand(Directory).base_dn),
            search(f"OU=absente,{plan.demand(Directory).base_dn}"),
            search(plan.demand(Directory).base_dn, "sub"),
        ],
    }[transport]
