"""An incident on a given bench: what is drawn for it, and its texts with the values of the plan."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv4Address
from typing import Protocol, Self, TypeVar

from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.plan.aim import find_refusal
from labctl.plan.document import to_json
from labctl.plan.fault import Unresolved, name_stranger, substitute
from labctl.plan.model import Plan
from labctl.spec.incident import Choice, Incident, Repair
from labctl.spec.watch import Watch

ADDRESS = re.compile(r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b")
PAIR = re.compile(rf'\[\s*"({ADDRESS.pattern})",\s*"({ADDRESS.pattern})"\s*\]')
"""Two addresses in a list of the document of a plan."""
DESKS = "${desks}"
"""In place of a machine: each workstation, one after the other."""
_REFERENCE = re.compile(r"\$\{([^}]+)\}")
Change = Callable[[str], str]


class Placed(Protocol):
    """Something of an incident that is on one machine, if that has its face."""

    @property
    def node(self) -> NodeName:
        """Return the machine."""

    @property
    def face(self) -> str:
        """Return the face that the machine must have, empty for any."""

    @property
    def line(self) -> int:
        """Return the line of the file."""

    def map(self, change: Change, in_pattern: Change = ...) -> Self:
        """Return it with its texts changed."""

    def put(self, node: NodeName) -> Self:
        """Return it on another machine."""


P = TypeVar("P", bound=Placed)


def draw_values(incident: Incident, plan: Plan, seed: str) -> dict[str, str]:
    """Return what is drawn for an incident on a bench; the same seed always gives the same.

    SpecError for a reference that the plan lacks, or a segment without a free address.
    """
    values: dict[str, str] = {}
    for name, choice in incident.draw.items():
        digest = sha256(f"{seed}\0{incident.id}\0{name}".encode()).digest()
        number = int.from_bytes(digest)
        try:
            values[name] = _draw(choice, plan, number)
        except Unresolved as exc:
            raise SpecError((Mistake(incident.file, 1, str(exc)),)) from exc
    return values


def resolve(incident: Incident, plan: Plan, drawn: Mapping[str, str]) -> Incident:
    """Return an incident with the values of a bench, without what is for other faces.

    SpecError with every reference it lacks.
    """
    fitting = _Fitting(incident.file, plan, drawn)
    found = replace(
        incident,
        says=fitting.say(incident.says),
        symptom=fitting.fit(incident.symptom),
        cause=fitting.fit(incident.cause),
        same=fitting.fit(incident.same),
        before=fitting.fit(incident.before),
        keeps=fitting.fit(incident.keeps),
        inject=fitting.fit(incident.inject),
        undo=fitting.fit(incident.undo),
        repairs=fitting.fit_repairs(incident.repairs),
        wrong_repairs=fitting.fit_repairs(incident.wrong_repairs),
        traces=fitting.fit(incident.traces),
    )
    if fitting.mistakes:
        raise SpecError(tuple(sorted(fitting.mistakes)))
    return found


def fit(
    incident: Incident, plan: Plan, judged: Iterable[str] | None = None
) -> tuple[Incident, str]:
    """Return an incident with the values of a bench, and why it means nothing there, or "".

    ``judged`` are the checks that the bench is judged by; None for any.
    """
    if incident.topic not in plan.demands:
        said = _("le banc ne demande rien du thème « %(topic)s »")
        return incident, said % {"topic": incident.topic}
    try:
        found = resolve(incident, plan, draw_values(incident, plan, ""))
    except SpecError as exc:
        message = exc.mistakes[0].message
        named = _REFERENCE.search(message)
        said = _("elle parle de ce que ce banc n'a pas : %(what)s")
        return incident, said % {"what": named[1] if named else message}
    found = keep_judged(found, judged)
    parts = {
        _("rien à casser"): found.request or found.inject,
        _("aucun symptôme observable"): found.symptom,
        _("aucune cause observable"): found.cause,
        _("aucune réparation"): found.repairs,
    }
    lacking = [why for why, part in parts.items() if not part]
    return found, _("%(why)s sur les machines de ce banc") % {"why": lacking[0]} if lacking else ""


def keep_judged(incident: Incident, judged: Iterable[str] | None) -> Incident:
    """Return an incident without the looks at checks that a bench is not judged by."""
    known = None if judged is None else frozenset(judged)
    symptom, cause = (
        tuple(one for one in part if not one.check or known is None or one.check in known)
        for part in (incident.symptom, incident.cause)
    )
    return replace(incident, symptom=symptom, cause=cause)


def resolve_watches(file: str, watches: Iterable[Watch], plan: Plan) -> tuple[Watch, ...]:
    """Return the looks that mean something on a bench, with its values."""
    return fit_watches(file, watches, plan)[0]


def fit_watches(
    file: str, watches: Iterable[Watch], plan: Plan
) -> tuple[tuple[Watch, ...], tuple[Mistake, ...]]:
    """Return the looks that are for the machines of a bench, and what cannot be looked at."""
    fitting = _Fitting(file, plan, {})
    return fitting.fit(watches), tuple(sorted(fitting.mistakes))


def has_face(plan: Plan, node: NodeName, face: str) -> bool:
    """Tell whether a machine has a face, or is of the kind of that name."""
    found = plan.nodes[node]
    return not face or face == found.kind or face in found.faces


@dataclass(slots=True)
class _Fitting:
    """The parts of an incident on their way to a bench, and what is wrong with them."""

    file: str
    plan: Plan
    drawn: Mapping[str, str]
    mistakes: list[Mistake] = field(default_factory=list)

    def say(self, text: str) -> str:
        """Return a text with the values of the bench."""
        try:
            return self._change(text)
        except Unresolved as exc:
            self.mistakes.append(Mistake(self.file, 1, str(exc)))
            return text

    def fit(self, parts: Iterable[P]) -> tuple[P, ...]:
        """Return the parts that are for the machines of the bench, resolved.

        A look at a check is on no machine.
        """
        return tuple(
            found
            for part in parts
            for one in self._spread(part)
            for found in (self._fit(one) if one.node else (one,))
        )

    def _spread(self, part: P) -> tuple[P, ...]:
        """Return a part for each workstation, where it is on all of them."""
        if part.node != DESKS:
            return (part,)
        return tuple(part.put(desk.name) for desk in self.plan.desks)

    def fit_repairs(self, repairs: Iterable[Repair]) -> tuple[Repair, ...]:
        """Return the repairs of which something is left on this bench."""
        fitted = (replace(repair, steps=self.fit(repair.steps)) for repair in repairs)
        return tuple(repair for repair in fitted if repair.steps)

    def _fit(self, one: P) -> Iterator[P]:
        try:
            node = NodeName(self._change(one.node))
            if node not in self.plan.nodes:
                self.mistakes.append(name_stranger(node, self.plan, self.file, one.line))
            elif has_face(self.plan, node, one.face):
                found = one.map(self._change, self._change_pattern)
                refusal = find_refusal(found, self.plan) if isinstance(found, Watch) else ""
                if refusal:
                    self.mistakes.append(Mistake(self.file, one.line, refusal))
                else:
                    yield found
        except Unresolved as exc:
            self.mistakes.append(Mistake(self.file, one.line, str(exc)))

    def _change(self, text: str) -> str:
        return self._replace(text, str)

    def _change_pattern(self, text: str) -> str:
        return self._replace(text, re.escape)

    def _replace(self, text: str, quote: Change) -> str:
        for name, value in self.drawn.items():
            text = text.replace(f"${{drawn.{name}}}", quote(value))
        return substitute(text, self.plan, quote)


def _draw(choice: Choice, plan: Plan, number: int) -> str:
    if choice.one_of:
        values = choice.one_of
        return substitute(values[number % len(values)], plan)
    if choice.between:
        first, last = choice.between
        return str(first + number % (last - first + 1))
    return str(_draw_host(substitute(choice.unused_host, plan), plan, number))


def _draw_host(segment: str, plan: Plan, number: int) -> IPv4Address:
    """Return an address of a segment that the plan does not name, nor any pair of addresses spans.

    A pair may be the two ends of a range.
    """
    if segment not in plan.segments or plan.segments[segment].network is None:
        raise Unresolved(_("« %(name)s » n'est pas un segment adressé") % {"name": segment})
    network = plan.network_of(segment)
    addresses, pairs = _list_named(_Same(plan))
    taken = set(addresses)
    for first, last in pairs:
        if last - first < network.num_addresses:
            taken.update(range(first, last))
    hosts = range(int(network.network_address) + 1, int(network.broadcast_address))
    free = [host for host in hosts if host not in taken]
    if not free:
        raise Unresolved(_("le segment « %(name)s » n'a pas d'adresse libre") % {"name": segment})
    return IPv4Address(free[number % len(free)])


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A plan as what it is, not as what it holds: it is the same one for many incidents."""

    plan: Plan

    def __eq__(self, other: object) -> bool:
        """Tell whether it is the very same plan."""
        return isinstance(other, _Same) and self.plan is other.plan

    def __hash__(self) -> int:
        """Return the same number for the very same plan."""
        return id(self.plan)


@lru_cache(maxsize=1)
def _list_named(one: _Same) -> tuple[frozenset[int], tuple[tuple[int, int], ...]]:
    """Return the addresses that a plan names, and those of them that are pairs."""
    text = to_json(one.plan)
    addresses = frozenset(map(int, _read_addresses(ADDRESS.findall(text))))
    found = (tuple(map(int, _read_addresses(pair))) for pair in PAIR.findall(text))
    return addresses, tuple((ends[0], ends[1]) for ends in found if len(ends) > 1)


def _read_addresses(texts: Iterable[str]) -> Iterator[IPv4Address]:
    for text in texts:
        with suppress(ValueError):
            yield IPv4Address(text)
