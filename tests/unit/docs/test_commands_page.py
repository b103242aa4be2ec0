"""The page of the commands is what the commands say (``make docs``)."""

import os

import pytest

from labctl.cli.page import render_commands
from labctl.core import i18n
from tests.golden import assert_golden
from tests.plans import ROOT

HEAD = """\
# Commandes

Page produite par `make docs` : l'aide de chaque verbe, en français puis [en anglais](#english).
Chaque option a une variable : `--dry-run`, `LABCTL_DRY_RUN` ; `--lang`, `LABCTL_LANG`. Ce qui est
écrit avec `--json` est décrit dans [json.md](json.md).

"""


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a terminal of 100 columns, and no variable of ours."""
    for name in [name for name in os.environ if name.startswith("LABCTL_")]:
        if name != "LABCTL_REWRITE_GOLDEN":
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "100")


def test_page_of_the_commands_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(i18n.VARIABLE, "fr")
    french = render_commands()
    monkeypatch.setenv(i18n.VARIABLE, "en")
    page = HEAD + french + "\n## English\n\n" + render_commands()
    assert_golden(page, ROOT / "docs" / "commands.md")
