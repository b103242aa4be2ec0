"""Every check says no on an untouched bench, yes on a solved one, no under its own sabotage.

Each shipped subject is proved: the main one on a bench of each variant, which share the sabotages,
the others on one variant. With LABCTL_PROVE=all every sabotage is tried on every variant.
"""

import json
import os
from typing import Any

import pytest

from tests.commands import Command
from tests.subjects import SUBJECTS, Subject

pytestmark = pytest.mark.embedded


def pick_benches() -> list[tuple[str, str]]:
    if os.environ.get("LABCTL_PROVE") == "all":
        return [(name, str(bench)) for name, one in SUBJECTS.items() for bench in one.benches]
    first, *others = SUBJECTS
    return [(first, "2-4"), *((name, str(SUBJECTS[name].benches[0])) for name in others)]


def prove(room: Command, subject: Subject, benches: str) -> Any:
    words = ("--room", subject.room, "--route", subject.route)
    done = room.run("prove", benches, *words, "--yes", "--json", timeout_s=1500)
    assert done.stdout, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize(("name", "benches"), pick_benches())
def test_every_check_of_a_subject_discriminates(own_room: Command, name: str, benches: str) -> None:
    subject = SUBJECTS[name]
    document = prove(own_room, subject, benches)
    unproved = {row["check"]: row["reasons"] for row in document["checks"] if row["reasons"]}
    assert (document["failed"], document["interruptions"]) == ({}, [])
    assert unproved == {}
    assert {row["check"].partition("@")[0] for row in document["checks"]} == subject.checks
    assert document["score"] == "1"
    own_room.must("down", benches)
