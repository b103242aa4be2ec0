"""The one error tree; each branch has an exit code of the command."""

from typing import NamedTuple

from labctl.core.untrusted import REPLACEMENT, inert

_MOST = 4096
"""Characters of a name, a message or a hint."""


class LabctlError(Exception):
    """Anything labctl can explain to its user: a message, and a hint that says what to do."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LabctlError):
    """The command line asks for something that cannot be."""

    exit_code = 2


class Mistake(NamedTuple):  # a dataclass would cost every command 10 ms of imports
    """One mistake in a file written by a person; prints as ``file:line: message``.

    Names and values are those of the file: whatever is in them, a mistake takes one line, its hint
    another.
    """

    file: str
    line: int
    message: str
    rule: str = ""
    hint: str = ""
    severity: str = "error"  # or "warning": worth a word, refuses nothing

    def __str__(self) -> str:
        rule = f" [{self.rule}]" if self.rule else ""
        hint = f"\n  {_flat(self.hint)}" if self.hint else ""
        return f"{_flat(self.file)}:{self.line}: {_flat(self.message)}{rule}{hint}"


def _flat(text: str) -> str:
    return inert(text, _MOST).replace("\n", REPLACEMENT)


class SpecError(LabctlError):
    """A specification is wrong; carries every mistake found, not only the first."""

    exit_code = 2

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


class InfrastructureError(LabctlError):
    """The machine, a daemon or the network refused what was asked."""

    exit_code = 5


class CommandError(InfrastructureError):
    """A local command failed; the message ends with a line to paste in a terminal."""


class CommandTimeout(CommandError, TimeoutError):
    """A local command outlived its deadline and was killed."""


class ProviderError(InfrastructureError):
    """A provider could not create, find or remove a machine."""


class ConnectError(InfrastructureError):
    """A session could not be opened, or broke."""


class ConnectTimeout(ConnectError, TimeoutError):
    """A machine did not answer before the deadline."""


class Unreachable(ConnectError):
    """Nothing answers at the address: no route, no host, or no listener."""


class OutputLimit(ConnectError):
    """A machine sent more bytes than allowed."""


class AuthenticationRefused(ConnectError):
    """The machine answered and refused who we are."""


class HostIdentityError(ConnectError):
    """The machine answered with another key or certificate than the pinned one."""


class StoreError(InfrastructureError):
    """A document of a run could not be read or written."""


class Busy(LabctlError):
    """Another labctl command holds the bench."""

    exit_code = 5


class RuleRefused(LabctlError):
    """A rule of the exam forbids it, as things are: something else must be done before."""

    exit_code = 5


class Interrupted(LabctlError):
    """The user asked to stop."""

    exit_code = 130
