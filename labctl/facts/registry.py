"""Which readers give which fact: the facts of a topic are found in its modules, by name.

A fact is named after its topic and its type, ``dhcp.Reservations``, in evidence and orders; one of
the engine's own has no topic. Only the modules of the topics that are named get imported.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from labctl.core import content
from labctl.core.errors import Mistake, SpecError
from labctl.core.ids import NodeName
from labctl.core.paths import content_roots
from labctl.facts import machines, watched
from labctl.facts.declared import list_readers
from labctl.facts.probe import Probe
from labctl.facts.reading import Key, Reader, Wanted, as_reader
from labctl.plan.model import Plan
from labctl.spec.kind import load_chain, load_kind

FACTS = ("facts.py", "facts/*.py")
"""The modules of a topic that hold its facts and readers."""
OWN_FACTS: dict[str, Probe] = {
    machines.Machines.__name__: machines.PROBE,
    watched.Watched.__name__: watched.PROBE,
}
"""Facts that no topic owns: the engine needs them to judge anything."""
AT = "@"
"""Between the name of a fact and that of a machine: ``naming.Identity@poste``."""


class UnknownFact(KeyError):
    """No reader gives a fact of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no reader gives {name!r}; known: {', '.join(list_facts())}")


def name_of(fact_type: type[Any]) -> str:
    """Return the name of a fact: ``dhcp.Reservations``; any type has one, known or not."""
    package, _dot, module = fact_type.__module__.partition(".")
    topic = module.partition(".")[0]
    name = fact_type.__qualname__
    return f"{topic}.{name}" if package == content.PACKAGE else name


def name_key(key: Key) -> str:
    """Return a key as evidence and orders write it: ``dhcp.Reservations``, ``…@poste``."""
    fact_type, machine = key
    return f"{name_of(fact_type)}{AT}{machine}" if machine else name_of(fact_type)


def load_key(text: str) -> Key:
    """Return the key of a text; UnknownFact when no reader gives such a fact."""
    name, _at, machine = text.partition(AT)
    return (load_named(name)[0].fact, machine)


def load_named(name: str) -> tuple[Reader, ...]:
    """Return the readers of a fact given by name; UnknownFact when there is none."""
    found = _find(name)
    if not found:
        raise UnknownFact(name)
    return found


def is_known(name: str) -> bool:
    """Tell whether some reader gives a fact of that name."""
    return bool(_find(name))


def is_per_machine(fact_type: type[Any]) -> bool:
    """Tell whether a fact is read of one machine, and not of the bench as a whole."""
    return any(reader.kind for reader in load_named(name_of(fact_type)))


def want(plan: Plan, key: Key) -> Wanted | None:
    """Return what reads a fact of a machine, None when nothing reads it of its kind of machine.

    The nearest reader wins: that of the kind itself, then of its faces, then of the kinds below.
    """
    fact_type, machine = key
    readers = {reader.kind: reader for reader in load_named(name_of(fact_type))}
    nearest = _list_kinds(plan.nodes[NodeName(machine)].kind) if machine else [""]
    return next((Wanted(readers[kind], machine) for kind in nearest if kind in readers), None)


def list_keys(plan: Plan) -> tuple[Key, ...]:
    """Return every fact that can be read of a bench: of itself, and of each machine."""
    keys = [
        (load_named(name)[0].fact, machine)
        for name in list_facts()
        for machine in ("", *map(str, plan.nodes))
    ]
    return tuple(key for key in keys if want(plan, key) is not None)


def list_facts() -> tuple[str, ...]:
    """Return the name of every fact of every topic, sorted."""
    topics = content.list_topics()
    given = (name for topic in topics for name in (*_readers_of(topic), *list_readers(topic)))
    return tuple(sorted({*OWN_FACTS, *given}))


def preload() -> None:
    """Import every fact, and let their modules prepare what each process would prepare again."""
    for topic in content.list_topics():
        for module in _modules_of(topic):
            prepare = getattr(module, "preload", None)
            if prepare is not None and prepare.__module__ == module.__name__:
                prepare()


def forget() -> None:
    """Look for readers anew: modules of content were loaded again."""
    _gather.cache_clear()


def _list_kinds(kind: str) -> list[str]:
    below = [template.name for template in reversed(load_chain(kind))]
    return [kind, *load_kind(kind).faces, *below]


def _find(name: str) -> tuple[Reader, ...]:
    topic, dot, _name = name.rpartition(".")
    if dot:
        found = _readers_of(topic).get(name)
        return tuple(found or filter(None, [list_readers(topic).get(name)]))
    return (as_reader(OWN_FACTS[name]),) if name in OWN_FACTS else ()


def _readers_of(topic: str) -> Mapping[str, Sequence[Reader]]:
    return _gather(topic, tuple(content_roots()))


@lru_cache(maxsize=256)  # every fact of every machine is looked for, in folders that do not change
def _gather(topic: str, _roots: tuple[Path, ...]) -> Mapping[str, Sequence[Reader]]:
    """Return the readers of a topic by the name of their fact, found once in the same folders."""
    found: dict[str, list[Reader]] = {}
    for module in _modules_of(topic):
        for value in vars(module).values():
            reader = _reader_in(value, module)
            if reader is not None:
                found.setdefault(name_of(reader.fact), []).append(reader)
    return {name: readers for name, readers in found.items() if name.startswith(f"{topic}.")}


def _reader_in(value: object, module: ModuleType) -> Reader | None:
    """Return the reader that a name of a module stands for, unless another module declares it."""
    if isinstance(value, Probe):
        return as_reader(value) if value.parse.__module__ == module.__name__ else None
    reader = getattr(value, "labctl_reader", None)
    is_own = getattr(value, "__module__", "") == module.__name__
    return reader if isinstance(reader, Reader) and is_own else None


def _modules_of(topic: str) -> Iterator[ModuleType]:
    """Import the modules of facts of a topic; SpecError with the line of one that does not load."""
    content.install()
    for pattern in FACTS:
        for name, path in content.list_topic_files(topic, pattern).items():
            module = content.load_module(name, path)
            if isinstance(module, Mistake):
                raise SpecError((module,))
            yield module
