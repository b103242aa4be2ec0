"""A bench of one route: what is delivered works, the rest is the candidate's, help is marked."""

from typing import Any

import pytest

from tests.commands import Command

pytestmark = pytest.mark.embedded
BENCH = "5"


def grade(room: Command, *words: str, code: int = 0) -> Any:
    (sheet,) = room.json("grade", BENCH, *words, code=code)["benches"]
    return sheet


def counts(sheet: Any) -> dict[str, int]:
    return {name: count for name, count in sheet["counts"].items() if count}


def test_a_bench_is_delivered_as_its_route_says_from_up_to_reset(room: Command) -> None:
    (built,) = room.json("up", BENCH, "--route", "ccp1")["built"]
    assert (built["route"], len(built["delivered"]) > 30) == ("ccp1", True)
    assert "ccp1" in room.must("status", BENCH)

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
    assert counts(grade(room)) == counts(untouched)
    assert grade(room)["provenance"]["helps"] == []
    room.must("down", BENCH)
