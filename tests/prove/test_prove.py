"""Every check says no on an untouched bench, yes on a solved one, no under its own sabotage."""

import json
from typing import Any

import pytest

from labctl.judge.catalogue import load_catalogue
from tests.commands import Command

pytestmark = pytest.mark.embedded


def prove(room: Command) -> Any:
    done = room.run("prove", "2-4", "--yes", "--json", timeout_s=1500)
    assert done.stdout, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_every_check_discriminates_on_the_three_variants(room: Command) -> None:
    document = prove(room)
    unproved = {row["check"]: row["reasons"] for row in document["checks"] if row["reasons"]}
    assert (document["failed"], document["interruptions"]) == ({}, [])
    assert unproved == {}
    assert {row["check"] for row in document["checks"]} == {spec.id for spec in load_catalogue()}
    assert document["score"] == "1"
    room.must("down", "2-4")
