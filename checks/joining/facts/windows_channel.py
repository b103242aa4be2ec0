"""Probe of the secure channel of a Windows workstation: only a script can try it."""

from checks.joining.facts.membership import SecureChannel
from labctl.api import (
    NodeName,
    NotUnderstood,
    Plan,
    Reading,
    _,
    ask,
    ask_part,
    fact,
    read_told,
)

SCRIPT = "[bool](Test-ComputerSecureChannel)"


@fact(SecureChannel, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[SecureChannel]:
    """Read what Test-ComputerSecureChannel returned, or why it failed."""
    (answer,) = yield from ask(ask_part(at, "channel", SCRIPT, "Test-ComputerSecureChannel"))
    told = read_told(answer, "channel")
    if told.problem:
        return SecureChannel(works=False, detail=told.problem)
    if len(told.found) != 1 or not isinstance(told.found[0], bool):
        raise NotUnderstood(_("Test-ComputerSecureChannel n'a répondu ni oui ni non"))
    return SecureChannel(works=told.found[0], detail="")
