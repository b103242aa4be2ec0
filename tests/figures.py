"""What tests counted, said when the run ends: kill points, wrong files, the slowest of them.

A figure is a property of its test's report, so a JUnit file has it too.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pytest

COUNTED, SLOWEST = "counted", "slowest"


@dataclass(frozen=True, slots=True)
class Figures:
    """Where a test puts what it counts."""

    record: Callable[[str, object], None]

    def add(self, what: str, part: str, number: int = 1) -> None:
        """Count so many of a part of something."""
        self.record(COUNTED, (what, part, number))

    def took(self, what: str, seconds: float) -> None:
        """Note how long one of something took; the slowest is said."""
        self.record(SLOWEST, (what, seconds))


def list_lines(reports: Iterable[object]) -> Iterator[str]:
    """Yield what tests counted: each sum, its parts below it, then what was slowest."""
    counted: dict[str, Counter[str]] = {}
    slowest: dict[str, float] = {}
    for report in reports:
        if isinstance(report, pytest.TestReport) and report.when == "call":
            _put_in(counted, slowest, report)
    for what, parts in counted.items():
        yield f"{parts.total():8}  {what}"
        yield from (f"{number:16}  {part}" for part, number in parts.items())
    yield from (f"{seconds:6.2f} s  {what}" for what, seconds in slowest.items())


def _put_in(
    counted: dict[str, Counter[str]], slowest: dict[str, float], report: pytest.TestReport
) -> None:
    for name, value in report.user_properties:
        match name, value:
            case "counted", (str(what), str(part), int(number)):
                counted.setdefault(what, Counter())[part] += number
            case "slowest", (str(what), float(seconds)):
                slowest[what] = max(seconds, slowest.get(what, 0.0))
            case _:
                pass
