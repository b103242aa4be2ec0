"""The bytes between the operator and the terminal program: a pty, a pipe or Telnet."""

import os
import select
import termios
import tty

_READ = 4096
_IAC, _SB, _SE, _WILL, _DONT = 255, 250, 240, 251, 254


class Channel:
    """Standard input and output, a byte at a time; None means the end."""

    def __init__(self, *, telnet: bool = False) -> None:
        self.is_tty = telnet or os.isatty(0)
        self._telnet = telnet
        self._buffer = bytearray()
        self._saved = termios.tcgetattr(0) if os.isatty(0) else None
        if self._saved is not None:
            tty.setraw(0, termios.TCSANOW)  # a flush would lose what was typed before we came
        if telnet:
            self._write(bytes([_IAC, _WILL, 1, _IAC, _WILL, 3]))

    def close(self) -> None:
        """Give the terminal back as it was."""
        if self._saved is not None:
            termios.tcsetattr(0, termios.TCSADRAIN, self._saved)

    def write(self, text: str) -> None:
        """Write text; terminals get a carriage return with each new line."""
        self._write(
            (text.replace("\n", "\r\n") if self.is_tty else text).encode("utf-8", "replace")
        )

    def read(self, timeout_s: int = 0) -> int | None:
        """Return the next byte; None at the end or when nothing comes in time (0: no limit)."""
        byte = self._next(timeout_s)
        while self._telnet and byte == _IAC:
            if self._skip_command(timeout_s):
                return _IAC
            byte = self._next(timeout_s)
        return byte

    def _next(self, timeout_s: int) -> int | None:
        if not self._buffer:
            if timeout_s and not select.select([0], [], [], timeout_s)[0]:
                return None
            try:
                self._buffer += os.read(0, _READ)
            except OSError:
                return None
        return self._buffer.pop(0) if self._buffer else None

    def has_more(self) -> bool:
        """Tell whether bytes have been read that nobody took yet."""
        return bool(self._buffer)

    def peek(self) -> int | None:
        """Return the next byte that was read already, and leave it."""
        return self._buffer[0] if self._buffer else None

    def _skip_command(self, timeout_s: int) -> bool:
        """Read over a Telnet command; tell whether it was an escaped byte 255."""
        command = self._next(timeout_s)
        if command == _IAC:
            return True
        if command is not None and _WILL <= command <= _DONT:
            self._next(timeout_s)
        while command == _SB:
            if self._next(timeout_s) in (_SE, None):
                break
        return False

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(1, data) :]
