"""What somebody wants to be looked at on a bench, besides the facts that checks need."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from labctl.connect.base import Answer, Question, Transport
from labctl.core.command import paste
from labctl.core.i18n import _, about
from labctl.core.ids import NodeName
from labctl.core.untrusted import inert
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.aims import ask_aim, hear_aim
from labctl.facts.probe import NotUnderstood, Probe
from labctl.facts.reading import Reader, Reading, Wanted, attempt
from labctl.plan.model import Plan
from labctl.spec.watch import Watch

NOT_STARTED = (126, 127)
"""Exit codes of what could not be run (POSIX, "Shell & Utilities", 2.8.2)."""
SAID_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look showed: ``is_healthy`` is None where there is ``trouble``."""

    name: str
    is_healthy: bool | None
    said: str
    trouble: Unobserved | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """What all of them showed."""

    seen: tuple[Seen, ...]


def want_watches(watches: Sequence[Watch]) -> Wanted:
    """Return what reads looks at machines; they are asked again until all of them are healthy."""

    def read(plan: Plan, _machine: NodeName) -> Reading[Watched]:
        return Watched((yield from look(plan, watches)))

    return Wanted(Reader(Watched, read, settle_s=find_longest(watches), is_settled=are_all_healthy))


def look(plan: Plan, watches: Sequence[Watch]) -> Reading[tuple[Seen, ...]]:
    """Look at things that the plan has; trouble is part of what is seen."""
    answers = yield from attempt(*(_ask(plan, watch) for watch in watches))
    return tuple(map(_see, watches, answers))


def find_longest(watches: Sequence[Watch]) -> float:
    """Return the longest that any of them may be waited for."""
    return max((watch.settle_s for watch in watches), default=0.0)


def are_all_healthy(_plan: Plan, found: Any) -> bool:
    """Tell whether a fact that holds looks needs no more waiting."""
    return all(one.is_healthy is not False for one in found.seen)


def _ask(plan: Plan, watch: Watch) -> Question:
    if watch.aim:
        return ask_aim(plan, watch, watch.aim)
    if watch.cli:
        return Question(watch.node, Transport.CLI, watch.cli, {"command": watch.cli})
    if watch.cim:
        return Question(watch.node, Transport.CIM, watch.cim.spell(), watch.cim.body())
    body: dict[str, object] = {"argv": watch.argv, "stderr": True}
    return Question(watch.node, Transport.SSH, paste(watch.argv), body, aside=watch.aside)


def _see(watch: Watch, answer: Answer) -> Seen:
    trouble = answer.trouble or _find_trouble(watch, answer)
    if trouble is not None:
        return _blind(watch, trouble)
    try:
        code, held = _hear(watch, answer)
    except NotUnderstood as exc:
        return _blind(watch, Unobserved(exc.reason, exc.detail))
    except (ValueError, LookupError, TypeError, AttributeError) as exc:  # a hostile answer
        return _blind(watch, Unobserved(Reason.PROTOCOL, type(exc).__name__))
    text = held.replace("\r", "")
    is_healthy = watch.healthy.is_met(code, text)
    return Seen(watch.name, is_healthy, _quote(_say(watch, text)))


def _blind(watch: Watch, trouble: Unobserved) -> Seen:
    named = Unobserved(trouble.reason, about(watch.node, trouble.detail))
    return Seen(watch.name, None, "", named)


def _hear(watch: Watch, answer: Answer) -> tuple[int | None, str]:
    if watch.aim:
        return hear_aim(watch.aim, answer)
    return answer.exit_code, answer.output.decode("utf-8", "replace")


def _find_trouble(watch: Watch, answer: Answer) -> Unobserved | None:
    if answer.exit_code in NOT_STARTED and (watch.aim or watch.healthy.exit is None):
        said = _("la commande n'a pas pu être lancée : %(command)s")
        return Unobserved(Reason.PROTOCOL, said % {"command": answer.question.text})
    return None


def _say(watch: Watch, text: str) -> str:
    """Return an answer as people read it: a device's is long, a Windows' is JSON."""
    if watch.cli:
        return ""
    if watch.cim:
        with suppress(ValueError):
            return ", ".join(_list_values(json.loads(text)))
    return text


def _list_values(found: object, name: str = "") -> Iterator[str]:
    """Yield the values of a JSON answer, each with its name."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield from _list_values(value, str(key))
    elif isinstance(found, list):
        for value in found:
            yield from _list_values(value, name)
    else:
        yield f"{name} = {found}"


def _quote(text: str) -> str:
    """Return the beginning of an answer on one line."""
    return inert(" ".join(text.split()))[:SAID_CHARACTERS]


def _ask_nothing(_plan: Plan) -> tuple[Question, ...]:
    return ()


def _see_nothing(_plan: Plan, _answers: tuple[Answer, ...]) -> Watched:
    return Watched(())


PROBE = Probe(Watched, _ask_nothing, _see_nothing)
"""By which evidence that holds such a fact is read back; nobody asks for it by name."""
