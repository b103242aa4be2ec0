"""Every check says no on an untouched bench, yes on a solved one, no under its own sabotage.

One variant of each shipped subject is proved: of the main one every check, of each other one those
that the main one does not ask, and a few. With LABCTL_PROVE=all every sabotage is tried on every
variant of every subject.
"""

import json
import os
from typing import Any

import pytest

from tests.commands import Command
from tests.subjects import SUBJECTS, Subject

pytestmark = pytest.mark.embedded

IS_WHOLE = os.environ.get("LABCTL_PROVE") == "all"
FIRST = next(iter(SUBJECTS))
FEW = frozenset(("K-001", "K-007", "K-037", "K-051", "K-107"))
"""The computer, its name, the domain, its protection, a paper: the rest of a bench is delivered."""


def pick_benches() -> list[tuple[str, int]]:
    return [
        (name, bench)
        for name, one in SUBJECTS.items()
        for bench in (one.benches if IS_WHOLE else one.benches[:1])
    ]


def pick_checks(name: str) -> frozenset[str]:
    every = SUBJECTS[name].checks
    return every if IS_WHOLE or name == FIRST else every - SUBJECTS[FIRST].checks or FEW & every


def prove(room: Command, subject: Subject, bench: str, *only: str) -> Any:
    words = ("--room", subject.room, "--route", subject.route, *(f"--only={one}" for one in only))
    done = room.run("prove", bench, *words, "--yes", "--json", timeout_s=3000)
    assert done.stdout, done.stderr[-3000:]
    return json.loads(done.stdout)


def discriminate(document: Any) -> set[str]:
    """Return the checks that are proved; none may be unproved."""
    unproved = {row["check"]: row["reasons"] for row in document["checks"] if row["reasons"]}
    assert (document["failed"], document["interruptions"], unproved) == ({}, [], {})
    assert document["score"] == "1"
    return {row["check"].partition("@")[0] for row in document["checks"]}


@pytest.mark.parametrize(("name", "bench"), pick_benches())
def test_every_check_of_a_subject_discriminates(own_room: Command, name: str, bench: int) -> None:
    subject, checks = SUBJECTS[name], pick_checks(name)
    only = () if checks == subject.checks else sorted(checks)
    assert discriminate(prove(own_room, subject, str(bench), *only)) == checks
    own_room.must("down", str(bench))
