"""A bench with a mail server, and what that one saw: everything asked done, or nothing."""

from dataclasses import replace
from functools import cache
from ipaddress import IPv4Interface

from checks.directory.demand import Directory
from checks.mail.demand import Mail
from checks.mail.facts import Correspondence, Letter, Login
from labctl.core.ids import NodeName
from labctl.plan.kinds import describe_nodes
from labctl.plan.model import Plan
from labctl.spec.topology import NodeState
from tests.facts import Facts, solved_facts, untouched_facts
from tests.plans import asking, plan_of
from tests.wire_facts import lease_of_workstation

SERVER = NodeName("courrier")


@cache
def mail_plan(bench: int = 1) -> Plan:
    """Return the plan of the shipped subject where a machine of the bench holds the mailbox."""
    plan = plan_of(bench)
    nas, asked = plan.nodes[NodeName("nas")], plan.demand(Mail)
    (card,) = nas.interfaces
    assert card.address is not None
    card = replace(
        card, address=IPv4Interface(f"{card.address.ip - 8}/{card.address.network.prefixlen}")
    )
    server = replace(
        nas,
        name=SERVER,
        kind="mail",
        hostname="SRV-MX1",
        state=NodeState.EXISTING,
        interfaces=(card,),
    )
    changed = {"hosted_on": SERVER, "server": f"mail.{plan.demand(Directory).domain}"}
    nodes = {**plan.nodes, SERVER: server}
    return describe_nodes(asking(replace(plan, nodes=nodes), asked.model_copy(update=changed)))


def letter_of(plan: Plan) -> Letter:
    """Return the message that the subject asks for, sent from the workstation."""
    asked = plan.demand(Mail)
    person = plan.demand(Directory).person(asked.owner)
    return Letter(
        client=lease_of_workstation(plan).ip,
        account=person.login,
        is_encrypted=True,
        sender=person.upn,
        subject=asked.trial.subject,
        program="s-nail",
        has_code=True,
    )


def mail_solved(plan: Plan) -> Facts:
    """Return the facts of a bench whose mailbox was read, and the message sent."""
    login = Login(lease_of_workstation(plan).ip, is_encrypted=True)
    seen = Correspondence((login,), (letter_of(plan),))
    return solved_facts(plan) | {Correspondence: seen}


def mail_untouched(plan: Plan) -> Facts:
    """Return the facts of a bench before anybody did anything."""
    return untouched_facts(plan) | {Correspondence: Correspondence((), ())}
