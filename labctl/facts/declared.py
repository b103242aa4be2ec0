"""What declared checks look at, as facts: one for each file, read in the same visits as others."""

from dataclasses import dataclass
from functools import cache

from labctl.core.content import PACKAGE
from labctl.core.ids import NodeName
from labctl.facts.reading import Reader, Reading
from labctl.facts.watched import Seen, are_all_healthy, find_longest, look
from labctl.plan.incident import fit_watches
from labctl.plan.model import Plan
from labctl.spec.declared import Declared, read_declared


@dataclass(frozen=True, slots=True)
class Shown:
    """What the looks of a declared check showed; of one that does not fit the bench, nothing."""

    seen: tuple[Seen, ...]


def list_readers(topic: str) -> dict[str, Reader]:
    """Return what reads the facts of the checks that files of a topic declare, by their name."""
    return {one.fact: _make_reader(one) for one in read_declared()[0] if one.topic == topic}


@cache
def make_fact(topic: str, check: str) -> type[Shown]:
    """Return the type of what a declared check looks at: always the same one for the same check."""
    own = type(check, (Shown,), {"__module__": f"{PACKAGE}.{topic}.declared"})
    return dataclass(frozen=True)(own)


def _make_reader(declared: Declared) -> Reader:
    fact = make_fact(declared.topic, declared.id)

    def read(plan: Plan, _machine: NodeName) -> Reading[Shown]:
        watches, wrong = fit_watches(declared.file, declared.looks, plan)
        return fact((yield from look(plan, () if wrong else watches)))

    longest_s = find_longest(declared.looks)
    return Reader(fact, read, settle_s=longest_s, is_settled=are_all_healthy)
