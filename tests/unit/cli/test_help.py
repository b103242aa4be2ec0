"""Every verb explains itself in French and in English, never in both."""

import os
import re
import subprocess
import sys

import pytest

from labctl.cli import report
from labctl.cli.session import subverbs
from labctl.cli.verbs import summaries
from labctl.reports import registry
from tests.plans import ROOT
from tests.unit.cli.lines import say

VERBS = tuple(summaries())
LINES = (*VERBS, *(f"session {name}" for name in subverbs()))
"""Every verb, and every sub-verb."""
FRENCH = re.compile(
    r"[àâçèéêëîïôùûœ«»]|\b(?:les?|la|des?|du|une?|aide|banc|montrer|fichiers?|dossier)\b", re.I
)
ENGLISH = re.compile(
    r"\b(?:the|of|show|exit|and|bench(?:es)?|usage:|positional|expected|required|choose|file)\b",
    re.I,
)
OPTION = re.compile(r"--[a-z-]+")
"""Its name is the same in both languages."""
WORDS = re.compile(
    r"\b(?:cahier|salle|titre|formation|examen|poste|commutateur|routeur|nas…|référentiel)\b"
)
"""Values that are typed the same in both languages."""

HEAVY = {
    *("pydantic", "rich", "ruamel", "jinja2", "paramiko", "ldap3", "netmiko", "cryptography"),
    *("shtab", "openpyxl", "multiprocessing", "asyncio", "logging", "subprocess"),
}
"""What would make a verb slow to explain itself."""
SLOW = {"dataclasses", "inspect", "decimal", "difflib", "traceback"}
"""What costs the command some milliseconds before it said which verbs there are."""


@pytest.mark.parametrize("verb", LINES)
def test_help_in_french_has_no_english(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, *verb.split(), "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"usage : labctl {verb} ")
    assert ENGLISH.findall(OPTION.sub("", said.out)) == []


@pytest.mark.parametrize("verb", LINES)
def test_help_in_english_has_no_french(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, *verb.split(), "--help", "--lang", "en")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"usage: labctl {verb} ")
    assert FRENCH.findall(WORDS.sub("", said.out)) == []


@pytest.mark.parametrize("verb", LINES)
def test_every_verb_has_json_where_it_has_a_result(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    has_json = "--json" in say(capsys, *verb.split(), "--help").out
    assert has_json == (verb not in {"connect", "schema", "completion", "serve", "session"})


def test_verbs_that_change_something_can_be_tried_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    dry = {verb for verb in LINES if "--dry-run" in say(capsys, *verb.split(), "--help").out}
    assert dry == {
        "up", "new", "rescue", "access", "solve", "grade", "seal", "unseal", "reset", "down",
        "prove", "images", "incident",
        "session open", "session sign", "session start", "session pause", "session resume",
        "session stop", "session incident", "session close",
        "session archive", "session purge",
    }  # fmt: skip


@pytest.mark.parametrize(("language", "word"), [("fr", "construire"), ("en", "build benches")])
def test_help_of_the_command_lists_the_verbs(
    language: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = say(capsys, "--lang", language, "--help")
    assert said.code == 0
    assert [verb for verb in VERBS if f"\n  {verb} " not in said.out] == []
    assert word in said.out


def test_no_word_at_all_is_wrong_usage_and_gets_the_help(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = say(capsys)
    assert (said.code, said.out) == (2, "")
    assert "verbes :" in said.err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "--version")
    assert said.code == 0
    assert re.fullmatch(r"labctl (\d+\.\d+\.\d+|\(non installé\))\n", said.out)


@pytest.mark.parametrize("words", [("--help",), *((*line.split(), "--help") for line in LINES)])
def test_help_imports_nothing_heavy(words: tuple[str, ...]) -> None:
    code = (
        "import sys, contextlib\n"
        "from labctl.cli.main import run\n"
        "with contextlib.suppress(SystemExit):\n"
        "    run(sys.argv[1:])\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    unmeasured = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    done = subprocess.run(  # noqa: TID251  # what this process imported must not count
        (sys.executable, "-c", code, *words),
        env=unmeasured,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    refused = HEAVY | SLOW if words == ("--help",) else HEAVY
    assert refused & set(done.stderr.split()) == set()


def test_report_knows_every_format() -> None:
    assert tuple(registry.FORMATS) == report.FORMATS
