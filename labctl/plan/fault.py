"""Faults on a given bench: ``${plan.…}`` replaced by the values of its plan."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

from pydantic import BaseModel

from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.plan.model import Node, Plan, Port
from labctl.spec.fault import Fault
from labctl.spec.step import Step
from labctl.spec.topic import load_topic
from labctl.spec.topology import End, NodeState

MARK = re.compile(r"\$\{|\}")
KEYS = (
    "key",
    "cable",
    "name",
    "segment",
    "node",
    "machine",
    "login",
    "number",
    "letter",
)  # what tells items of a list apart
OF_ADDRESSES = ("ip", "netmask", "network", "network_address", "hostmask", "prefixlen")


class Unresolved(ValueError):
    """A reference leads nowhere in the plan."""


def resolve(fault: Fault, plan: Plan) -> Fault:
    """Return the fault with the values of a bench; SpecError with every reference it lacks.

    A reference is a dotted path: ``${plan.segments.ADMIN.vid}``; an item of a list is found
    by its key, name, segment, node, login, number or letter, or by its rank: ``people.0``, and
    ``people.-1`` for the last one. ``keys`` are the keys of a mapping. A path may hold another
    reference: ``${plan.segments.${plan.demands.routing.guests.segment}.vid}``. ``${spare_port}`` is
    the last port that is not used, ``${access_port.X}`` the first port in use of a machine whose
    frames have no tag, ``${desk}`` the first workstation, ``${port_of.X}`` the port of a device
    that a machine is plugged in, ``${neighbour.X}`` the first machine with a fixed address in its
    segment, ``${probe.X}`` labctl's probe in a segment. ``${machine}`` was replaced before
    (``judge.cases.bind``).
    """
    mistakes = tuple(_mistakes(fault, plan))
    if mistakes:
        raise SpecError(mistakes)
    return replace(
        fault,
        steps=tuple(_resolve_step(step, plan) for step in fault.steps),
        revert=tuple(_resolve_step(step, plan) for step in fault.revert),
    )


def _mistakes(fault: Fault, plan: Plan) -> Iterator[Mistake]:
    for step in (*fault.steps, *fault.revert):
        try:
            node = _resolve_step(step, plan).node
        except Unresolved as exc:
            yield Mistake(fault.file, step.line, str(exc))
            continue
        if node not in plan.nodes:
            yield name_stranger(node, plan, fault.file, step.line)


def name_stranger(node: str, plan: Plan, file: str, line: int) -> Mistake:
    """Return the mistake of a step on a machine that the bench does not have."""
    message = _("le banc n'a pas de machine « %(node)s »") % {"node": node}
    return Mistake(file, line, message, hint=", ".join(plan.nodes))


def _resolve_step(step: Step, plan: Plan) -> Step:
    return step.map(partial(substitute, plan=plan))


def substitute(text: str, plan: Plan, quote: Callable[[str], str] = str) -> str:
    """Replace references, those inside others first; their values are not read again.

    ``quote`` is done to each value. Raises Unresolved.
    """
    before, opened, rest = text.partition("${")
    if not opened:
        return text
    end = _find_end(rest)
    path = substitute(rest[:end], plan)
    value = quote(plan.once((_value, path), lambda: _value(path, plan)))
    return f"{before}{value}{substitute(rest[end + 1 :], plan, quote)}"


def _find_end(text: str) -> int:
    """Return where the reference ends whose inside begins a text; Unresolved when it does not."""
    depth = 1
    for mark in MARK.finditer(text):
        depth += 1 if mark[0] == "${" else -1
        if depth == 0:
            return mark.start()
    raise Unresolved(_("« ${%(path)s » : il manque une accolade") % {"path": text})


def _value(path: str, plan: Plan) -> str:
    head, *names = path.split(".")
    if head == "spare_port" and not names:
        ports = [port for node in plan.nodes.values() for port in node.ports]
        return [port.name for port in ports if not port.cable][-1]
    value, names = _find_root(plan, head, names, path)
    for name in names:
        value = _inside(value, name, path)
    if is_dataclass(value) or isinstance(value, BaseModel | dict | tuple | None):
        raise Unresolved(_("« ${%(path)s} » n'est pas une valeur simple") % {"path": path})
    if isinstance(value, frozenset):
        return ",".join(str(item) for item in sorted(value))
    return str(value)


def _find_root(plan: Plan, head: str, names: list[str], path: str) -> tuple[object, list[str]]:
    """Return what the rest of a path leads from: the plan, or what a topic asks for."""
    if head == "desk" and plan.desks:
        return plan.desks[0].name, names
    if head == "access_port" and names:
        ports = _inside(_inside(plan.nodes, names[0], path), "ports", path)
        return _first_access(ports, path), names[1:]
    if head in PLACES and names:
        return PLACES[head](plan, names[0], path), names[1:]
    if head != "plan":
        raise Unresolved(_("« ${%(path)s} » : le chemin doit commencer par plan.") % {"path": path})
    if names[:1] == ["demands"] and names[1:2] and names[1] in plan.demands:
        return plan.demand(load_topic(names[1]).load()), names[2:]
    return plan, names


def _first_access(ports: Any, path: str) -> Port:
    used = [port for port in ports if port.cable and not port.tagged]
    if not used:
        raise Unresolved(_("« ${%(path)s} » : aucun port n'est d'accès") % {"path": path})
    first: Port = used[0]
    return first


def _find_port(plan: Plan, machine: str, path: str) -> Port:
    """Return the port of a device whose cable leads to a machine, or to the switch before it."""
    ends = [ends for link in plan.links for ends in ((link.a, link.b), (link.b, link.a))]
    far_of = dict(ends)
    for node in plan.nodes.values():
        for port in node.ports:
            far = far_of.get(End(node.name, port.card))
            if far is not None and machine in _list_behind(plan, far, far_of):
                return port
    words = {"path": path, "node": machine}
    raise Unresolved(_("« ${%(path)s} » : « %(node)s » n'est sur aucun port") % words)


def _find_probe(plan: Plan, segment: str, path: str) -> object:
    return _inside(plan.nodes, plan.probe_node(segment), path)


def _find_neighbour(plan: Plan, machine: str, path: str) -> Node:
    """Return the first machine with a fixed address in the segment of another one's first card."""
    card: Any = _inside(_inside(_inside(plan.nodes, machine, path), "interfaces", path), "0", path)
    for node in plan.nodes.values():
        is_other = node.name != machine and node.state is not NodeState.OBSERVER
        first = node.interfaces[0] if node.interfaces else card
        if is_other and first.address and first.segment == card.segment:
            return node
    words = {"path": path, "node": machine}
    raise Unresolved(
        _("« ${%(path)s} » : nul n'a d'adresse fixe dans le réseau de « %(node)s »") % words
    )


