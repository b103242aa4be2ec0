"""The journalctl of a machine without systemd: it reads the log that syslogd keeps."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from labunits import journal, listing, unit, words
from labunits.journal import Entry
from labunits.unit import UnitError

_LEVELS = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
_OTHER_NAMES = {"error": "err", "warn": "warning", "panic": "emerg"}
_POLL_S = 0.3
_PAGE = 1000
_ROWS = 24
_IGNORED = re.compile(r"--(no-pager|all|full|no-full|no-hostname|quiet|utc|system|catalog|boot)\Z")
_VALUES = {"-u": "unit", "--unit": "unit", "-n": "lines", "--lines": "lines", "-p": "priority",
           "--priority": "priority", "-g": "grep", "--grep": "grep", "-t": "identifier",
           "--identifier": "identifier"}  # fmt: skip


@dataclass
class Wish:
    """What is to be shown."""

    units: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    follows: bool = False
    is_reverse: bool = False
    is_end: bool = False
    unknown: str = ""


def main(argv: Sequence[str]) -> int:
    """Show the log and return the exit code."""
    wish = read_wish(argv)
    if wish.unknown:
        text = words.choose(
            "journalctl : « {0} » ne se fait pas ici. Cette machine n'a pas systemd : ce "
            "journalctl lit {1} (-u SERVICE, -n N, -f, -e, -r, -p NIVEAU, -g MOTIF, -t PROGRAMME).",
            "journalctl: “{0}” is not done here. This machine has no systemd: this "
            "journalctl reads {1} (-u SERVICE, -n N, -f, -e, -r, -p LEVEL, -g TEXT, -t PROGRAM).",
        )
        words.complain(text.format(wish.unknown, journal.FILE))
        return 1
    try:
        keep = _filter(wish)
        shown = [entry.show() for entry in journal.read() if keep(entry)]
    except (UnitError, re.error) as exc:
        words.complain(str(exc))
        return 1
    _show(shown, wish)
    if wish.follows:
        _follow(keep)
    return 0


def read_wish(argv: Sequence[str]) -> Wish:
    """Return what a command line asks; ``unknown`` is the first word that is not understood."""
    wish, rest = Wish(), _spread(argv)
    for word in rest:
        name, _equals, value = word.partition("=")
        if name in _VALUES:
            if _VALUES[name] == "unit":
                wish.units.append(value or next(rest, ""))
            else:
                wish.values[_VALUES[name]] = value or next(rest, "")
        elif not _read_switch(word, wish):
            wish.unknown = wish.unknown or word
    return wish


def _read_switch(word: str, wish: Wish) -> bool:
    if word in ("-f", "--follow"):
        wish.follows = True
    elif word in ("-r", "--reverse"):
        wish.is_reverse = True
    elif word in ("-e", "--pager-end"):
        wish.is_end = True
    else:
        return word in ("-x", "-b", "-a", "-l", "-q") or _IGNORED.match(word) is not None
    return True


def _spread(argv: Sequence[str]) -> Iterator[str]:
    """Yield words, several short options in one apart: ``-xeu NAME``, ``-n20``."""
    for word in argv:
        found = re.fullmatch(r"-([a-zA-Z]*)([untpg])(.*)", word)
        if re.fullmatch(r"-[xeafrblq]{2,}", word):
            yield from (f"-{letter}" for letter in word[1:])
        elif found and re.fullmatch(r"[xeafrblq]*", found[1]) and len(word) > 2:
            yield from (f"-{letter}" for letter in found[1])
            yield f"-{found[2]}"
            if found[3]:
                yield found[3]
        else:
            yield word


def _filter(wish: Wish) -> Callable[[Entry], bool]:
    named = [unit.load(name) for name in wish.units]
    own = [(each.name, listing.programs(each)) for each in named]
    pattern = re.compile(wish.values.get("grep", ""))
    asked = wish.values.get("priority", "debug").partition("..")[2] or wish.values.get("priority")
    level = _level(asked or "debug")
    who = wish.values.get("identifier", "")

    def keep(entry: Entry) -> bool:
        is_own = not own or any(journal.is_of(entry, *each) for each in own)
        is_grave = not entry.level or _level(entry.level) <= level
        return bool(is_own and is_grave and who in ("", entry.who) and pattern.search(entry.text))

    return keep


def _level(name: str) -> int:
    known = _OTHER_NAMES.get(name, name)
    if known.isdigit():
        return int(known)
    return _LEVELS.index(known) if known in _LEVELS else len(_LEVELS)


def _show(shown: list[str], wish: Wish) -> None:
    default = "10" if wish.follows else str(_PAGE) if wish.is_end else "all"
    lines = wish.values.get("lines", default)
    chosen = shown[-int(lines) :] if lines.isdigit() and int(lines) else shown
    if lines == "0":
        chosen = []
    text = "".join(f"{line}\n" for line in (reversed(chosen) if wish.is_reverse else chosen))
    if not chosen and not wish.follows:
        text = "-- No entries --\n"
    if os.isatty(1) and not wish.follows and len(chosen) > _rows():
        argv = ("/usr/bin/less", "-FRSM", *(("+G",) if wish.is_end else ()))
        subprocess.run(argv, input=text.encode(), check=False)
        return
    words.write(text.removesuffix("\n"))


def _rows() -> int:
    try:
        return os.get_terminal_size().lines or _ROWS
    except OSError:
        return _ROWS


def _follow(keep: Callable[[Entry], bool]) -> None:
    """Show what is logged from now on, until Ctrl-C; syslogd begins a new file when one is full."""
    with open(journal.FILE, encoding="utf-8", errors="replace") as file:
        file.seek(0, os.SEEK_END)
        while os.path.exists(journal.FILE) and os.path.samestat(
            os.stat(journal.FILE), os.fstat(file.fileno())
        ):
            for line in file:
                entry = journal.parse(line)
                if entry is not None and keep(entry):
                    words.write(entry.show())
            os.write(1, b"")
            time.sleep(_POLL_S)
    _follow(keep)
