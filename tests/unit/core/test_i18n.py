"""What is written in one way in French, in another in English."""

import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from labctl.core import i18n


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """Set the zone of the machine for one test."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("language", "said", "at"),
    [
        ("fr", "dc : arrêté", "26/11/2026 à 22:45 UTC"),
        ("en", "dc: arrêté", "2026-11-26 22:45 UTC"),
    ],
)
def test_a_pair_and_a_moment_follow_the_language(
    monkeypatch: pytest.MonkeyPatch, language: str, said: str, at: str
) -> None:
    monkeypatch.setenv(i18n.VARIABLE, language)

    assert i18n.about("dc", "arrêté") == said
    assert i18n.moment(datetime.fromisoformat("2026-11-26T12:45:00-10:00")) == at


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("UTC", "26/11/2026 à 22:45 UTC"),
        ("Pacific/Tahiti", "26/11/2026 à 12:45 UTC-10"),
        ("Europe/Paris", "26/11/2026 à 23:45 UTC+1"),
        ("Asia/Kolkata", "27/11/2026 à 04:15 UTC+5:30"),
        ("Pacific/Marquesas", "26/11/2026 à 13:15 UTC-9:30"),
    ],
    indirect=["zone"],
)
@pytest.mark.usefixtures("zone")
def test_a_moment_is_that_of_the_machine_with_its_zone(said: str) -> None:
    assert i18n.moment(datetime.fromisoformat("2026-11-26T22:45:00Z")) == said


@pytest.mark.parametrize("zone", ["Europe/Paris"], indirect=True)
@pytest.mark.usefixtures("zone")
def test_a_moment_at_the_end_of_time_is_said_in_utc() -> None:
    at = datetime.fromisoformat("9999-12-31T23:59:00Z")

    assert i18n.moment(at) == "31/12/9999 à 23:59 UTC"
