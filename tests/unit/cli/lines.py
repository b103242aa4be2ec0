"""Run command lines in this process."""

from dataclasses import dataclass

import pytest

from labctl.cli.main import run


@dataclass(frozen=True)
class Said:
    """What became of a command line."""

    code: int
    out: str
    err: str


def say(capsys: pytest.CaptureFixture[str], *words: str) -> Said:
    """Run a command line and return its exit code and what it printed."""
    try:
        code = run(words)
    except SystemExit as exc:
        code = int(exc.code or 0)
    printed = capsys.readouterr()
    return Said(code, printed.out, printed.err)
