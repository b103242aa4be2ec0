"""What a configuration command is given and what it makes."""

from collections.abc import Callable
from dataclasses import dataclass

from labswitch.arguments import Args
from labswitch.config import Config
from labswitch.grammar import Mode
from labswitch.names import Interface


@dataclass(frozen=True, slots=True)
class Scope:
    """What the commands of the current mode are about."""

    mode: Mode
    interfaces: tuple[Interface, ...] = ()
    vlans: frozenset[int] = frozenset()
    acl: str = ""
    line: str = ""
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Banner:
    """A banner whose text goes on until its delimiter comes."""

    kind: str
    delimiter: str
    text: str


@dataclass(frozen=True, slots=True)
class KeyGeneration:
    """An RSA key is wanted; without a size the operator is asked for it."""

    bits: int | None


@dataclass(frozen=True, slots=True)
class KeyRemoval:
    """The RSA key must go."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The configuration after a command, where it leads and what is said."""

    config: Config
    scope: Scope | None = None
    message: str = ""
    request: Banner | KeyGeneration | KeyRemoval | None = None


ConfigHandler = Callable[[Config, Scope, Args], Outcome]
ConfigCommand = tuple[str, ConfigHandler]
