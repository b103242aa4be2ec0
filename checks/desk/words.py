"""What the picture of a plan says of a machine: who works at it."""

from collections.abc import Iterator

from checks.desk.demand import Personalisation
from checks.desk.people import login_of
from labctl.api import Note, Plan


def notes(asked: Personalisation, plan: Plan) -> Iterator[Note]:
    """Yield who works at each machine."""
    for machine in asked.on:
        yield Note(machine, login_of(plan))
