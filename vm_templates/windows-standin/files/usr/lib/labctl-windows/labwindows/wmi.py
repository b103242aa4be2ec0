"""Classes and their instances: what the machine really is, over what the scenario tells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from labwindows import faults, wql
from labwindows.machine import Machine
from labwindows.registry import Registry
from labwindows.scenario import Scenario, Store, Told
from labwindows.soap import local
from labwindows.values import METHODS, Instance, Value, text_of

Provide = Callable[[Machine, tuple[Told, ...]], list[Told]]
"""From the machine and what the scenario tells of a class, its instances."""
Keys = Mapping[tuple[str, str], Provide]
DEFAULT_NAMESPACES = ("root/cimv2", "root/default")
REGISTRY_CLASS = "stdregprov"


@dataclass(frozen=True, slots=True)
class Real:
    """What is computed from the machine; keys are namespace and class in lower case."""

    classes: Mapping[tuple[str, str], tuple[str, Provide]]
    registry: Callable[[Machine], Mapping[str, Mapping[str, Mapping[str, object]]]]


@dataclass(frozen=True, slots=True)
class Found:
    """Instances of a class, and its name as Windows writes it."""

    namespace: str
    name: str
    instances: tuple[Told, ...]


class Wmi:
    """The classes of one machine."""

    def __init__(self, store: Store, machine: Machine, real: Real) -> None:
        self.store, self.machine, self.real = store, machine, real

    def enumerate(self, namespace: str, name: str) -> Found:
        """Return every instance of a class; Fault when there is no such class."""
        scenario = self.store.current()
        where, what = normalise(namespace), name.lower()
        self._check_namespace(scenario, where)
        told = tuple(scenario.classes.get(where, {}).get(what, ()))
        computed = self.real.classes.get((where, what))
        if computed is not None:
            spelling, provide = computed
            return Found(where, spelling, tuple(provide(self.machine, told)))
        if what not in scenario.classes.get(where, {}):
            raise faults.class_absent(name, where)
        return Found(where, scenario.names[what], told)

    def query(self, namespace: str, text: str) -> tuple[Found, tuple[str, ...]]:
        """Return the instances that a query selects, and the properties that it asks for."""
        try:
            query = wql.parse(text)
        except wql.QueryError as exc:
            raise faults.wrong_query(str(exc)) from exc
        found = self.enumerate(namespace, query.name)
        _check_properties(found, query.named)
        chosen = tuple(one for one in found.instances if query.matches(one.properties) is True)
        return Found(found.namespace, found.name, chosen), query.properties

    def select(self, namespace: str, name: str, selectors: Mapping[str, str]) -> tuple[Found, Told]:
        """Return the one instance with these keys; Fault when there is none, or several."""
        found = self.enumerate(namespace, name)
        keys = {key: value for key, value in selectors.items() if key != "__cimnamespace"}
        chosen = [one for one in found.instances if _has_keys(one.properties, keys)]
        if len(chosen) != 1:
            raise faults.instance_absent()
        return found, chosen[0]

    def invoke(
        self, namespace: str, name: str, method: str, call: tuple[Mapping[str, str], Element | None]
    ) -> Instance:
        """Return the output of a method."""
        selectors, body = call
        if name.lower() == REGISTRY_CLASS and normalise(namespace) in DEFAULT_NAMESPACES:
            answer = self.registry().ask(method, _arguments(body))
            if answer is None:
                raise faults.method_absent(method)
            return answer
        _found, one = self.select(namespace, name, selectors)
        answers = {key.lower(): value for key, value in one.methods.items()}
        if method.lower() not in answers:
            raise faults.method_absent(method)
        return answers[method.lower()]

    def registry(self) -> Registry:
        """Return the registry as it is now."""
        computed = self.real.registry(self.machine)
        return Registry(computed, self.store.current().registry)  # type: ignore[arg-type]  # values are RegistryValue

    def _check_namespace(self, scenario: Scenario, namespace: str) -> None:
        known = {*scenario.classes, *(where for where, _name in self.real.classes)}
        if namespace not in known and namespace not in DEFAULT_NAMESPACES:
            raise faults.namespace_absent(namespace)


def normalise(namespace: str) -> str:
    """Return a namespace as the scenario writes it."""
    return namespace.replace("\\", "/").strip("/").lower()


def _check_properties(found: Found, named: frozenset[str]) -> None:
    """Refuse a property that no instance has: that of another class, or misspelt."""
    if not found.instances:
        return
    known = {name.lower() for one in found.instances for name in one.properties}
    unknown = [name for name in sorted(named) if name.lower() not in known | {"__class"}]
    if unknown:
        raise faults.wrong_query(f"{found.name} has no property {', '.join(unknown)}")


def _has_keys(instance: Instance, keys: Mapping[str, str]) -> bool:
    return all(
        (value := wql.find(instance, name)) is not None and text_of(value).lower() == text.lower()
        for name, text in keys.items()
    )


def _arguments(body: Element | None) -> dict[str, str]:
    return {} if body is None else {local(one): one.text or "" for one in body}


def project(instance: Instance, properties: tuple[str, ...]) -> dict[str, Value]:
    """Return the properties that were asked for, null where the instance has none."""
    return {name: wql.find(instance, name) for name in properties if name != METHODS}
