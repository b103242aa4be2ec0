"""The seal of a whole bench, as a technician and a jury use it."""

from collections.abc import Iterator

import pytest

from tests.commands import Command

pytestmark = [pytest.mark.embedded, pytest.mark.nightly]

BENCH = "2"


@pytest.fixture
def built(room: Command) -> Iterator[Command]:
    """Give a bench that is thrown away at the end, sealed or not."""
    room.must("up", BENCH)
    yield room
    room.must("down", BENCH, "--sealed")


def judged(command: Command) -> dict[str, str]:
    return {check: verdict["verdict"] for check, verdict in command.verdicts(int(BENCH)).items()}


def test_a_bench_is_sealed_opened_and_judged_as_it_was_left(built: Command) -> None:
    built.must("connect", BENCH, "poste", "--", "sh", "-c", "echo work > /root/work")
    before = judged(built)
    sealed = built.json("seal", BENCH)["sealed"][0]

    for verb in ("up", "solve", "grade", "collect", "reset", "down", "prove"):
        refused = built.run(verb, BENCH, *(["--yes"] if verb == "prove" else []))
        assert refused.returncode == 5, verb
        assert "le banc 02 est scellé" in refused.stderr, verb
    assert built.run("connect", BENCH, "poste", "--", "true").returncode == 5
    assert built.json("status", BENCH)["benches"][0]["condition"] == "scellé"

    assert built.json("unseal", BENCH, "--dry-run")["verified"][0]["files"] == sealed["files"]
    opened = built.json("unseal", BENCH)["opened"][0]
    assert (opened["fingerprint"], opened["trouble"]) == (sealed["fingerprint"], "")
    assert judged(built) == before
    assert built.run("reset", BENCH).returncode == 5

    built.must("connect", BENCH, "poste", "--", "sh", "-c", "echo jury > /root/work")
    assert built.json("seal", BENCH)["sealed"][0]["fingerprint"] == sealed["fingerprint"]
    (built.state / "benches/02/nodes/poste/upper/root/work").write_text("WORK\n")
    broken = built.json("unseal", BENCH, code=5)
    assert "nodes/poste/upper/root/work : changé (date, contenu)" in broken["failed"][BENCH]
    assert built.run("down", BENCH).returncode == 5
