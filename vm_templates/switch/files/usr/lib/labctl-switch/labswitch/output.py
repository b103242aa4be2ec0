"""What is shown of an answer: the filter after the bar, and page by page."""

import re
from collections.abc import Iterator

from labswitch.channel import Channel

_MORE = " --More-- "


def select(text: str, kind: str, pattern: str) -> str:
    """Return the lines that a filter keeps; the operator's pattern runs in his own process."""
    try:
        wanted = re.compile(pattern)
    except re.error:
        return "% Failed to compile regular expression.\n"
    lines = text.splitlines()
    if kind == "section":
        kept = list(_sections(lines, wanted))
    elif kind == "begin":
        first = next((i for i, line in enumerate(lines) if wanted.search(line)), len(lines))
        kept = lines[first:]
    else:
        kept = [line for line in lines if bool(wanted.search(line)) is (kind == "include")]
    return "".join(f"{line}\n" for line in kept)


def _sections(lines: list[str], wanted: re.Pattern[str]) -> Iterator[str]:
    """Yield the paragraphs (a line and those indented below it) whose first line is wanted."""
    inside = False
    for line in lines:
        if not line.startswith(" ") or not inside:
            inside = bool(wanted.search(line))
        if inside and line != "!":
            yield line


def show(channel: Channel, text: str, length: int) -> None:
    """Write a text, waiting for a key after each page when the terminal has pages."""
    lines = text.splitlines(keepends=True)
    if not channel.is_tty or length == 0 or len(lines) < length:
        channel.write(text)
        return
    room = length - 1
    while lines:
        channel.write("".join(lines[:room]))
        lines = lines[room:]
        if not lines:
            return
        channel.write(_MORE)
        key = channel.read()
        channel.write("\b" * len(_MORE) + " " * len(_MORE) + "\b" * len(_MORE))
        if key in (13, 10):
            room = 1
        elif key == 32:
            room = length - 1
        else:
            return
