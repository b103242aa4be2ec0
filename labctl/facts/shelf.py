"""A shelf: a folder of a machine into which candidates may put the documents they hand in.

Where a bench has no way in it is the only place for them; where it has one, a document may be in
either. A topic says where in ``checks/<topic>/shelf.py``, as ``find_shelf(plan)``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from labctl.core import content
from labctl.core.errors import Mistake, SpecError
from labctl.core.ids import NodeName
from labctl.plan.model import Plan

FILE = "shelf.py"
NAME = "find_shelf"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of a machine, and the program there that lists, reads and fills it.

    ``place`` is what the subject calls it; ``argv`` is the command, as
    ``labctl.connect.depot.shelf`` goes on with it.
    """

    node: NodeName
    place: str
    argv: tuple[str, ...]


def load_shelf(plan: Plan) -> Shelf | None:
    """Return the shelf of a bench, None for none; SpecError when a topic does not load."""
    content.install()
    return next(_load(plan), None)


def _load(plan: Plan) -> Iterator[Shelf]:
    for topic in plan.demands:
        for name, path in content.list_topic_files(topic, FILE).items():
            module: Any = content.load_module(name, path)
            if isinstance(module, Mistake):
                raise SpecError((module,))
            find = getattr(module, NAME, None)
            found = find(plan) if find else None
            if isinstance(found, Shelf):
                yield found
