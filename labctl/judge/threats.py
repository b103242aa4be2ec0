"""The table of ``docs/threat-model.md``: what each check rests on, and what root can still fake."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from labctl.connect.base import Question, Transport
from labctl.core.check import CheckSpec
from labctl.facts.registry import name_of
from labctl.plan.model import Plan
from labctl.spec.topology import NodeState


class Source(StrEnum):
    """Whose word a fact is."""

    WIRE = "packets of labctl's own probes"
    USER = "shares, used as a user"
    DIRECTORY = "the directory over LDAPS"
    DEVICE = "the command line of a device"
    PAPER = "documents handed in"
    OURS = "a machine that labctl keeps"
    ROOT = "programs and files of a machine where the candidate is root"


@dataclass(frozen=True, slots=True)
class Basis:
    """Where the facts of a check come from: what it needs, and the second opinions."""

    needs: frozenset[Source]
    witnesses: frozenset[Source]

    def verdict(self) -> str:
        """Say what a candidate who is root of their machines can still fake."""
        if Source.ROOT not in self.needs:
            return "no: it would have to be so"
        others = (self.needs | self.witnesses) - {Source.ROOT}
        if others:
            return "in part: not what the second source says"
        return "yes, with replaced programs or files"


def sources_of(plan: Plan, questions: Iterable[Question]) -> frozenset[Source]:
    """Return whose word the answers to these questions are."""
    return frozenset(_source(plan, question) for question in questions)


def render_threats(catalogue: Iterable[CheckSpec], sources: Mapping[str, frozenset[Source]]) -> str:
    """Return the table; ``sources`` are those of each fact, by its name."""
    return "\n".join(_lines(sorted(catalogue, key=lambda spec: spec.id), sources)) + "\n"


def basis_of(spec: CheckSpec, sources: Mapping[str, frozenset[Source]]) -> Basis:
    """Return what one check rests on."""

    def all_of(facts: Iterable[type]) -> frozenset[Source]:
        return frozenset(source for fact in facts for source in sources[name_of(fact)])

    return Basis(all_of(spec.needs), all_of(spec.witnesses))


def _lines(specs: Sequence[CheckSpec], sources: Mapping[str, frozenset[Source]]) -> Iterator[str]:
    yield "| Check | What it asks | It rests on | Root can fake it |"
    yield "|---|---|---|---|"
    for spec in specs:
        basis = basis_of(spec, sources)
        seen = " ; ".join(sorted(basis.needs))
        also = f" (second opinion: {' ; '.join(sorted(basis.witnesses))})" * bool(basis.witnesses)
        yield f"| {spec.id} | {spec.label} | {seen}{also} | {basis.verdict()} |"


def _source(plan: Plan, question: Question) -> Source:
    by_transport = {
        Transport.WIRE: Source.WIRE,
        Transport.SMB: Source.USER,
        Transport.LDAP: Source.DIRECTORY,
        Transport.CLI: Source.DEVICE,
        Transport.DEPOT: Source.PAPER,
    }
    if question.transport in by_transport:
        return by_transport[question.transport]
    is_theirs = plan.nodes[question.node].state is NodeState.TO_CONFIGURE
    return Source.ROOT if is_theirs else Source.OURS
