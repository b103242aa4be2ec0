"""What a subject says of a printer: whether it is to be published, or is already."""

from checks.directory.demand import Directory
from checks.printing.demand import Printing
from labctl.api import Plan


def fields(asked: Printing, plan: Plan) -> dict[str, object]:
    """Return whether the directory lists it; where the directory is delivered, it does already."""
    return {
        "is_listed": asked.published and plan.find(Directory) is not None,
        "is_published": Directory.topic in plan.delivered.topics,
    }
