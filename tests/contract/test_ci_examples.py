"""The commands of the CI files do what they promise, on a bench."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.ci_examples import gitlab_commands
from tests.commands import Command
from tests.subjects import SUBJECTS

pytestmark = [pytest.mark.embedded, pytest.mark.nightly]
SUBJECT = SUBJECTS["second certificate"]
"""The words are the same for every subject: the smallest is built the soonest."""
ONE_CHECK = {"LABCTL_ONLY": "K-096"}
"""What `prove` is held to here: all checks are proved in tests/prove."""


def test_commands_succeed_and_leave_a_junit_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = {"LABCTL_CONTENT_DIR": str(tmp_path), "LABCTL_ROOM": SUBJECT.room}
    command = Command(tmp_path / "state", own)
    quick = Command(command.state, command.environment | ONE_CHECK)

    try:
        for line in (line for line in gitlab_commands() if line.startswith("labctl ")):
            _labctl, verb, *words = line.split()
            (quick if verb == "prove" else command).must(verb, *words)
    finally:
        command.run("down", "--all")

    (report,) = (tmp_path / "reports").glob("*.xml")
    suite = ET.parse(report).getroot()  # noqa: S314  # written by labctl a moment ago
    assert len(list(suite.iter("testcase"))) >= len(SUBJECT.checks) > 10
    assert not list(suite.iter("failure"))
