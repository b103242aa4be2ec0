"""Every check says no on an untouched bench, yes on a solved one, no under its own sabotage.

Each shipped subject is proved: the main one on a bench of each variant, which share the sabotages,
the others on one variant. The certificate of the main cahier asks for fewer of the same checks, of
a bench where the rest is delivered: a few of them are proved there, and
``tests/contract/test_route_bench.py`` has all of them say no, then yes. With LABCTL_PROVE=all every
sabotage is tried on every variant of every subject.
"""

import json
import os
from typing import Any

import pytest

from tests.commands import Command
from tests.subjects import SUBJECTS, Subject

pytestmark = pytest.mark.embedded

IS_WHOLE = os.environ.get("LABCTL_PROVE") == "all"
FIRST, CERTIFICATE, *OTHERS = SUBJECTS
FEW = ("K-001", "K-007", "K-037", "K-051")
"""Of the certificate's checks: the computer, its name, the domain, its protection."""


def pick_benches() -> list[tuple[str, str]]:
    if IS_WHOLE:
        return [(name, str(bench)) for name, one in SUBJECTS.items() for bench in one.benches]
    return [(FIRST, "2-4"), *((name, str(SUBJECTS[name].benches[0])) for name in OTHERS)]


def prove(room: Command, subject: Subject, benches: str, *only: str) -> Any:
    words = ("--room", subject.room, "--route", subject.route, *(f"--only={one}" for one in only))
    done = room.run("prove", benches, *words, "--yes", "--json", timeout_s=1500)
    assert done.stdout, done.stderr[-3000:]
    return json.loads(done.stdout)


def discriminate(document: Any) -> set[str]:
    """Return the checks that are proved; none may be unproved."""
    unproved = {row["check"]: row["reasons"] for row in document["checks"] if row["reasons"]}
    assert (document["failed"], document["interruptions"], unproved) == ({}, [], {})
    assert document["score"] == "1"
    return {row["check"].partition("@")[0] for row in document["checks"]}


@pytest.mark.parametrize(("name", "benches"), pick_benches())
def test_every_check_of_a_subject_discriminates(own_room: Command, name: str, benches: str) -> None:
    subject = SUBJECTS[name]
    assert discriminate(prove(own_room, subject, benches)) == subject.checks
    own_room.must("down", benches)


@pytest.mark.skipif(IS_WHOLE, reason="all of them are tried")
def test_checks_of_the_main_subject_discriminate_where_the_rest_is_delivered(
    own_room: Command,
) -> None:
    subject = SUBJECTS[CERTIFICATE]
    assert subject.room == SUBJECTS[FIRST].room
    assert subject.checks <= SUBJECTS[FIRST].checks
    bench = str(subject.benches[0])
    assert discriminate(prove(own_room, subject, bench, *FEW)) == set(FEW)
    own_room.must("down", bench)
