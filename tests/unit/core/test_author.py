"""The author of what is recorded: who became root is named, not root."""

from pathlib import Path

import pytest

from labctl.core import author


@pytest.fixture(autouse=True)
def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(author, "LOGIN", tmp_path / "loginuid")
    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setattr("os.getuid", lambda: 0)
    return tmp_path / "loginuid"


def test_who_used_sudo_is_the_author(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "heifara")
    assert author.name_author() == "heifara"


@pytest.mark.parametrize(
    ("number", "name"), [("2", "bin"), (str(2**32 - 1), "root"), ("99123", "root"), ("", "root")]
)
def test_who_logged_in_is_the_author_whatever_became_of_the_account(
    login: Path, number: str, name: str
) -> None:
    login.write_text(number)
    assert author.name_author() == name


def test_an_account_without_a_name_is_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 99123)
    assert author.name_author() == "99123"
