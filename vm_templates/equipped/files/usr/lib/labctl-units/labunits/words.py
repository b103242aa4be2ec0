"""What is said to a person: French, or English where the environment asks for it."""

import os
import sys
from typing import TextIO


def is_english() -> bool:
    """Tell whether the console speaks English; LABCTL_LANG is labctl's own choice."""
    for name in ("LABCTL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        chosen = os.environ.get(name, "")[:2].lower()
        if chosen in ("fr", "en"):
            return chosen == "en"
    return False


def choose(french: str, english: str) -> str:
    """Return the text in the language of the console."""
    return english if is_english() else french


def write(text: str, to: TextIO | None = None) -> None:
    """Write a line on standard output, or elsewhere."""
    (to or sys.stdout).write(f"{text}\n")


def complain(text: str) -> None:
    """Write a line on standard error."""
    write(text, sys.stderr)
