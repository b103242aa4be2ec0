"""What the switch says when it refuses a command or a tool of the system fails."""


class CliError(Exception):
    """A refusal that is shown to the operator as it is."""


class IncompleteError(CliError):
    """The command lacks a word."""

    def __init__(self) -> None:
        super().__init__("% Incomplete command.\n")


class AmbiguousError(CliError):
    """A word of the command is the beginning of several keywords."""

    def __init__(self, line: str) -> None:
        super().__init__(f'% Ambiguous command:  "{line}"')


class InvalidError(CliError):
    """A word of the command means nothing here; ``offset`` is where it begins in the line."""

    def __init__(self, offset: int) -> None:
        super().__init__("% Invalid input detected at '^' marker.\n")
        self.offset = offset


class ToolError(Exception):
    """A tool of the system failed: a defect or a broken machine, never the operator's fault."""
