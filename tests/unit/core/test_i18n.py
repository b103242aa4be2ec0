"""What is written in one way in French, in another in English."""

from datetime import datetime

import pytest

from labctl.core import i18n


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
