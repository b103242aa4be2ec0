"""The seed of a room: one line of a file, a variable, or a word of a demonstration."""

from pathlib import Path

import pytest

from labctl.core.errors import UsageError
from labctl.pipeline.seed import MOST_BYTES, read_seed


def test_the_seed_is_the_first_line_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "graine"
    file.write_text("  pluie d'été \nle reste\n", encoding="utf-8")
    assert read_seed(f"file:{file}").reveal() == "pluie d'été"


def test_the_seed_is_a_variable_or_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_SEED", "pluie")
    assert read_seed("env:LABCTL_SEED").reveal() == "pluie"
    assert read_seed("demo:pluie").reveal() == "pluie"


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe", b"x" * (MOST_BYTES + 1)])
def test_a_seed_that_is_not_there_or_is_none_is_named(
    content: bytes | None, tmp_path: Path
) -> None:
    file = tmp_path / "graine"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match="graine » est introuvable"):
        read_seed(f"file:{file}")


@pytest.mark.parametrize("reference", ["file:/dev/zero", "file:/", "env:LABCTL_NOT_THERE"])
def test_a_device_is_no_seed(reference: str) -> None:
    with pytest.raises(UsageError):
        read_seed(reference)
