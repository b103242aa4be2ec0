"""What the shipped subjects ask for, taken together."""

from labctl.judge.catalogue import load_catalogue
from tests.subjects import SUBJECTS, VIRTUAL


def test_every_check_is_asked_by_a_shipped_subject() -> None:
    asked = frozenset[str]().union(*(subject.checks for subject in SUBJECTS.values()))
    assert asked == {spec.id for spec in load_catalogue()}


def test_the_main_subject_asks_for_so_many_checks() -> None:
    assert len(SUBJECTS["title"].checks) == 126


def test_the_room_of_virtual_machines_asks_for_80_of_them() -> None:
    assert len(VIRTUAL.checks) == 80  # the other 46 are of a Windows workstation
