"""One value in several formats."""

from pathlib import Path

import pytest

from labctl.core.errors import UsageError
from labctl.reports.registry import write_formats

WRITERS = {"text": ("day.txt", lambda shown, file: file.write_text(shown, encoding="utf-8"))}


def test_each_format_has_its_file(tmp_path: Path) -> None:
    (written,) = write_formats("07:00", WRITERS, ["text"], tmp_path)

    assert (written.name, written.read_text(encoding="utf-8")) == ("day.txt", "07:00")


def test_an_unknown_format_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="pdf") as caught:
        write_formats("07:00", WRITERS, ["text", "pdf"], tmp_path)

    assert "text" in (caught.value.hint or "")
    assert list(tmp_path.iterdir()) == []
