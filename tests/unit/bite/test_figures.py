"""The figures a run ends with: sums over its tests, each once, and the slowest of each kind."""

from typing import Literal

import pytest

from tests.figures import Figures, list_lines


def report(
    *counted: tuple[str, str, int],
    took: float | None = None,
    when: Literal["setup", "call", "teardown"] = "call",
) -> pytest.TestReport:
    """Return what pytest keeps of a test that counted something."""
    properties: list[tuple[str, object]] = [("other plugin", "x")]
    figures = Figures(lambda name, value: properties.append((name, value)))
    for what, part, number in counted:
        figures.add(what, part, number)
    if took is not None:
        figures.took("the slowest file", took)
    return pytest.TestReport(
        "test", ("test", 1, "test"), {}, "passed", None, when, user_properties=properties
    )


def test_parts_are_summed_over_tests_and_the_slowest_is_kept() -> None:
    reports = (
        report(("kill points", "up", 30), ("kill points", "down", 2), took=0.25),
        report(("kill points", "up", 5), ("refusals", "EIO", 0), took=0.125),
        "not a report of a test",
    )
    assert list(list_lines(reports)) == [
        "      37  kill points",
        "              35  up",
        "               2  down",
        "       0  refusals",
        "               0  EIO",
        "  0.25 s  the slowest file",
    ]


def test_a_test_is_counted_once_of_its_three_reports() -> None:
    phases: tuple[Literal["setup", "call", "teardown"], ...] = ("setup", "call", "teardown")
    assert list(list_lines(report(("files", "all", 1), when=when) for when in phases)) == [
        "       1  files",
        "               1  all",
    ]


def test_the_most_of_anything_has_its_unit() -> None:
    grown = [("most", ("most memory", number, "MiB")) for number in (3.0, 12.5, 7.0)]
    properties: list[tuple[str, object]] = [*grown, ("most", ("slowest", -0.5, "s"))]
    one = pytest.TestReport(
        "test", ("test", 1, "test"), {}, "passed", None, "call", user_properties=properties
    )

    assert list(list_lines([one])) == [" 12.50 MiB  most memory", "  0.00 s  slowest"]


def test_a_run_that_counted_nothing_says_nothing() -> None:
    assert list(list_lines([report()])) == []
