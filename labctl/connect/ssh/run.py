"""One script of a visit while it runs: frames become answers, and what stops it gets a name."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from labctl.connect.base import Answer, Question
from labctl.connect.guard import GuardedSocket
from labctl.connect.ssh.script import (
    NOISE_CAP_BYTES,
    Command,
    Frame,
    FrameError,
    FrameReader,
    render_clean,
    render_input,
    render_script,
)
from labctl.connect.trouble import Stopwatch, explain, refuse
from labctl.core.deadline import Deadline
from labctl.core.i18n import _
from labctl.core.verdict import Reason, Unobserved

BACKLOG_BYTES = 3 << 20
"""Most bytes a peer may send ahead of what was read: more than an honest one's window."""
_TICK_S = 0.25
_CHUNK_BYTES = 64 << 10
_MARK_BYTES = 80  # a frame's mark may be in the buffer, on top of the output


class Channel(Protocol):
    """What the run needs of the library's channel."""

    def settimeout(self, timeout: float | None) -> None:
        """Set how long ``recv`` may wait."""
        ...

    def recv(self, nbytes: int) -> bytes:
        """Return some bytes, none at the end; TimeoutError."""
        ...

    def recv_stderr_ready(self) -> bool:
        """Tell whether errors can be read without waiting."""
        ...

    def recv_stderr(self, nbytes: int) -> bytes:
        """Return some bytes of the errors."""
        ...


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a script gave no more answers; ``again`` tells whether another one may be tried."""

    trouble: Unobserved
    again: bool


class Run:
    """One script, for the questions that are left of a visit."""

    def __init__(self, questions: Sequence[Question], first: int, deadline: Deadline) -> None:
        self._questions = questions
        self._first = first
        self._commands = [
            Command(first + at, argv_of(one), one.body.get("stderr") is True, lines_of(one))
            for at, one in enumerate(questions)
        ]
        self._watch = Stopwatch()
        self._deadline = deadline
        self._own = self._allow(0)
        self._noise = 0
        self._nonce = secrets.token_hex(16)
        self.reader = FrameReader(self._nonce)
        self.answers: list[Answer] = []

    def render(self, stale_group: int) -> str:
        """Return the command line of the exec."""
        script = render_script(self._commands, stale_group)
        return render_clean(("/bin/sh", "-c", script), self._deadline.remaining_s() + 1)

    @property
    def input(self) -> bytes:
        """Return what the script reads."""
        return render_input(self._nonce, self._commands)

    def read(self, channel: Channel, guard: GuardedSocket) -> Stop | None:
        """Read frames until the last; tell what stopped them before."""
        while len(self.answers) < len(self._questions):
            own = self._own
            if self._hear_noise(channel) > NOISE_CAP_BYTES:
                return Stop(too_much(), again=self.reader.group > 0)
            channel.settimeout(min(max(own.remaining_s(), 0.001), _TICK_S))
            try:
                chunk = channel.recv(_CHUNK_BYTES)
            except TimeoutError:
                if own.is_over():
                    return self._too_late()
                continue
            if not chunk:
                return self._ended(guard)
            guard.allow_more(2 * len(chunk) + 4096, BACKLOG_BYTES)
            stop = self._take(chunk, own)
            if stop is not None:
                return stop
        return None

    def _hear_noise(self, channel: Channel) -> int:
        """Throw away what shells and loaders complain of, and return how much it was in all.

        It comes on a stream of its own, at any moment: among the frames, it would be in an answer.
        """
        while channel.recv_stderr_ready():
            self._noise += len(channel.recv_stderr(_CHUNK_BYTES))
        return self._noise

    def lose(self, trouble: Unobserved, count: int) -> list[Answer]:
        """Return the trouble as the answer to the next questions; the first keeps what it said."""
        at = len(self.answers)
        lost = list(refuse(self._questions[at : at + count], trouble))
        if lost:
            lost[0] = replace(
                lost[0],
                output=self.reader.pending[: lost[0].question.cap_bytes],
                started_at=self._watch.started_at,
                elapsed_s=self._watch.elapsed_s(),
            )
        return lost

    def _take(self, chunk: bytes, own: Deadline) -> Stop | None:
        """Turn a piece of the stream into answers; stop at what is too long or too late."""
        try:
            for frame in self.reader.feed(chunk):
                self._keep(frame)
        except FrameError as exc:
            return Stop(Unobserved(Reason.PROTOCOL, str(exc)), again=self.reader.group > 0)
        if self.reader.size > self._cap():
            return Stop(too_much(), again=self.reader.group > 0)
        if own.is_over() and self.reader.size:  # drips: never silent, never done
            return self._too_late()
        return None

    def _keep(self, frame: Frame) -> None:
        at = len(self.answers)
        if at >= len(self._questions) or frame.number != self._first + at:
            raise FrameError(_("réponse dans le désordre"))
        question, watch = self._questions[at], self._watch
        is_long = len(frame.output) > question.cap_bytes
        self.answers.append(
            Answer(
                question,
                frame.output[: question.cap_bytes],
                None if is_long else frame.status,
                too_much() if is_long else None,
                watch.started_at,
                watch.elapsed_s(),
            )
        )
        self._watch = Stopwatch()
        self._own = self._allow(at + 1)

    def _allow(self, at: int) -> Deadline:
        """Return when the answer to a question must be there, if it is asked now."""
        seconds = self._questions[at].timeout_s if at < len(self._questions) else 0.0
        return self._deadline.within(seconds)

    def _cap(self) -> int:
        """Return how much may wait for the end of its frame."""
        if self.reader.group and len(self.answers) < len(self._questions):
            return self._questions[len(self.answers)].cap_bytes + _MARK_BYTES
        return NOISE_CAP_BYTES

    def _too_late(self) -> Stop:
        if self._deadline.is_over():
            trouble = Unobserved(Reason.TIMEOUT, _("la machine n’a pas répondu à temps"))
            return Stop(trouble, again=False)
        trouble = Unobserved(Reason.TIMEOUT, _("la commande n’a pas fini à temps"))
        return Stop(trouble, again=self.reader.group > 0)

    def _ended(self, guard: GuardedSocket) -> Stop:
        """Tell a script that ended early from a connection that was cut, by whom and why."""
        if guard.error is not None:
            return Stop(explain(guard.error), again=False)
        if guard.has_ended:
            return Stop(Unobserved(Reason.PROTOCOL, _("la connexion a été coupée")), again=False)
        trouble = Unobserved(Reason.NO_EXIT_STATUS, _("le code de retour n’est pas arrivé"))
        return Stop(trouble, again=self.reader.group > 0)


def argv_of(question: Question) -> tuple[str, ...]:
    """Return the argv of a question; ValueError unless it is a list with an absolute path."""
    argv = question.body.get("argv")
    if not isinstance(argv, (tuple, list)) or not argv or not str(argv[0]).startswith("/"):
        raise ValueError(f"not an argv with an absolute path: {argv!r}")
    return tuple(str(word) for word in argv)


def lines_of(question: Question) -> tuple[str, ...]:
    """Return the lines that a command is to read; ValueError for what is no line."""
    lines = question.body.get("stdin", ())
    if not isinstance(lines, (tuple, list)) or any("\n" in str(line) for line in lines):
        raise ValueError(f"not a list of lines: {len(str(lines))} characters")
    return tuple(str(line) for line in lines)


def too_much() -> Unobserved:
    """Return the trouble of an answer over its cap."""
    return Unobserved(Reason.OUTPUT_LIMIT, _("réponse plus longue que permis"))
