"""What the ticket tool is told: its address, both levels of support, the delays, the directory."""

from checks.directory.demand import Directory
from checks.tickets.demand import Tickets
from labctl.api import Node, Plan


def parameters(plan: Plan, node: Node) -> dict[str, object]:
    """Return what the start program configures; nothing is served that the subject does not ask."""
    asked, directory = plan.find(Tickets), plan.find(Directory)
    if asked is None or directory is None or asked.hosted_on != node.name:
        return {}
    delays = asked.levels.sla
    return {
        "host": asked.host,
        "entity": asked.entity,
        "second_level": asked.levels.n2,
        "categories": list(asked.categories),
        "pick_up_minutes": delays.pick_up_minutes,
        "solve_minutes": delays.solve_minutes,
        "problem": asked.escalation.problem if asked.escalation else "",
        "domain": directory.domain,
        "people_dn": directory.root_ou,
        "audit_account": plan.management.account,
        "controller": plan.nodes[directory.on].hostname,
        "controller_address": str(plan.address_of(directory.on)),
    }


def certificate_names(plan: Plan, node: Node) -> tuple[str, ...]:
    """Return the name by which browsers call it."""
    asked = plan.find(Tickets)
    return (asked.host,) if asked and asked.hosted_on == node.name else ()
