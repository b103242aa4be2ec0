"""``grade --after-restart``: what a candidate did is judged once the power was cut."""

from typing import Any

import pytest

from tests.commands import Command, saw
from tests.crash.killed_verb import kill_verb

pytestmark = pytest.mark.embedded

RULES = "/etc/nftables.conf"
FIREWALL = frozenset({"K-091", "K-093", "K-095"})
MACHINES = ["routeur", "commutateur", "nas", "poste", "point_acces"]


def on_router(bench: Command, *argv: str) -> None:
    bench.must("connect", "1", "routeur", "--", *argv)


def grade(bench: Command, *words: str) -> tuple[dict[str, str], dict[str, str], Any]:
    """Return verdicts and messages by check, and the power cut that the sheet tells of."""
    (sheet,) = bench.json("grade", "1", *words)["benches"]
    found = [
        verdict
        for competency in sheet["competencies"]
        for criterion in competency["criteria"]
        for verdict in criterion["verdicts"]
    ]
    verdicts = {one["check"]: saw(one) for one in found}
    return verdicts, {one["check"]: one["message"] for one in found}, sheet["provenance"]["restart"]


def test_the_reference_solution_survives_a_power_cut(solved: Command) -> None:
    verdicts, messages, restart = grade(solved, "--after-restart")

    assert {check: messages[check] for check, one in verdicts.items() if one != "conforme"} == {}
    assert (restart["machines"], restart["lost"], restart["trouble"]) == (MACHINES, [], "")


def test_rules_that_are_in_no_file_are_lost(solved: Command) -> None:
    on_router(solved, "mv", RULES, "/root/rules.before")
    try:
        before, _said, restart = grade(solved)
        after, messages, cut = grade(solved, "--mode", "examen")
    finally:
        on_router(solved, "mv", "/root/rules.before", RULES)
        on_router(solved, "service", "nftables", "restart")

    assert set(before.values()) == {"conforme"}
    assert restart is None
    lost = {check for check, one in after.items() if one == "non conforme"}
    assert lost >= FIREWALL
    assert set(cut["lost"]) >= lost
    assert all(messages[one].startswith("ne tient pas après redémarrage : ") for one in lost)


@pytest.mark.nightly
def test_a_killed_power_cut_converges(solved: Command) -> None:
    assert kill_verb(solved, ("grade", "1", "--after-restart"), "redémarrage : routeur", group=True)
    assert solved.json("status", "1")["benches"][0]["condition"] == "interrompu"

    verdicts, messages, restart = grade(solved, "--after-restart")

    assert {check: messages[check] for check, one in verdicts.items() if one != "conforme"} == {}
    assert restart["lost"] == []
    assert kill_verb(solved, ("grade", "1", "--after-restart"), "redémarrage : routeur", group=True)
    solved.must("up", "1")
    assert solved.json("status", "1")["benches"][0]["condition"] == "prêt"
