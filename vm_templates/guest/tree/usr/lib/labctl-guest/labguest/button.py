"""The power button: what a host presses to have a machine switch itself off."""

import contextlib
import fcntl
import os
import struct

_CLASS = "/sys/class/input"
_NAME = "Power Button"
_EVENT = struct.Struct("llHHi")
_KEY, _POWER, _PRESSED = 1, 116, 1


class Button:
    """The power buttons of the machine. SIGIO tells this process when one is pressed."""

    def __init__(self) -> None:
        self._devices = tuple(_open(event) for event in _list_events())

    def was_pressed(self) -> bool:
        """Tell whether one was pressed since the last look."""
        return any(list(map(_is_pressed, self._devices)))


def _list_events() -> tuple[str, ...]:
    found = []
    with contextlib.suppress(FileNotFoundError):
        for name in sorted(os.listdir(_CLASS)):
            if name.startswith("event"):
                with open(f"{_CLASS}/{name}/device/name", encoding="utf-8") as file:
                    if file.read().strip() == _NAME:
                        found.append(name)
    return tuple(found)


def _open(event: str) -> int:
    fd = os.open(f"/dev/input/{event}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.fcntl(fd, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_ASYNC)
    return fd


def _is_pressed(device: int) -> bool:
    pressed = False
    with contextlib.suppress(BlockingIOError):
        while part := os.read(device, _EVENT.size):
            _, _, kind, code, value = _EVENT.unpack(part)
            pressed = pressed or (kind, code, value) == (_KEY, _POWER, _PRESSED)
    return pressed
