"""The line that the operator types: echo, corrections, history, ``?`` and the tabulation key."""

from collections.abc import Callable
from dataclasses import dataclass, field

from labswitch.channel import Channel

_LONGEST = 4000
_HISTORY = 20
_ENTER, _NEWLINE, _BACKSPACE, _DELETE, _TAB, _ESCAPE = 13, 10, 8, 127, 9, 27
_CTRL_A, _CTRL_B, _CTRL_C, _CTRL_D, _CTRL_E, _CTRL_F = 1, 2, 3, 4, 5, 6
_CTRL_N, _CTRL_P, _CTRL_U, _CTRL_V, _CTRL_W, _CTRL_Z = 14, 16, 21, 22, 23, 26


@dataclass(frozen=True, slots=True)
class Typed:
    """A line, or how the typing ended instead: end, interrupt, leave, help, complete."""

    text: str
    how: str = "line"


@dataclass(slots=True)
class Editor:
    """Reads lines from a channel; ``history`` is what was typed before."""

    channel: Channel
    history: list[str] = field(default_factory=list)

    def read(
        self,
        prompt: str,
        *,
        start: str = "",
        echo: bool = True,
        keys: bool = True,
        timeout_s: int = 0,
    ) -> Typed:
        """Return what was typed after the prompt, which is already shown."""
        line = _Line(self.channel, prompt, echo=echo)
        line.insert(start)
        place = len(self.history)
        while True:
            byte = self.channel.read(timeout_s)
            if byte is None:
                return Typed(line.text, "end")
            if byte in (_ENTER, _NEWLINE):
                self._eat_newline(byte)
                return self._finish(line, keys=keys and echo)
            ended = self._control(line, byte) if keys else None
            if ended is not None:
                return ended
            if byte == _ESCAPE:
                byte = self._arrow(timeout_s)
            if byte in (_CTRL_P, _CTRL_N) and keys:
                place = self._recall(line, place + (1 if byte == _CTRL_N else -1))
            else:
                self._edit(line, byte, timeout_s)

    def read_key(self, timeout_s: int = 0) -> str:
        """Return one key; Enter is the empty text."""
        byte = self.channel.read(timeout_s)
        if byte in (_ENTER, _NEWLINE):
            self._eat_newline(byte)
            return ""
        return "n" if byte is None else chr(byte)

    def _eat_newline(self, byte: int | None) -> None:
        if byte == _ENTER and self.channel.peek() in (_NEWLINE, 0):
            self.channel.read()

    def _finish(self, line: "_Line", *, keys: bool) -> Typed:
        self.channel.write("\n")
        if keys and line.text.strip() and self.history[-1:] != [line.text]:
            self.history = [*self.history, line.text][-_HISTORY:]
        return Typed(line.text)

    def _control(self, line: "_Line", byte: int) -> Typed | None:
        ends = {_CTRL_C: "interrupt", _CTRL_Z: "leave", _TAB: "complete", ord("?"): "help"}
        if byte == _CTRL_D and not line.text:
            return Typed("", "end")
        if byte not in ends:
            return None
        self.channel.write({_CTRL_C: "^C\n", _CTRL_Z: "^Z\n", _TAB: "\n"}.get(byte, "?\n"))
        return Typed(line.text, ends[byte])

    def _arrow(self, timeout_s: int) -> int:
        """Return the control key that an arrow stands for."""
        if self.channel.read(timeout_s) not in (ord("["), ord("O")):
            return 0
        arrows = {
            "A": _CTRL_P,
            "B": _CTRL_N,
            "C": _CTRL_F,
            "D": _CTRL_B,
            "H": _CTRL_A,
            "F": _CTRL_E,
        }
        return arrows.get(chr(self.channel.read(timeout_s) or 0), 0)

    def _recall(self, line: "_Line", place: int) -> int:
        place = max(0, min(len(self.history), place))
        line.replace(self.history[place] if place < len(self.history) else "")
        return place

    def _edit(self, line: "_Line", byte: int, timeout_s: int) -> None:
        acts: dict[int, Callable[[], None]] = {
            _BACKSPACE: line.erase,
            _DELETE: line.erase,
            _CTRL_U: lambda: line.replace(""),
            _CTRL_W: line.erase_word,
            _CTRL_A: lambda: line.move(-_LONGEST),
            _CTRL_E: lambda: line.move(_LONGEST),
            _CTRL_B: lambda: line.move(-1),
            _CTRL_F: lambda: line.move(1),
        }
        if byte in acts:
            acts[byte]()
            return
        if byte == _CTRL_V:
            byte = self.channel.read(timeout_s) or 0
        if byte >= 32:
            line.insert(self._character(byte, timeout_s))

    def _character(self, byte: int, timeout_s: int) -> str:
        """Return one character: a byte, or the several bytes of UTF-8."""
        more = 3 if byte >= 0xF0 else 2 if byte >= 0xE0 else 1 if byte >= 0xC0 else 0
        data = bytes([byte, *((self.channel.read(timeout_s) or 32) for _ in range(more))])
        return data.decode("utf-8", "replace")


class _Line:
    """The text, the cursor in it, and what of it the terminal shows."""

    def __init__(self, channel: Channel, prompt: str, *, echo: bool) -> None:
        self.text = ""
        self._at = 0
        self._channel = channel
        self._prompt = prompt
        self._echo = echo

    def insert(self, text: str) -> None:
        if not text or len(self.text) >= _LONGEST:
            return
        tail = self.text[self._at :]
        self.text = self.text[: self._at] + text + tail
        self._at += len(text)
        self._show(text + tail + "\b" * len(tail))

    def erase(self) -> None:
        if self._at == 0:
            return
        tail = self.text[self._at :]
        self.text = self.text[: self._at - 1] + tail
        self._at -= 1
        self._show("\b" + tail + " " + "\b" * (len(tail) + 1))

    def erase_word(self) -> None:
        kept = self.text[: self._at].rstrip()
        for _ in range(self._at - (kept.rfind(" ") + 1)):
            self.erase()

    def replace(self, text: str) -> None:
        self.move(_LONGEST)
        for _ in range(len(self.text)):
            self.erase()
        self.insert(text)

    def move(self, by: int) -> None:
        to = max(0, min(len(self.text), self._at + by))
        self._show("\b" * (self._at - to) + self.text[self._at : to])
        self._at = to

    def _show(self, text: str) -> None:
        if self._echo:
            self._channel.write(text)
