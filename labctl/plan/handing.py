"""Which machines of a bench its candidate may enter."""

from labctl.plan.model import Node, Plan
from labctl.spec.demand import list_machines
from labctl.spec.kind import load_kind
from labctl.spec.topic import load_topic
from labctl.spec.topology import NodeState

_OF_SUBJECT = (NodeState.TO_CONFIGURE, NodeState.EXISTING)
_ROOT = "root"


def is_given(plan: Plan, node: Node) -> bool:
    """Tell whether a candidate is given a login of a machine: one that is theirs to work on.

    A machine that is delivered working is none, unless it is administered from there: its login
    is an account without rights of its own, and a topic that a lot asks follows one that it is
    delivered with. So a computer that joins a domain is moved in its directory.
    """
    login = load_kind(node.kind).login
    if login is None or node.state not in _OF_SUBJECT:
        return False
    if node.name not in plan.delivered.machines:
        return True
    given = {one for one in plan.delivered.topics if node.name in list_machines(plan.demands[one])}
    followed = {
        before for lot in plan.lots for one in lot.topics for before in load_topic(one).after
    }
    return login.account != _ROOT and not given.isdisjoint(followed)