PLACES: dict[str, Callable[[Plan, str, str], object]] = {
    "neighbour": _find_neighbour,
    "port_of": _find_port,
    "probe": _find_probe,
}


def _list_behind(plan: Plan, end: End, far_of: Mapping[End, End]) -> set[str]:
    """Return the machine at an end of a cable, and those that its virtual switch joins there."""
    bridges = [bridge for bridge in plan.nodes[end.node].bridges if bridge.trunk == end.interface]
    joined = {far_of[End(end.node, name)].node for bridge in bridges for name in bridge.ports}
    return {end.node, *joined}


def _inside(value: object, name: str, path: str) -> object:
    if isinstance(value, Mapping) and name in value:
        return value[name]  # what most of a path leads through
    choices = dict(_choices(value))
    if name not in choices:
        known = ", ".join(sorted(choices))
        words = {"path": path, "name": name, "known": known}
        raise Unresolved(_("« ${%(path)s} » : « %(name)s » inconnu ; connus : %(known)s") % words)
    return choices[name]


def _choices(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield "keys", tuple(value)
        yield from ((str(key), item) for key, item in value.items())
    elif isinstance(value, tuple | frozenset):
        items = tuple(sorted(value)) if isinstance(value, frozenset) else value
        yield from ((str(rank - len(items)), item) for rank, item in enumerate(items))
        yield from ((str(rank), item) for rank, item in enumerate(items))
        yield from ((_key_of(item), item) for item in items)
    elif isinstance(value, BaseModel):
        model = type(value)
        names = (*model.model_fields, *model.model_computed_fields)
        yield from ((name, getattr(value, name)) for name in names)
    elif is_dataclass(value):
        yield from ((field.name, getattr(value, field.name)) for field in fields(value))
    elif isinstance(value, IPv4Address | IPv4Interface | IPv4Network):
        yield from ((name, getattr(value, name)) for name in OF_ADDRESSES if hasattr(value, name))


def _key_of(item: object) -> str:
    if isinstance(item, str):
        return item
    for key in KEYS:
        if hasattr(item, key):
            return str(getattr(item, key))
    return ""
