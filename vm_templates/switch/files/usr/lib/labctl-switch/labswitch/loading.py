"""Read a configuration file: the same lines as those typed, one after the other."""

from dataclasses import dataclass

from labswitch.commands.outcome import Banner
from labswitch.commands.system import set_banner
from labswitch.commands.table import CONFIG_SCOPE, apply
from labswitch.config import Config
from labswitch.errors import CliError


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration and the lines that were refused."""

    config: Config
    refused: tuple[str, ...]


def load(text: str, base: Config) -> Loaded:
    """Apply the lines of a configuration file to a configuration."""
    config, scope, banner = base, CONFIG_SCOPE, None
    refused: list[str] = []
    for line in text.splitlines():
        if banner is not None:
            config, banner = _continue(config, banner, line)
            continue
        if not line.strip() or line.startswith("!") or line.strip() in ("end", "exit"):
            scope = CONFIG_SCOPE if line.strip() == "exit" else scope
            continue
        try:
            outcome = apply(config, scope, line)
        except CliError:
            refused.append(line)
            continue
        config, scope = outcome.config, outcome.scope or scope
        banner = outcome.request if isinstance(outcome.request, Banner) else None
    return Loaded(config, tuple(refused))


def _continue(config: Config, banner: Banner, line: str) -> tuple[Config, Banner | None]:
    text, end, _ = line.partition(banner.delimiter)
    text = banner.text + text
    if end:
        return set_banner(config, banner.kind, text), None
    return config, Banner(banner.kind, banner.delimiter, text + "\n")
