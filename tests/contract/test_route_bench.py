"""A bench of one route: what is delivered works, the rest is the candidate's, help is marked."""

from typing import Any

import pytest

from checks.directory.demand import Directory
from labctl.pipeline.place import load_place
from labctl.pipeline.seed import cahier_secrets
from tests.commands import Command
from tests.crash.killed_verb import kill_verb
from tests.crash.small import KILLS
from tests.figures import Figures

pytestmark = [pytest.mark.embedded, pytest.mark.nightly]
BENCH = "5"


def grade(room: Command, *words: str, code: int = 0) -> Any:
    (sheet,) = room.json("grade", BENCH, *words, code=code)["benches"]
    return sheet


def counts(sheet: Any) -> dict[str, int]:
    return {name: count for name, count in sheet["counts"].items() if count}


def log_on(room: Command, account: str, password: str) -> str:
    """Return what the file server says to an account: its shares, or why not."""
    listing = ("smbclient", "-L", "//localhost", "-U", f"{account}%{password}")
    done = room.run("connect", BENCH, "nas", "--", *listing)
    return done.stdout + done.stderr


def test_a_bench_is_delivered_as_its_route_says_from_up_to_reset(
    room: Command, figures: Figures
) -> None:
    for moment in ("mise en place de ce qui est livré", "dc : Unités", "nas : Partages"):
        if kill_verb(room, ("up", BENCH, "--route", "ccp1"), moment, group=True):
            figures.add(KILLS, "up of a route, the whole group")
    (built,) = room.json("up", BENCH, "--route", "ccp1")["built"]
    assert (built["route"], len(built["delivered"]) > 30) == ("ccp1", True)
    assert "ccp1" in room.must("status", BENCH)

    told = cahier_secrets(load_place("demo", None), int(BENCH))  # as the annexe prints them
    person = load_place("demo", None).plan(int(BENCH), "ccp1").demand(Directory).people[0].login
    assert "COMMUN" in log_on(room, "svc-sauvegarde", told["svc_sauvegarde"].reveal())
    assert "PASSWORD_MUST_CHANGE" in log_on(room, person, told["provisoire"].reveal())
    assert "LOGON_FAILURE" in log_on(room, person, told["svc_scan"].reveal())

    untouched = grade(room)
    assert untouched["route"] == "ccp1"
    assert [part["number"] for part in untouched["competencies"]] == [1, 2, 3, 4]
    assert untouched["counts"]["conforme"] == 0
    assert set(counts(untouched)) == {"non conforme", "bloqué"}

    refused = room.run("up", BENCH, "--route", "titre")
    assert refused.returncode == 2
    assert "labctl reset 5 --route titre" in refused.stderr

    room.must("rescue", BENCH, "--lot", "L14", "--reason", "essai", "--by", "surveillante")
    rescued = grade(room)
    assert set(counts(rescued)) == {"non conforme", "bloqué", "aidé"}
    (given,) = rescued["provenance"]["helps"]
    assert (given["lot"], given["by"], given["reason"]) == ("L14", "surveillante", "essai")

    room.must("solve", BENCH)
    assert set(counts(grade(room, "--strict"))) == {"aidé"}

    room.must("connect", BENCH, "routeur", "--", "pkill", "dnsmasq")
    broken = grade(room)
    assert "K-065" in {one["check"] for one in broken["provenance"]["broken"]}

    (renewed,) = room.json("reset", BENCH)["reset"]
    assert renewed["delivered"] == built["delivered"]
    again = grade(room)
    assert (counts(again), again["provenance"]["helps"]) == (counts(untouched), [])
    room.must("down", BENCH)
