"""What somebody wants to be looked at on a bench, besides the facts that checks need."""

from collections.abc import Sequence
from dataclasses import dataclass

from labctl.connect.base import Answer, Question, Transport
from labctl.core.command import paste
from labctl.core.i18n import _, about
from labctl.core.ids import NodeName
from labctl.core.untrusted import inert
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.probe import Probe
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

    def read(_plan: Plan, _machine: NodeName) -> Reading[Watched]:
        answers = yield from attempt(*map(_ask, watches))
        return Watched(tuple(map(_see, watches, answers)))

    longest_s = max((watch.settle_s for watch in watches), default=0.0)
    return Wanted(Reader(Watched, read, settle_s=longest_s, is_settled=_is_settled))


def _is_settled(_plan: Plan, found: Watched) -> bool:
    return all(one.is_healthy is not False for one in found.seen)


def _ask(watch: Watch) -> Question:
    if watch.cli:
        return Question(watch.node, Transport.CLI, watch.cli, {"command": watch.cli})
    if watch.cim:
        return Question(watch.node, Transport.CIM, watch.cim.spell(), watch.cim.body())
    body: dict[str, object] = {"argv": watch.argv, "stderr": True}
    return Question(watch.node, Transport.SSH, paste(watch.argv), body)


def _see(watch: Watch, answer: Answer) -> Seen:
    trouble = answer.trouble or _find_trouble(watch, answer)
    if trouble is not None:
        named = Unobserved(trouble.reason, about(watch.node, trouble.detail))
        return Seen(watch.name, None, "", named)
    text = answer.output.decode("utf-8", "replace").replace("\r", "")
    is_healthy = watch.healthy.is_met(answer.exit_code, text)
    return Seen(watch.name, is_healthy, "" if watch.cli else _quote(text))


def _find_trouble(watch: Watch, answer: Answer) -> Unobserved | None:
    if answer.exit_code in NOT_STARTED and watch.healthy.exit is None:
        said = _("la commande n'a pas pu être lancée : %(command)s")
        return Unobserved(Reason.PROTOCOL, said % {"command": answer.question.text})
    return None


def _quote(text: str) -> str:
    """Return the beginning of an answer on one line."""
    return inert(" ".join(text.split()))[:SAID_CHARACTERS]


def _ask_nothing(_plan: Plan) -> tuple[Question, ...]:
    return ()


def _see_nothing(_plan: Plan, _answers: tuple[Answer, ...]) -> Watched:
    return Watched(())


PROBE = Probe(Watched, _ask_nothing, _see_nothing)
"""By which evidence that holds such a fact is read back; nobody asks for it by name."""
