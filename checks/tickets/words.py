"""What a subject says of the ticket tool."""

from checks.directory.demand import Directory
from checks.tickets.demand import Tickets
from labctl.api import Plan


def fields(asked: Tickets, plan: Plan) -> dict[str, object]:
    """Return who asks, who calls, and the machines of the inventory."""
    directory = plan.find(Directory)

    def name_of(person: str) -> str:
        return directory.person(person).display_name if directory else person

    machines = [plan.nodes[name].hostname for name in asked.inventory.machines]
    called = {"caller": name_of(asked.escalation.requester)} if asked.escalation else {}
    return {"requester": name_of(asked.opening.requester), "inventoried": machines, **called}
