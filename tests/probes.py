"""What reads a fact on a plan, by its bare name: tests of facts name no topic."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from labctl.connect.base import Answer, Question
from labctl.core.once import reading_once
from labctl.facts.reading import Wanted
from labctl.facts.registry import is_per_machine, list_facts, load_named, name_of, want
from labctl.plan.model import Plan


@cache
def _names() -> dict[str, str]:
    return {name.rpartition(".")[2]: name for name in list_facts()}


@dataclass(frozen=True)
class Asked:
    """The reader of a fact, as a probe: of the workstation, or of who alone can tell it."""

    fact: type[Any]

    @reading_once()
    def wanted(self, plan: Plan) -> Wanted:
        """Return what reads the fact on a bench; KeyError where nothing reads it."""
        kinds = {reader.kind for reader in load_named(name_of(self.fact))} - {"linux", "windows"}
        routers = (name for name, node in plan.nodes.items() if kinds & {*node.faces})
        machines = (plan.desks[0].name, *routers) if is_per_machine(self.fact) else ("",)
        found = (want(plan, (self.fact, machine)) for machine in machines)
        first = next((wanted for wanted in found if wanted is not None), None)
        if first is None:
            raise KeyError(self.fact.__name__)
        return first

    def is_read(self, plan: Plan) -> bool:
        """Tell whether a machine of the bench can be asked."""
        try:
            return bool(self.wanted(plan))
        except KeyError:
            return False

    def ask(self, plan: Plan) -> tuple[Question, ...]:
        """Return its questions."""
        return self.wanted(plan).ask(plan)

    def parse(self, plan: Plan, answers: tuple[Answer, ...]) -> Any:
        """Return the fact of its answers."""
        return self.wanted(plan).conclude(plan, answers)


@cache
def probe_of(name: str) -> Asked:
    """Return what reads a fact: ``Identity``, ``naming.Identity``."""
    (first, *_others) = load_named(_names()[name.rpartition(".")[2]])
    return Asked(first.fact)


@cache
def all_probes() -> tuple[Asked, ...]:
    """Return what reads every fact, by name of fact."""
    return tuple(probe_of(name) for name in list_facts())


@reading_once()
def wanted_on(plan: Plan) -> tuple[Wanted, ...]:
    """Return what reads each fact that its kinds of machine can be asked for."""
    machine = plan.desks[0].name
    keys = ((one.fact, machine if is_per_machine(one.fact) else "") for one in all_probes())
    return tuple(found for found in (want(plan, key) for key in keys) if found is not None)
