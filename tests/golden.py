"""Golden files: ``LABCTL_REWRITE_GOLDEN=1`` rewrites them, the reviewer reads the diff."""

import os
from pathlib import Path


def assert_golden(actual: str, expected: Path) -> None:
    """Fail when the text differs from the file, unless asked to rewrite it."""
    if "LABCTL_REWRITE_GOLDEN" in os.environ:
        expected.parent.mkdir(parents=True, exist_ok=True)
        expected.write_text(actual, encoding="utf-8")
    assert actual == expected.read_text(encoding="utf-8")
