"""A rule of a topic: what is wrong in the sense of its block, or in what it refers to.

A rule lives in ``checks/<topic>/rules.py`` of the topic that makes the reference. It names the
place of a mistake by the object and its English field; the key of the file is found from it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TypeVar

from pydantic import BaseModel

from labctl.core import content
from labctl.spec.demand import Demand
from labctl.spec.loader import Path_
from labctl.spec.rules.view import Finding, View, children
from labctl.spec.topic import Topic

F = TypeVar("F", bound=Callable[..., Iterator["Remark"]])


@dataclass(frozen=True, slots=True)
class Remark:
    """Something wrong in a demand: the object, its field (and where in it), and what to do."""

    owner: BaseModel
    field: str
    message: str
    hint: str = ""
    inside: Path_ = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, the demands it is given, and the sections of the cahier it reads besides."""

    id: str
    reads: tuple[type[Demand], ...]
    sections: tuple[str, ...]
    function: Callable[..., Iterator[Remark]]

    def check(self, view: View) -> Iterator[Finding]:
        """Yield what is wrong; nothing when a demand is not made, or is ill formed."""
        found = {cls: view.find(cls) for cls in self.reads}
        demands = [demand for demand in found.values() if demand is not None]
        if len(demands) == len(found):
            for remark in self.function(*demands, view):
                yield _locate(remark, view)


def rule(
    rule_id: str, *, reads: type[Demand] | tuple[type[Demand], ...], sections: tuple[str, ...] = ()
) -> Callable[[F], F]:
    """Declare a rule: a generator of remarks, given its demands and the variant."""

    def declare(function: F) -> F:
        classes = reads if isinstance(reads, tuple) else (reads,)
        declared = Rule(rule_id, classes, sections, function)
        function.labctl_rule = declared  # type: ignore[attr-defined]  # how checks are marked too
        return function

    return declare


def load_rules(topics: Iterable[Topic]) -> Iterator[Rule]:
    """Yield the rules of topics, in the order of their files."""
    content.install()
    for topic in topics:
        name = f"{content.PACKAGE}.{topic.name}.rules"
        if find_spec(name):
            found = (
                getattr(one, "labctl_rule", None) for one in vars(import_module(name)).values()
            )
            yield from (one for one in found if isinstance(one, Rule))


def _locate(remark: Remark, view: View) -> Finding:
    """Return a remark with its place in the file; ValueError when its owner is not of the file."""
    for root in (view.demands, view.subject):
        place = _find(root, remark.owner, ())
        if place is not None:
            field = type(remark.owner).model_fields[remark.field]
            path = (*place, field.alias or remark.field, *remark.inside)
            return Finding(path, remark.message, remark.hint)
    raise ValueError(f"{type(remark.owner).__name__} is no part of the cahier")


def _find(value: object, owner: BaseModel, path: Path_) -> Path_ | None:
    """Return where an object is below a value, by identity."""
    if value is owner:
        return path
    for step, inside in children(value).items():
        found = _find(inside, owner, (*path, step))
        if found is not None:
            return found
    return None
