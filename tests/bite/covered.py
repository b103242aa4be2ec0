"""What ``make test`` and ``make coverage`` end with: how much the tests went through.

``python -m tests.bite.covered [--overall] FIGURES``, the JSON of coverage.py, which counts each
statement and each way out of a branch. Nothing of what judges may be left out; the list is that of
``make mutate``, in pyproject.toml. With ``--overall``, after all parts were measured, the whole
counts too. What only a hypervisor reaches is low in it: ``make test-libvirt`` goes through that.
"""

import json
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

LEAST_OVERALL = 90
PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@dataclass(frozen=True, slots=True)
class File:
    """One file: how much of it there is, and what of it no test went through."""

    path: str
    size: int
    missed: tuple[str, ...]


def main(words: Sequence[str]) -> int:
    """Print the figures that were asked for; 1 when one of them is too low."""
    is_whole = "--overall" in words
    figures = json.loads(Path(words[-1]).read_text(encoding="utf-8"))
    files = tuple(_file(path, found) for path, found in sorted(figures["files"].items()))
    judging = tuple(file for file in files if _judges(file.path, _patterns()))
    sys.stdout.writelines(f"{line}\n" for line in report(judging, files if is_whole else ()))
    is_enough = percent(judging) == 100 and not (is_whole and percent(files) < LEAST_OVERALL)
    return 0 if is_enough else 1


def report(judging: Sequence[File], every: Sequence[File]) -> Iterator[str]:
    """Yield what to print: what is missing of what judges, then the figures; none for no files."""
    for file in judging:
        if file.missed:
            yield f"{file.path}: no test goes through {', '.join(file.missed)}"
    yield f"coverage of what judges: {percent(judging):.2f} % (100 % wanted)"
    if every:
        yield f"coverage overall:        {percent(every):.2f} % ({LEAST_OVERALL} % wanted)"


def percent(files: Iterable[File]) -> float:
    """Return how much was gone through; nothing at all is none."""
    found = tuple(files)
    size = sum(file.size for file in found)
    missed = sum(len(file.missed) for file in found)
    return 100 * (size - missed) / size if size else 0.0


def _file(path: str, found: Mapping[str, Any]) -> File:
    summary = found["summary"]
    lines = (str(line) for line in found["missing_lines"])
    branches = (f"{start}→{end}" for start, end in found["missing_branches"])
    return File(path, summary["num_statements"] + summary["num_branches"], (*lines, *branches))


def _patterns() -> tuple[str, ...]:
    settings = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    return tuple(settings["tool"]["mutmut"]["only_mutate"])


def _judges(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
