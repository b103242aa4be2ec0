"""What the CI files under docs/ci run, read from them."""

from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML

from tests.plans import ROOT

FOLDER = ROOT / "docs" / "ci"
GITHUB = FOLDER / "github-actions.yml"
GITLAB = FOLDER / "gitlab-ci.yml"


def github_commands() -> list[str]:
    """Return the lines that the job of GitHub Actions runs, in order."""
    steps = _load("github-actions.yml")["jobs"]["content"]["steps"]
    return [line for step in steps for line in step.get("run", "").splitlines()]


def gitlab_commands() -> list[str]:
    """Return the lines that the job of GitLab CI runs, in order."""
    return list(_lines(_load("gitlab-ci.yml")["content"]))


def _lines(job: Any) -> Iterator[str]:
    for part in ("before_script", "script", "after_script"):
        yield from job[part]


def _load(name: str) -> Any:
    return YAML(typ="safe").load(FOLDER / name)
