"""What tests counted, said when the run ends: kill points, wrong files, attacks, the most of each.

A figure is a property of its test's report, so a JUnit file has it too.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pytest

COUNTED, MOST = "counted", "most"


@dataclass(frozen=True, slots=True)
class Figures:
    """Where a test puts what it counts."""

    record: Callable[[str, object], None]

    def add(self, what: str, part: str, number: int = 1) -> None:
        """Count so many of a part of something."""
        self.record(COUNTED, (what, part, number))

    def took(self, what: str, seconds: float) -> None:
        """Note how long one of something took; the slowest is said."""
        self.most(what, seconds, "s")

    def most(self, what: str, number: float, unit: str) -> None:
        """Note how much one of something was; the most is said."""
        self.record(MOST, (what, float(number), unit))


def list_lines(reports: Iterable[object]) -> Iterator[str]:
    """Yield what tests counted: each sum, its parts below it, then the most of each."""
    counted: dict[str, Counter[str]] = {}
    most: dict[tuple[str, str], float] = {}
    for report in reports:
        if isinstance(report, pytest.TestReport) and report.when == "call":
            _put_in(counted, most, report)
    for what, parts in counted.items():
        yield f"{parts.total():8}  {what}"
        yield from (f"{number:16}  {part}" for part, number in parts.items())
    yield from (f"{number:6.2f} {unit}  {what}" for (what, unit), number in most.items())


def _put_in(
    counted: dict[str, Counter[str]], most: dict[tuple[str, str], float], report: pytest.TestReport
) -> None:
    for name, value in report.user_properties:
        match name, value:
            case "counted", (str(what), str(part), int(number)):
                counted.setdefault(what, Counter())[part] += number
            case "most", (str(what), float(number), str(unit)):
                most[what, unit] = max(number, most.get((what, unit), 0.0))
            case _:
                pass
