"""Which questions the facts need, and of which machine each is asked; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from labctl.connect.base import Question, Transport
from labctl.core.i18n import _, about
from labctl.core.ids import NodeName
from labctl.core.plain import canonical
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.reading import Key, Wanted
from labctl.facts.registry import name_key, want
from labctl.facts.script import is_part, join_parts, write_script
from labctl.plan.model import Plan

PROBE_ERRORS = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError,
)  # fmt: skip
"""What a reader may raise on a text it did not foresee; UnicodeError is a ValueError."""
NONE_UNREADABLE: Mapping[str, Unobserved] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Door:
    """One way into one machine: a visit goes through it.

    ``lane`` counts the visits beside the first one: each has a connection of its own.
    """

    node: NodeName
    transport: Transport
    lane: int = 0


@dataclass(frozen=True, slots=True)
class Needs:
    """Questions without duplicates, and which of them each fact needs, in its reader's order."""

    questions: tuple[Question, ...]
    asked_by: Mapping[str, tuple[int, ...]]  # key of a fact → indexes of questions
    wanted: Mapping[str, Wanted]
    unaskable: Mapping[str, Unobserved]

    @property
    def phases(self) -> tuple[int, ...]:
        """Return the phases, in the order of asking."""
        return tuple(sorted({question.phase for question in self.questions}))

    def doors(self) -> tuple[Door, ...]:
        """Return every way in that is needed."""
        doors = (Door(question.node, question.transport) for question in self.questions)
        return tuple(dict.fromkeys(doors))


def list_wanted(
    plan: Plan, keys: Iterable[Key]
) -> tuple[tuple[Wanted, ...], dict[str, Unobserved]]:
    """Return what reads each fact, and why nothing reads some of them."""
    found: list[Wanted] = []
    unreadable: dict[str, Unobserved] = {}
    for key in keys:
        wanted = want(plan, key)
        if wanted is None:
            kind = plan.nodes[NodeName(key[1])].kind if key[1] else ""
            said = _("aucune lecture de ce fait sur une machine de genre « %(kind)s »")
            unreadable[name_key(key)] = Unobserved(Reason.SPEC, said % {"kind": kind})
        else:
            found.append(wanted)
    return tuple(found), unreadable


def gather(
    plan: Plan, facts: Iterable[Wanted], unreadable: Mapping[str, Unobserved] = NONE_UNREADABLE
) -> Needs:
    """Ask every reader what it wants to know; the same question is asked once."""
    indexes: dict[str, int] = {}
    questions: list[Question] = []
    asked_by: dict[str, tuple[int, ...]] = {}
    kept: dict[str, Wanted] = {}
    unaskable: dict[str, Unobserved] = dict(unreadable)
    for wanted in facts:
        name = name_key(wanted.key)
        try:
            own = wanted.ask(plan)
            asked_by[name] = tuple(_index(question, indexes, questions) for question in own)
        except PROBE_ERRORS as exc:
            unaskable[name] = Unobserved(Reason.SPEC, about(name, type(exc).__name__))
            continue
        kept[name] = wanted
    asked = tuple(write_script(one) if is_part(one) else one for one in questions)
    return Needs(asked, asked_by, kept, unaskable)


def _index(question: Question, indexes: dict[str, int], questions: list[Question]) -> int:
    """Return where a question is, adding it when it is new; the more patient wording wins.

    The parts of the script of a machine are one question.
    """
    body = "" if is_part(question) else question.body
    key = canonical([question.node, question.transport, question.phase, body])
    if key not in indexes:
        indexes[key] = len(questions)
        questions.append(question)
        return indexes[key]
    at = indexes[key]
    known = questions[at]
    if is_part(question):
        known = join_parts(known, question)
    questions[at] = replace(
        known,
        timeout_s=max(known.timeout_s, question.timeout_s),
        cap_bytes=max(known.cap_bytes, question.cap_bytes),
    )
    return at
