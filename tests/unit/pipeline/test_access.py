"""The code of a bench is of its room and its number."""

from labctl.pipeline.access import access_code
from labctl.pipeline.place import load_place


def test_the_code_of_a_bench_can_be_told_again() -> None:
    place = load_place("demo", None)
    assert access_code(place, 7) == access_code(place, 7)
    assert access_code(place, 7) != access_code(place, 8)
    assert str(access_code(place, 7)) == "***"
