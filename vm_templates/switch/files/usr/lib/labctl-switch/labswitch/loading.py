"""Read a configuration file: the same lines as those typed, one after the other."""

from dataclasses import dataclass, replace

from labswitch.commands.outcome import Banner
from labswitch.commands.system import continue_banner
from labswitch.commands.table import CONFIG_SCOPE, apply
from labswitch.config import Config
from labswitch.errors import CliError
from labswitch.grammar import Mode

_PORTS = frozenset({Mode.INTERFACE, Mode.RANGE})


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration and the lines that were refused."""

    config: Config
    refused: tuple[str, ...]


def load(text: str, base: Config) -> Loaded:
    """Apply the lines of a configuration file to a configuration.

    Lines of ports make no VLAN, unlike those typed: one that was deleted stays so, though a port is
    still in it. A device keeps its VLANs in another file, where they are not either.
    """
    config, scope, banner = base, CONFIG_SCOPE, None
    refused: list[str] = []
    for line in text.splitlines():
        if banner is not None:
            config, banner = continue_banner(config, banner, line)
            continue
        if not line.strip() or line.startswith("!") or line.strip() in ("end", "exit"):
            scope = CONFIG_SCOPE if line.strip() == "exit" else scope
            continue
        try:
            outcome = apply(config, scope, line)
        except CliError:
            refused.append(line)
            continue
        scope = outcome.scope or scope
        is_port = scope.mode in _PORTS
        config = replace(outcome.config, vlans=config.vlans) if is_port else outcome.config
        banner = outcome.request if isinstance(outcome.request, Banner) else None
    return Loaded(config, tuple(refused))
