"""Which probe gives which fact: the facts of a topic are found in its modules, by name.

A fact is named after its topic and its type, ``dhcp.Reservations``, in evidence and orders; one of
the engine's own has no topic. Only the modules of the topics that are named get imported.
"""

from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

from labctl.connect.base import Answer, Question
from labctl.core import content
from labctl.core.errors import Mistake, SpecError
from labctl.facts import machines
from labctl.facts.probe import Probe
from labctl.plan.model import Plan

FACTS = ("facts.py", "facts/*.py")
"""The modules of a topic that hold its facts and probes."""
OWN_FACTS = {machines.Machines.__name__: machines.PROBE}
"""Facts that no topic owns: the engine needs them to judge anything."""


class UnknownFact(KeyError):
    """No probe gives a fact of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no probe gives {name!r}; known: {', '.join(list_facts())}")


def name_of(fact_type: type[Any]) -> str:
    """Return the name of a fact: ``dhcp.Reservations``; any type has one, known or not."""
    package, _dot, module = fact_type.__module__.partition(".")
    topic = module.partition(".")[0]
    name = fact_type.__qualname__
    return f"{topic}.{name}" if package == content.PACKAGE else name


def load(fact_type: type[Any]) -> Probe:
    """Return the probe that gives facts of a type; UnknownFact when there is none."""
    return load_named(name_of(fact_type))


def load_named(name: str) -> Probe:
    """Return the probe of a fact given by name; UnknownFact when there is none."""
    topic, dot, _name = name.rpartition(".")
    probes = _probes_of(topic) if dot else OWN_FACTS
    if name not in probes:
        raise UnknownFact(name)
    return probes[name]


def is_known(name: str) -> bool:
    """Tell whether some probe gives a fact of that name."""
    topic, dot, _name = name.rpartition(".")
    return name in (_probes_of(topic) if dot else OWN_FACTS)


def list_facts() -> tuple[str, ...]:
    """Return the name of every fact of every topic, sorted."""
    topics = (_probes_of(topic) for topic in content.list_topics())
    return tuple(sorted({*OWN_FACTS, *(name for probes in topics for name in probes)}))


def preload() -> None:
    """Import every fact, and let their modules prepare what each process would prepare again."""
    for topic in content.list_topics():
        for module in _modules_of(topic):
            prepare = getattr(module, "preload", None)
            if prepare is not None and prepare.__module__ == module.__name__:
                prepare()


def _probes_of(topic: str) -> dict[str, Probe]:
    found: dict[str, list[Probe]] = {}
    for module in _modules_of(topic):
        for value in vars(module).values():
            name = name_of(value.fact) if isinstance(value, Probe) else ""
            if name.startswith(f"{topic}.") and value not in found.get(name, []):
                found.setdefault(name, []).append(value)
    return {name: _choose(probes) for name, probes in found.items()}


def _choose(probes: Sequence[Probe]) -> Probe:
    """Return the probe that asks and understands as the first face of the workstation does."""
    if len(probes) == 1:
        return probes[0]

    def one_for(plan: Plan) -> Probe:
        by_face = {probe.face: probe for probe in probes}
        found = [by_face[face] for face in plan.faces if face in by_face]
        if not found:
            raise UnknownFact(name_of(probes[0].fact))
        return found[0]

    def ask(plan: Plan) -> tuple[Question, ...]:
        return one_for(plan).ask(plan)

    def parse(plan: Plan, answers: tuple[Answer, ...]) -> object:
        return one_for(plan).parse(plan, answers)

    return Probe(probes[0].fact, ask, parse)


def _modules_of(topic: str) -> Iterator[ModuleType]:
    """Import the modules of facts of a topic; SpecError with the line of one that does not load."""
    content.install()
    for pattern in FACTS:
        for name, path in content.list_topic_files(topic, pattern).items():
            module = content.load_module(name, path)
            if isinstance(module, Mistake):
                raise SpecError((module,))
            yield module
