"""The page of figures says what was measured."""

from tests.bench.asked import ASKED
from tests.bench.page import NAMES, render

OTHER = {"median_s": 10.4, "times_labctl": 2.0, "own_cpu_s": 9.1, "hosts_cpu_s": 7.3}
RACE = {
    "machine": {"cores": 2, "kernel": "6.12", "python": "3.13.5", "load_at_end": 0.1},
    "hosts": 96,
    "checks": 1440,
    "rounds": 3,
    "labctl": {
        "gathered_s": 4.1,
        "judged_s": 5.2,
        "own_cpu_s": 1.92,
        "hosts_cpu_s": 4.8,
        "memory_mib": 123,
    },
    "others": dict.fromkeys(NAMES, OTHER)
    | {
        "floor": OTHER | {"median_s": 1.6, "own_cpu_s": 2.4, "hosts_cpu_s": 0.48},
        "testinfra": OTHER | {"median_s": 72.32},
        "testinfra-turned": OTHER | {"median_s": 20.48},
    },
    "growth": [{"hosts": 48, "checks": 15, "judged_s": 2.6}],
}
VERBS = {
    "seconds": {"help": 0.071, "validate": 0.6},
    "benches": [
        {"benches": 16.0, "up": 80.2, "reset": 60.1, "grade": 14.0, "grade_mib": 210, "down": 3.0}
    ],
}


def test_the_page_shows_every_contender_growth_and_verbs() -> None:
    page = render({"race": RACE, "verbs": VERBS})

    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert "| **labctl**, gathered and judged | 5.2 | 1 |" in rows
    assert len([row for row in rows if row.endswith("| 10.4 | 2.0 |")]) == len(NAMES) - 3
    assert "| 48 | 15 | 2.6 |" in rows
    assert "| 16 | 80.2 s | 60.1 s |  | 14.0 s | 3.0 s |" in rows


def test_the_page_says_what_limits_it_from_what_was_measured() -> None:
    page = " ".join(render({"race": RACE, "verbs": VERBS}).split())

    assert "| **labctl**, gathered | 1.92 | 4.8 |" in page
    assert "sshd and the script take 50 ms each, 2.40 s in all on 2 cores" in page
    assert "the floor takes 30 ms a host." in page
    assert "would need 1.7 times the processor of the floor; labctl needs 2.3." in page
    assert "handshakes, answers, evidence take 20 ms a host." in page
    assert "takes 43 ms more when the next one is of the same host" in page
    assert "as its fixture has it, 7 in the other order." in page


def test_the_page_says_how_much_memory_labctl_had() -> None:
    page = " ".join(render({"race": RACE, "verbs": VERBS}).split())

    assert "123 MiB for the 1440 checks above, 210 MiB for `grade` of 16 benches." in page


def test_fifteen_different_things_are_asked() -> None:
    assert len({one.name for one in ASKED}) == len({one.argv for one in ASKED}) == 15
