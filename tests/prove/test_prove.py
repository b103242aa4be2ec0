"""Every check says no on an untouched bench, yes on a solved one, no under its own sabotage."""

import json

import pytest

from labctl.judge.catalogue import load_catalogue
from tests.commands import Command

pytestmark = pytest.mark.embedded


def test_every_check_discriminates_on_the_three_variants(room: Command) -> None:
    done = room.run("prove", "2-4", "--yes", "--json", timeout_s=1500)
    assert done.stdout, done.stderr[-3000:]
    document = json.loads(done.stdout)
    unproved = {row["check"]: row["reasons"] for row in document["checks"] if row["reasons"]}
    assert (unproved, document["failed"]) == ({}, {})
    assert {row["check"] for row in document["checks"]} == {spec.id for spec in load_catalogue()}
    assert document["score"] == "1"
    room.must("down", "2-4")
