"""The CI files under docs/ci: valid where they are used, and the same work in both."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ci_examples import GITHUB, GITLAB, github_commands, gitlab_commands
from tests.plans import ROOT

TARGETS = re.compile(r"^([a-z-]+):", re.MULTILINE)


@pytest.mark.parametrize(("schema", "file"), [("github-workflows", GITHUB), ("gitlab-ci", GITLAB)])
def test_file_follows_the_schema_of_its_service(schema: str, file: Path) -> None:
    argv = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        f"vendor.{schema}",
        str(file),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)  # noqa: TID251  # a test is outside the product
    assert done.returncode == 0, done.stdout + done.stderr


def test_both_run_the_same_commands() -> None:
    assert sorted(github_commands()) == sorted(gitlab_commands())


def test_targets_they_make_exist() -> None:
    (line,) = [line for line in gitlab_commands() if line.startswith("make ")]
    wanted = set(line.removeprefix("make -C /opt/labctl ").split())
    assert wanted == {"images", "install"}
    assert wanted <= set(TARGETS.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
