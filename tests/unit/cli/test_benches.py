"""Bench numbers as people write them."""

import pytest

from labctl.cli.parser import parse_benches
from labctl.core.errors import UsageError


@pytest.mark.parametrize(
    ("words", "benches"),
    [(["7"], (7,)), (["1-3"], (1, 2, 3)), (["1,3,5-6"], (1, 3, 5, 6)), (["2", "1-2"], (1, 2))],
)
def test_numbers_and_ranges(words: list[str], benches: tuple[int, ...]) -> None:
    assert parse_benches(words) == benches


@pytest.mark.parametrize("word", ["0", "100", "3-1", "a", "1-", "-1", "1.5", "", "1-2-3", "²"])
def test_what_is_no_bench(word: str) -> None:
    with pytest.raises(UsageError):
        parse_benches([word])
