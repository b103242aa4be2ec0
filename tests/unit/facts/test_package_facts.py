"""What is read of APT: sources of both forms, order of versions, and what is not understood."""

import itertools
import shutil
import subprocess
from pathlib import Path

import pytest

from checks.updates.facts.sources import read_entries, read_stanzas
from checks.updates.versions import is_older
from labctl.facts.probe import NotUnderstood
from tests.plans import Desk, plan_of
from tests.probes import probe_of
from tests.unit.facts.answering import answer_to

PLAN = plan_of(1, Desk.LINUX)
UPDATES = probe_of("Updates")
SOLVED = Path(__file__).resolve().parents[2] / "recordings" / "updates.Updates" / "apt_solved"
TARGET = {"repo-uri": "http://depot.internet.test/debian/", "release": "salle-securite"}
IN_ORDER = ["0~rc1", "1.0~rc1-1", "1.0", "1.0-1~bpo1", "1.0-1", "1.0-1+deb13u1", "1.0-1.1"]
IN_ORDER += ["1.0a-1", "1.0.1", "1.2", "1.10", "2", "1:0.1"]


@pytest.mark.parametrize(("older", "newer"), [*itertools.combinations(IN_ORDER, 2)])
def test_versions_are_in_the_order_of_the_policy(older: str, newer: str) -> None:
    assert is_older(older, newer)
    assert not is_older(newer, older)


@pytest.mark.parametrize(("one", "same"), [("1.0", "1.0-0"), ("0:1", "1"), ("1.0", "1.00")])
def test_versions_that_are_written_otherwise_are_the_same(one: str, same: str) -> None:
    assert not is_older(one, same)
    assert not is_older(same, one)


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="no dpkg here")
def test_versions_are_in_the_order_of_dpkg() -> None:
    for one, other in itertools.permutations(IN_ORDER, 2):
        argv = ("dpkg", "--compare-versions", one, "lt", other)
        done = subprocess.run(argv, check=False)  # noqa: TID251  # outside labctl
        assert is_older(one, other) == (done.returncode == 0), (one, other)


def forced(file: str, text: str) -> list[bool]:
    """Return, of the entries of a file that give the security suite, which need no signature."""
    said = "\n".join(f"{file}:{line}" for line in text.splitlines())
    return [entry.is_forced for entry in read_entries(said) if entry.gives(TARGET)]


@pytest.mark.parametrize(
    ("options", "is_forced"),
    [
        ("", False),
        ("[arch=amd64 signed-by=/etc/apt/keyrings/depot-salle.asc] ", False),
        ("[ arch=amd64 trusted=yes ] ", True),
        ("[allow-insecure=true] ", True),
        ("[trusted=no] ", False),
    ],
)
def test_a_source_of_one_line(options: str, *, is_forced: bool) -> None:
    line = f"deb {options}http://depot.internet.test/debian salle-securite main contrib"

    assert forced("/etc/apt/sources.list", f"# {line}\n\n{line}") == [is_forced]


def test_each_stanza_speaks_for_itself() -> None:
    text = """\
# celui du poste
Types: deb
URIs: http://127.0.0.1/debian
Suites: salle-securite
Trusted: yes

Types: deb
URIs: http://autre.test/debian
 http://depot.internet.test/debian
Suites: salle
 salle-securite
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 xjMEZ

Types: deb
URIs: http://depot.internet.test/debian
Suites: salle-securite
Trusted: yes
Enabled: no
"""
    assert forced("/etc/apt/sources.list.d/a:b.sources", text) == []
    assert forced("/etc/apt/sources.list.d/salle.sources", text) == [False]
    assert forced("/etc/apt/sources.list.d/salle.sources", text.replace("Enabled: no", "")) == [
        False,
        True,
    ]


@pytest.mark.parametrize("file", ["salle.sources.bak", "salle.list.save", "notes"])
def test_a_file_that_apt_does_not_read_says_nothing(file: str) -> None:
    text = "deb [trusted=yes] http://depot.internet.test/debian salle-securite main"

    assert forced(f"/etc/apt/sources.list.d/{file}", text) == []


@pytest.mark.parametrize("text", ["", " : \n:\n\n   \n:x", "Key\n value\n", "\tvalue\n"])
def test_stanzas_of_anything_are_read(text: str) -> None:
    assert all(isinstance(value, str) for one in read_stanzas(text) for value in one.values())


def read(changed: dict[int, tuple[str, int]]) -> object:
    """Read the recording of a solved workstation, some answers changed (from 1 on)."""
    codes = dict.fromkeys(range(1, 8), 0) | {8: 1, 9: 1}
    answers = tuple(
        answer_to(question, *changed.get(rank, (_recorded(rank), codes[rank])))
        for rank, question in enumerate(UPDATES.ask(PLAN), start=1)
    )
    return UPDATES.parse(PLAN, answers)


def _recorded(rank: int) -> str:
    return (SOLVED / f"output-{rank}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("rank", "answer"),
    [
        (1, ("", 1)),  # the server has no index
        (2, ("", 1)),
        (2, ("Package: nu\n", 0)),
        (3, ("", 1)),
        (4, ("", 0)),  # dpkg-query says nothing
        (4, ("", 2)),
        (5, ("", 127)),  # no apt-get
        (6, ("", 127)),
    ],
)
def test_what_was_not_told_is_not_understood(rank: int, answer: tuple[str, int]) -> None:
    with pytest.raises(NotUnderstood):
        read({rank: answer})
