"""What ``testparm -s`` prints, as settings."""

import pytest

from checks.shares.facts.testparm import parse_testparm
from labctl.facts.probe import NotUnderstood


def test_settings_are_in_their_section_whatever_their_case() -> None:
    text = (
        "# Global\n[global]\n\tNetBIOS name = NAS\n\n[Commun]\n\tpath = /srv/a = b\n\tcomment =\n"
    )

    assert parse_testparm(text) == {
        "global": {"netbios name": "NAS"},
        "Commun": {"path": "/srv/a = b", "comment": ""},
    }


def test_a_section_that_comes_twice_is_one() -> None:
    assert parse_testparm("[a]\nx = 1\n[b]\n[a]\ny = 2\n")["a"] == {"x": "1", "y": "2"}


@pytest.mark.parametrize("text", ["x = 1\n", "[global]\nbonjour\n", "[global\n"])
def test_a_text_of_another_form_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood, match="testparm"):
        parse_testparm(text)


def test_no_text_is_no_section() -> None:
    assert parse_testparm("") == {}
