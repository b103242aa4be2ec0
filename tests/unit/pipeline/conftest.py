"""A bench that is made of files."""

from pathlib import Path

import pytest

from labctl.pipeline.incidents import bench as doing
from tests.unit.pipeline.file_bench import Machine, new_machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    monkeypatch.setattr(doing, "SHOW_S", 0.0)
    return new_machine()
