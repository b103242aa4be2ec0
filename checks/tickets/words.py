"""What a subject says of the ticket tool."""

from checks.directory.demand import Directory
from checks.tickets.demand import Tickets
from labctl.api import Plan


def fields(asked: Tickets, plan: Plan) -> dict[str, object]:
    """Return who asks, and the machines of the inventory."""
    directory, requester = plan.find(Directory), asked.opening.requester
    name = directory.person(requester).display_name if directory else requester
    machines = [plan.nodes[name].hostname for name in asked.inventory.machines]
    return {"requester": name, "inventoried": machines}
