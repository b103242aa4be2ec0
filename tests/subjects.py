"""The subjects that ship with checks: where each is sat, and which checks it asks for."""

from dataclasses import dataclass

from labctl.core.ids import CheckId
from labctl.pipeline.choosing import choose_checks
from labctl.pipeline.place import load_place


@dataclass(frozen=True)
class Subject:
    """A route of a room's cahier, and a bench of each variant.

    ``without_object`` are checks of the route's critères about what this subject does not ask.
    """

    room: str
    route: str
    benches: tuple[int, ...]
    without_object: frozenset[str] = frozenset()

    @property
    def checks(self) -> frozenset[CheckId]:
        """Return the checks that judge the candidate on this route."""
        plan = load_place(self.room, None).plan(self.benches[0], self.route)
        return choose_checks(plan.referential, ()).meant_for(plan).ids - self.without_object


SUBJECTS = {
    "title": Subject("demo", "titre", (2, 3, 4)),
    "first certificate": Subject("demo", "ccp1", (5, 6, 7)),
    "second certificate": Subject(
        "demo-ccp2",
        "ccp2",
        (1, 2, 3),
        frozenset({"K-070"}),  # it has no addressing plan to hand in
    ),
    "third certificate": Subject(
        "demo-ccp3",
        "ccp3",
        (1, 2, 3),
        frozenset({"K-123", "K-125"}),  # no procedure to write, no document to finish
    ),
    "title, second subject": Subject("demo-cabinet", "titre", (1, 2, 3)),
}

VIRTUAL = Subject("demo-libvirt", "titre", (1, 2))
"""The main subject in virtual machines: its workstation is a Linux."""
