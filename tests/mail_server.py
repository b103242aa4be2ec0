"""A bench with a mail server: no shipped subject has one."""

from dataclasses import replace
from functools import cache
from ipaddress import IPv4Interface

from checks.directory.demand import Directory
from checks.mail.demand import Mail
from labctl.core.ids import NodeName
from labctl.plan.kinds import describe_nodes
from labctl.plan.model import Plan
from labctl.spec.topology import NodeState
from tests.plans import asking, plan_of

SERVER = NodeName("courrier")


@cache
def mail_plan() -> Plan:
    """Return the plan of the shipped subject where a machine of the bench holds the mailbox."""
    plan = plan_of(1)
    nas, asked = plan.nodes[NodeName("nas")], plan.demand(Mail)
    (card,) = nas.interfaces
    server = replace(
        nas,
        name=SERVER,
        kind="mail",
        hostname="SRV-MX1",
        state=NodeState.EXISTING,
        interfaces=(replace(card, address=IPv4Interface("10.21.20.12/26")),),
    )
    changed = {"hosted_on": SERVER, "server": f"mail.{plan.demand(Directory).domain}"}
    nodes = {**plan.nodes, SERVER: server}
    return describe_nodes(asking(replace(plan, nodes=nodes), asked.model_copy(update=changed)))
