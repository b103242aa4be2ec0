"""All configuration commands, as one tree of words per mode, and how one line is applied."""

from collections.abc import Mapping

from labswitch.commands import access_lists, layer2, layer3, lines, system
from labswitch.commands.outcome import ConfigHandler, Outcome, Scope
from labswitch.config import Config
from labswitch.errors import CliError, InvalidError
from labswitch.grammar import Match, Mode, Node, build, match

_INTERFACE = build((*layer2.INTERFACE, *layer3.INTERFACE))
_ENTRIES = build(access_lists.ENTRIES)
TREES: Mapping[Mode, Node[ConfigHandler]] = {
    Mode.CONFIG: build(
        (*layer2.GLOBAL, *layer3.GLOBAL, *access_lists.GLOBAL, *lines.GLOBAL, *system.GLOBAL)
    ),
    Mode.INTERFACE: _INTERFACE,
    Mode.RANGE: _INTERFACE,
    Mode.VLAN: build(layer2.VLAN),
    Mode.LINE: build(lines.LINE),
    Mode.EXTENDED_ACL: _ENTRIES,
    Mode.STANDARD_ACL: _ENTRIES,
}
CONFIG_SCOPE = Scope(Mode.CONFIG)


def apply(config: Config, scope: Scope, line: str) -> Outcome:
    """Return what a configuration line makes; a line of the global mode leaves the sub-mode."""
    scope, found = _find(scope, line, ports=len(config.ports))
    outcome = found.handler(config, scope, found.args)
    if outcome.scope is None:
        return Outcome(outcome.config, scope, outcome.message, outcome.request)
    return outcome


def _find(scope: Scope, line: str, *, ports: int) -> tuple[Scope, Match[ConfigHandler]]:
    try:
        return scope, match(TREES[scope.mode], line, ports=ports)
    except CliError as refusal:
        if scope.mode is Mode.CONFIG:
            raise
        return CONFIG_SCOPE, _find_global(line, refusal, ports=ports)


def _find_global(line: str, refusal: CliError, *, ports: int) -> Match[ConfigHandler]:
    """Look a line up in the global mode; if it is nothing there either, tell what got further."""
    try:
        return match(TREES[Mode.CONFIG], line, ports=ports)
    except CliError as second:
        if not isinstance(refusal, InvalidError):
            raise refusal from None
        if isinstance(second, InvalidError) and second.offset <= refusal.offset:
            raise refusal from None
        raise
