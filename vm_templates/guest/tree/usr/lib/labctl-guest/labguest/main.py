"""The life of a machine: prepared, told to start, started, ended."""

import signal
import sys

from labguest import system
from labguest.control import Machine
from labguest.port import Port, find

_CONTROL = "labctl.control"
_SIGNALS = (signal.SIGIO, signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGUSR2)
_LOOK_S = 5.0
"""A look around without a signal: none should be needed."""


def main() -> None:
    """Run the machine until it is told to stop, or its `start` ends."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        system.prepare()
        machine = Machine(_open_control())
        while not machine.is_over():
            signal.sigtimedwait(_SIGNALS, _LOOK_S)
            machine.look()
    except Exception:  # noqa: BLE001  # whatever it is, the host must be able to read it
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    system.power_off()


def _open_control() -> Port | None:
    """Return the port that says when to start; a machine without one starts by itself."""
    device = find(_CONTROL)
    return Port(device) if device else None
