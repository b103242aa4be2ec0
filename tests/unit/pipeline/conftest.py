"""A state of one's own, and a bench that is made of files."""

from pathlib import Path

import pytest

from labctl.pipeline.incidents import bench as doing
from tests.unit.pipeline.file_bench import Machine, new_machine


@pytest.fixture
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the state of this machine out: no bench is built."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    monkeypatch.setattr(doing, "SHOW_S", 0.0)
    return new_machine()
