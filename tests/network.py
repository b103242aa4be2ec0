"""What the shipped cahier asks of its network devices, for tests that know it is asked."""

from checks.device_admin.demand import Administration, Console, Page
from checks.routing.demand import Back, Guests, Routing
from labctl.plan.model import Plan


def console_of(plan: Plan) -> Console:
    """Return how the switch is administered."""
    found = plan.demand(Administration).console
    assert found is not None
    return found


def page_of(plan: Plan) -> Page:
    """Return how the router is administered."""
    found = plan.demand(Administration).page
    assert found is not None
    return found


def guests_of(plan: Plan) -> Guests:
    """Return what guests are kept from."""
    found = plan.demand(Routing).guests
    assert found is not None
    return found


def back_of(plan: Plan) -> Back:
    """Return how the router finds the segments."""
    found = plan.demand(Routing).back
    assert found is not None
    return found
