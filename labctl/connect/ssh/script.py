"""All the questions to a Linux machine as one script, and its output as answers again.

The script runs with a clean environment and writes, after the output of each command, a line that
holds a nonce, the number of the question and the exit status. The nonce is drawn per visit and goes
in by standard input: neither a command's output nor a look at ``ps`` can forge a frame. Whoever is
root on the machine and replaces its shell can lie all the same; see docs/threat-model.md.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from labctl.core.i18n import _

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
NOISE_CAP_BYTES = 64 << 10
"""Most bytes a login shell may print before the script speaks."""
_TAIL_CAP_BYTES = 32  # after the nonce: number, status, end of line


class FrameError(Exception):
    """The output does not have the form of the script's."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the script; ``number`` is that of its question, ``lines`` its input."""

    number: int
    argv: tuple[str, ...]
    keeps_stderr: bool
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """Output of one command, whole, and its exit status."""

    number: int
    output: bytes
    status: int


def render_clean(argv: Sequence[str], seconds: float) -> str:
    """Return a command line that runs a program in a clean environment, killed in so many seconds.

    The watch is kept on the far side too: nothing of ours outlives a connection that was cut.
    """
    watch = ("/usr/bin/timeout", "--signal=KILL", f"{max(seconds, 1):.1f}")
    return "exec " + shlex.join(
        ("/usr/bin/env", "-i", f"PATH={PATH}", "LC_ALL=C", *watch, *argv),
    )


def render_script(commands: Sequence[Command], stale_group: int) -> str:
    """Return the script; it first kills what an earlier one of the same visit left running.

    What its commands are to read is no part of it: it would show in ``ps``. It comes behind the
    nonce, line by line (``render_input``).
    """
    lines = ["read -r N"]
    lines += [f"IFS= read -r {name}" for one in commands for name in _names(one)]
    if stale_group:
        lines.append(f"kill -s KILL -- -{stale_group} 2>/dev/null")
    lines.append("""printf '\\n%s h %s\\n' "$N" "$PPID" """.rstrip())
    for command in commands:
        errors = "2>&1" if command.keeps_stderr else "2>/dev/null"
        words = shlex.join(command.argv)
        given = " ".join(f'"${name}"' for name in _names(command))
        fed = f"printf '%s\\n' {given} | {words}" if given else f"{words} </dev/null"
        lines.append(f"{fed} {errors}")
        lines.append(f"""printf '\\n%s {command.number} %s\\n' "$N" "$?" """.rstrip())
    return "\n".join(lines)


def render_input(nonce: str, commands: Sequence[Command]) -> bytes:
    """Return what the script reads: the nonce, then the input of its commands."""
    return "\n".join((nonce, *(line for one in commands for line in one.lines), "")).encode()


def _names(command: Command) -> list[str]:
    return [f"I{command.number}_{at}" for at in range(len(command.lines))]


class FrameReader:
    """Cut the stream of a script into frames, holding no more than one of them."""

    def __init__(self, nonce: str) -> None:
        self._mark = b"\n" + nonce.encode() + b" "
        self._buffer = bytearray()
        self._searched = 0
        self.group = 0  # process group on the far side, once the script has spoken

    @property
    def pending(self) -> bytes:
        """Return the output of the command that has not ended."""
        return bytes(self._buffer) if self.group else b""

    @property
    def size(self) -> int:
        """Return how many bytes wait for the end of their frame."""
        return len(self._buffer)

    def feed(self, chunk: bytes) -> list[Frame]:
        """Take in some output; return the frames it completes; FrameError when senseless."""
        self._buffer += chunk
        frames: list[Frame] = []
        while (cut := self._cut()) is not None:
            body, tail = cut
            if self.group:
                frames.append(_parse_end(body, tail))
            else:
                self.group = _parse_hello(tail)
        return frames

    def _cut(self) -> tuple[bytes, bytes] | None:
        """Take the next frame off the buffer: what came before its mark, the rest of its line."""
        start = self._buffer.find(self._mark, max(0, self._searched - len(self._mark)))
        if start < 0:
            self._searched = len(self._buffer)
            return None
        tail_from = start + len(self._mark)
        end = self._buffer.find(b"\n", tail_from, tail_from + _TAIL_CAP_BYTES)
        if end < 0:
            if len(self._buffer) >= tail_from + _TAIL_CAP_BYTES:
                raise FrameError(_("fin de réponse illisible"))
            self._searched = start
            return None
        body, tail = bytes(self._buffer[:start]), bytes(self._buffer[tail_from:end])
        del self._buffer[: end + 1]
        self._searched = 0
        return body, tail


def _parse_hello(tail: bytes) -> int:
    found = re.fullmatch(rb"h ([1-9][0-9]{0,9})", tail)
    if not found or int(found[1]) < 2:  # kill -- -1 would be every process
        raise FrameError(_("le script ne s’est pas présenté"))
    return int(found[1])


def _parse_end(body: bytes, tail: bytes) -> Frame:
    found = re.fullmatch(rb"([0-9]{1,4}) ([0-9]{1,3})", tail)
    if not found:
        raise FrameError(_("fin de réponse illisible"))
    return Frame(int(found[1]), body, int(found[2]))
