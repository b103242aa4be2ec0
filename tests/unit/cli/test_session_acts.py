"""``labctl session``: what is typed on the day, what it answers, what it refuses."""

import json
import re
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest

from labctl.cli.main import run

EXAM = "inventories/sessions/demo.session.yml"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a session in exam mode, and a state of its own."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("LABCTL_LANG", "fr")
    folder = tmp_path / "files"
    folder.mkdir()
    text = (ROOT / EXAM).read_text()
    path = folder / "demo.session.yml"
    path.write_text(re.sub(r"mode: formation.*", "mode: examen", text))
    (folder / "demo.csv").write_bytes((ROOT / "inventories/sessions/demo.csv").read_bytes())
    return path


def say(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    """Return what a session verb prints, on both outputs."""
    assert run(["session", *words]) == code
    out, err = capsys.readouterr()
    return out + err


def status(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(say(capsys, "status", "demo", "--json"))
    return found


def test_a_day_is_conducted(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "peut être ouverte" in say(capsys, "open", str(session), "--dry-run")
    assert "ouverte : 16 candidats" in say(capsys, "open", str(session), "--by", "Vaite")
    say(capsys, "sign", "demo", "absent", "16")
    for document in ("emargement", "notice"):
        say(capsys, "sign", "demo", document, "1-15")
    say(capsys, "sign", "demo", "sujet", "7")
    assert "bancs 1-15" in say(capsys, "start", "demo", "1")
    say(capsys, "pause", "demo", "3", "--reason", "poste remplacé")
    say(capsys, "incident", "demo", "3", "le poste a été remplacé", "--minutes", "12")
    say(capsys, "resume", "demo")
    done = json.loads(say(capsys, "stop", "demo", "--json"))
    said = say(capsys, "status", "demo")

    assert (done["done"], len(done["benches"]), len(done["head"])) == ("stop", 15, 64)
    assert "incident 1" in said
    assert "mettre sous scellé : bancs 1-15" in said
    assert status(capsys)["benches"][2]["given_s"] == 720


def test_who_was_granted_more_time_goes_on(
    session: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    say(capsys, "open", str(session))
    for document in ("emargement", "notice", "sujet"):
        say(capsys, "sign", "demo", document, "1-16")
    say(capsys, "start", "demo", "1")
    later = datetime.now(UTC) + timedelta(minutes=181)

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Later":
            return cls.fromtimestamp(later.timestamp(), tz)

    monkeypatch.setattr("labctl.pipeline.conduct.datetime", Later)

    said = say(capsys, "stop", "demo", "--dry-run")
    assert "bancs 1-2, 4-10, 12-16" in said
    assert "le temps court encore : bancs 3, 11" in said
    done = json.loads(say(capsys, "stop", "demo", "--json"))
    assert sorted({*range(1, 17)} - {*done["benches"]}) == [3, 11]


def test_names_stay_in_the_folder_of_the_session(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say(capsys, "open", str(session))
    printed = json.dumps(status(capsys), ensure_ascii=False) + say(capsys, "status", "demo")
    folder = tmp_path / "state/sessions/demo"

    assert "Aimata" not in printed
    assert "Aimata" not in (folder / "journal.jsonl").read_text()
    assert "Aimata" in (folder / "candidats.csv").read_text()
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())} == {0}


def test_what_a_rule_forbids_is_refused_with_a_hint(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say(capsys, "open", str(session))

    said = say(capsys, "start", "demo", "1", code=5)

    assert "bancs 1-16 : pas signé : notice" in said
    assert "piste : labctl session sign demo emargement 1" in said
    assert "déjà ouverte" in say(capsys, "open", str(session), code=5)


def test_nobody_signs_by_default(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, "open", str(session))

    assert "dites quels bancs" in say(capsys, "sign", "demo", "notice", code=2)


def test_a_dry_run_records_nothing(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, "open", str(session))
    before = status(capsys)["head"]

    assert "serait noté" in say(capsys, "sign", "demo", "notice", "1", "--dry-run")
    assert status(capsys)["head"] == before


def test_a_seal_by_hand_has_its_number(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, "open", str(session))
    for document in ("emargement", "notice", "sujet"):
        say(capsys, "sign", "demo", document, "1")
    say(capsys, "start", "demo", "1", "1")
    say(capsys, "stop", "demo")
    say(capsys, "sign", "demo", "scelle", "1", "--number", "004512")
    assert "sous scellé" in say(capsys, "start", "demo", "2", "1", code=5)
    say(capsys, "sign", "demo", "levee", "1")
    say(capsys, "start", "demo", "2", "1")

    assert status(capsys)["benches"][0]["exam_phase"] == 2


@pytest.mark.parametrize("minutes", ["-1", "999"])
def test_time_is_given_back_within_reason(
    session: Path, capsys: pytest.CaptureFixture[str], minutes: str
) -> None:
    say(capsys, "open", str(session))

    assert "--minutes" in say(capsys, "incident", "demo", "1", "x", f"--minutes={minutes}", code=2)


def test_an_unknown_session_and_an_unknown_bench_are_told(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "n'a pas été ouverte" in say(capsys, "status", "other", code=2)
    say(capsys, "open", str(session))
    assert "personne au banc 42" in say(capsys, "sign", "demo", "notice", "42", code=2)


def test_a_torn_line_is_told_and_noted(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say(capsys, "open", str(session))
    with (tmp_path / "state/sessions/demo/journal.jsonl").open("ab") as journal:
        journal.write(b'{"at":"2026')
    say(capsys, "sign", "demo", "notice", "1")

    assert "interrompues, coupées et notées : 1" in say(capsys, "status", "demo", code=3)
