"""Command lines start from a plain environment."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Forget the variables of whoever runs the tests, and keep state in a folder of the test."""
    for name in [name for name in os.environ if name.startswith("LABCTL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("LABCTL_LANG", "fr")
    monkeypatch.setenv("COLUMNS", "100")
