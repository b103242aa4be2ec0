"""The canary of a reset in virtual machines: left and looked for over their control ports."""

from contextlib import suppress
from pathlib import Path

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.providers.libvirt import control
from labctl.providers.namespaces.canary import PLACES

_LEAVE = 'word=$1; shift; for place; do echo "$word" > "$place/.canary-$word"; done 2> /dev/null; :'
_FIND = 'word=$1; shift; for place; do [ ! -e "$place/.canary-$word" ] || echo "$place"; done'
_RUN_S = 10.0


def leave(word: str, port: Path, deadline: Deadline) -> None:
    """Leave a word in a machine; one that does not answer holds nothing that outlives it."""
    with suppress(ProviderError):
        _run(_LEAVE, word, port, deadline)


def find(word: str, port: Path, deadline: Deadline) -> tuple[str, ...]:
    """Return where a word is in a machine."""
    reply = _run(_FIND, word, port, deadline)
    return tuple(f"{port.parent.name}:{line}" for line in reply.output.split())


def _run(script: str, word: str, port: Path, deadline: Deadline) -> control.Reply:
    argv = ("/bin/sh", "-c", script, "canary", word, *PLACES)
    return control.run(port, argv, _RUN_S, deadline.within(2 * _RUN_S))
