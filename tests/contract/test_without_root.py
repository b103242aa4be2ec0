"""What looks at no machine needs no right: validate, plan, schema, grade and report of a run."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Command
from tests.plans import ROOT

pytestmark = pytest.mark.embedded

NOBODY = 65534
SHOW = """
aside=$1; shift
for place in "$1" "$2"; do mkdir -p "$aside$place" && mount --bind "$place" "$aside$place"; done
mount -t tmpfs -o mode=755 none /root
for place in "$1" "$2"; do mkdir -p "$place" && mount --bind "$aside$place" "$place"; done
shift 2
exec setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all \
 --no-new-privs "$@"
"""
"""Python and labctl stay readable to everybody where root keeps them in its own folder."""


@pytest.fixture
def home() -> Iterator[Path]:
    """Give a folder that belongs to nobody."""
    folder = Path(tempfile.mkdtemp(prefix="labctl-nobody-"))
    os.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


def run_as_nobody(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    aside = tempfile.mkdtemp(prefix="labctl-aside-")
    command = (sys.executable, "-m", "labctl", *words)
    try:
        return subprocess.run(  # noqa: TID251  # a test is outside the product
            ("unshare", "--mount", "sh", "-c", SHOW, "sh", aside, sys.base_prefix, ROOT, *command),
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "LABCTL_LANG": "fr",
                **variables,
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            cwd=ROOT,
        )
    finally:
        shutil.rmtree(aside)


@pytest.mark.parametrize(
    ("words", "says"),
    [(("validate",), "aucune erreur"), (("plan", "1"), "SERVEURS"), (("schema", "cahier"), "{")],
)
def test_a_verb_that_reads_files_needs_no_right(
    home: Path, words: tuple[str, ...], says: str
) -> None:
    done = run_as_nobody(home, *words)

    assert (done.returncode, done.stderr) == (0, "")
    assert says in done.stdout


def test_a_run_is_judged_and_reported_without_any_right(home: Path, solved: Command) -> None:
    verdicts = solved.verdicts(1)
    newest = sorted((solved.state / "runs/01").iterdir())[-1]
    run = home / "run"
    shutil.copytree(newest, run)
    for path in (run, *run.rglob("*")):
        os.chown(path, NOBODY, NOBODY)

    graded = run_as_nobody(home, "grade", "--from", str(run), "--strict")
    reported = run_as_nobody(home, "report", "--from", str(run))

    assert (graded.returncode, reported.returncode) == (0, 0), graded.stderr + reported.stderr
    assert len(verdicts) > 40
    assert {Path(line).suffix for line in reported.stdout.split()} >= {".html", ".json", ".csv"}


def test_a_verb_that_needs_root_says_so_without_a_traceback(home: Path) -> None:
    done = run_as_nobody(home, "up", "1")

    assert done.returncode == 5
    assert "Traceback" not in done.stderr
    assert "root" in done.stderr


def test_a_bench_that_runs_is_not_said_to_be_stopped(home: Path, solved: Command) -> None:
    state = {"LABCTL_STATE_DIR": str(solved.state)}

    seen = run_as_nobody(home, "status", "1", **state)
    entered = run_as_nobody(home, "connect", "1", "poste", "--", "true", **state)

    assert (seen.returncode, entered.returncode) == (0, 5)
    assert "inconnu" in seen.stdout
    assert "root" in seen.stdout
    assert not any(word in seen.stdout for word in ("arrêtée", "interrompu", "absent"))
    assert "il faut être root" in entered.stderr


def test_what_only_root_can_try_is_not_said_to_lack(home: Path) -> None:
    done = run_as_nobody(home, "doctor", "--json")

    findings = json.loads(done.stdout)["findings"]
    unknown = [one for one in findings if not one["is_known"]]
    assert done.returncode == 5
    assert {one["hint"] for one in unknown} == {"à vérifier en root"}
    assert len(unknown) == 6
    assert [one["ok"] for one in findings if one["name"] == "programmes"] == [True]
