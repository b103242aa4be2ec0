"""The two outputs of a command: full, left by its reader, or of another alphabet."""

import os
import sys
from contextlib import suppress
from typing import TextIO


def prepare_outputs() -> None:
    """Let each output show any text; one that was closed is open on nothing (``__main__``)."""
    for stream in (sys.stdout, sys.stderr):
        if callable(reconfigure := getattr(stream, "reconfigure", None)):
            reconfigure(errors="backslashreplace")  # a terminal that is not UTF-8 shows escapes


def complain(text: str) -> None:
    """Print on the error output, where that can be."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def let_go_of_results() -> None:
    """Write what is left of the results; where the disk is full, nothing more is tried."""
    try:
        sys.stdout.flush()
    except OSError:
        forget(sys.stdout)


def forget(stream: TextIO) -> None:
    """Send what is left in an output, and what follows, to nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
