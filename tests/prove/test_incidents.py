"""Incidents on benches: seen, repaired every way that is accepted, undone; workarounds are told.

Three of them in the same rounds, without power cuts; with LABCTL_PROVE=all every incident on each
variant of each subject, after power cuts too.
"""

import json
import os
from typing import Any

import pytest

from tests.commands import Command
from tests.subjects import SUBJECTS

pytestmark = pytest.mark.embedded

IS_WHOLE = os.environ.get("LABCTL_PROVE") == "all"
FEW = "P-12,P-31,P-40"


def prove(room: Command, benches: str, *words: str) -> Any:
    done = room.run("prove", "--incidents", benches, *words, "--yes", "--json", timeout_s=36_000)
    assert done.stdout, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.skipif(IS_WHOLE, reason="all of them are tried")
def test_incidents_are_what_their_files_say(solved: Command) -> None:
    document = prove(solved, "1", "--ready", "--no-restart", "--only", FEW)
    wrong = {one["what"]: one["troubles"] for one in document["trials"] if one["troubles"]}
    assert (document["failed"], wrong) == ({}, {})
    assert {one["incident"] for one in document["trials"]} == set(FEW.split(","))


@pytest.mark.skipif(not IS_WHOLE, reason="LABCTL_PROVE=all: hours")
@pytest.mark.parametrize("name", SUBJECTS)
def test_every_incident_is_what_its_file_says(own_room: Command, name: str) -> None:
    subject = SUBJECTS[name]
    benches = ",".join(map(str, subject.benches))
    own_room.must("up", benches, "--room", subject.room, "--route", subject.route)
    document = prove(own_room, benches, "--room", subject.room)
    wrong = {
        f"{one['bench']} {one['incident']} {one['what']}": one["troubles"]
        for one in document["trials"]
        if one["troubles"]
    }
    said = json.dumps(wrong, ensure_ascii=False, indent=1)
    assert (document["failed"], len(wrong)) == ({}, 0), said
    own_room.must("down", benches)
