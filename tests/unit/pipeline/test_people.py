"""Names of learners: at their benches, in the runs of training, never in those of an exam."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from labctl.core.errors import SpecError, StoreError, UsageError
from labctl.core.paths import state_dir
from labctl.grade.model import Learner, Mode
from labctl.pipeline import people
from labctl.pipeline.observe import grade, grade_again
from labctl.pipeline.place import load_place
from labctl.pipeline.progress import read_progress, write_progress
from labctl.pipeline.report import write_reports
from tests.runs import EXAM, WHOLE, collected
from tests.unit.cli.lines import say

AIMATA = Learner("Aimata Brillant", "C01", "TAI-2026")
ROSTER = "candidat;place;identifiant;groupe\nAimata Brillant;1;C01;TAI-2026\n"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a state of its own."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))


def run_of(learner: Learner) -> Path:
    people.seat_learner(1, learner)
    run = collected(1)
    people.keep_with_runs({1: run})
    return run


def test_a_roster_names_the_benches_of_the_room(tmp_path: Path) -> None:
    roster = tmp_path / "classe.csv"
    roster.write_text(ROSTER, "utf-8")
    assert people.read_class(roster, load_place("demo", None)) == {1: AIMATA}


def test_a_bench_that_the_room_has_not_is_told_with_its_line(tmp_path: Path) -> None:
    roster = tmp_path / "classe.csv"
    roster.write_text(ROSTER + "Tuterai Chang;40;;\nManava Estall;1;;\n", "utf-8")
    with pytest.raises(SpecError) as refused:
        people.read_class(roster, load_place("demo", None))
    assert [(one.line, one.rule) for one in refused.value.mistakes] == [(3, "banc"), (4, "double")]


def test_a_name_stays_until_it_is_forgotten() -> None:
    assert people.list_learners([1, 2]) == {}
    people.seat_learner(1, AIMATA)
    assert people.list_learners([1, 2]) == {1: AIMATA}
    people.forget_learner(1)
    people.forget_learner(1)
    assert people.list_learners([1]) == {}


def test_who_is_seated_again_sat_there_all_along_and_another_did_not() -> None:
    people.seat_learner(1, AIMATA)
    since = people.list_learners([1])[1].since
    people.seat_learner(1, AIMATA)
    assert people.list_learners([1])[1].since == since != ""
    people.seat_learner(1, Learner("Tuterai Chang"))
    assert people.list_learners([1])[1].since > since


def test_who_moved_sits_at_one_bench_only() -> None:
    tuterai, manava = Learner("Tuterai Chang", "C02"), Learner("Manava Estall")
    people.seat_class({1: AIMATA, 2: tuterai, 3: manava}, [1, 2, 3])

    people.seat_class({1: tuterai, 4: manava}, [1, 2, 3])  # nobody sits at bench 2 today

    assert {bench: one.name for bench, one in people.list_learners([1, 2, 3, 4]).items()} == {
        1: "Tuterai Chang"
    }


def test_another_class_at_other_benches_stays_where_it_is() -> None:
    people.seat_class({1: AIMATA}, [1])
    people.seat_class({2: Learner("Tuterai Chang")}, [2])

    assert list(people.list_learners([1, 2])) == [1, 2]


def test_a_damaged_note_is_told() -> None:
    people.seat_learner(1, AIMATA)
    (state_dir() / "people" / "01.json").write_text("[]")
    with pytest.raises(StoreError, match="ne dit plus qui est au banc"):
        people.list_learners([1])
    people.seat_class({}, [2])  # a command without a list has nothing to do with bench 1


def test_a_run_keeps_the_name_of_its_day() -> None:
    run = run_of(AIMATA)
    people.seat_learner(1, Learner("Tuterai Chang"))
    (first,) = grade([run], WHOLE)
    (again,) = grade_again(run, WHOLE)
    assert (first.sheet.learner, again.sheet.learner) == (AIMATA, AIMATA)


def test_an_exam_has_no_name_anywhere(tmp_path: Path) -> None:
    run = run_of(AIMATA)
    (graded,) = grade([run], EXAM)
    written = write_reports((), graded.run_dir, None, None, ["html", "json", "csv"], tmp_path)
    assert graded.sheet.learner is None
    assert [path for path in written.files if "Aimata" in path.read_text("utf-8")] == []
    assert "learner" not in json.loads((run / "gradesheet.json").read_text("utf-8"))


def test_a_training_run_printed_as_an_exam_has_no_name(tmp_path: Path) -> None:
    (graded,) = grade([run_of(AIMATA)], WHOLE)
    formats = ["html", "json", "csv"]
    named = write_reports((), graded.run_dir, None, None, formats, tmp_path / "formation")
    bare = write_reports((), graded.run_dir, Mode.EXAM, None, formats, tmp_path / "examen")
    assert ["Aimata" in path.read_text("utf-8") for path in named.files] == [
        True,
        True,
        True,
        False,
    ]
    assert [path for path in bare.files if "Aimata" in path.read_text("utf-8")] == []


def test_the_class_is_named_in_tables(tmp_path: Path) -> None:
    (graded,) = grade([run_of(AIMATA)], WHOLE)
    write_reports((), graded.run_dir, None, None, ["csv", "xlsx", "moodle"], tmp_path)
    rows = list(
        csv.DictReader(
            (tmp_path / "constats.csv").read_text("utf-8-sig").splitlines(), delimiter=";"
        )
    )
    assert {row["apprenant"] for row in rows} == {"Aimata Brillant"}
    assert (tmp_path / "moodle.csv").read_text("utf-8").splitlines()[1].startswith("C01,100.0")


def test_progress_is_read_from_the_runs_on_disk(tmp_path: Path) -> None:
    run = run_of(AIMATA)
    grade([run], WHOLE)
    grade_again(run, WHOLE)  # the same observation: one run
    grade([collected(2)], WHOLE)  # nobody's
    (damaged,) = grade([collected(3)], WHOLE)
    (damaged.run_dir / "gradesheet.json").write_text("{}")
    collected(4)  # never judged
    found = read_progress("TAI-2026")
    assert [(one.learner, len(one.attempts)) for one in found.learners] == [(AIMATA, 1)]
    files = write_progress(found, ["html", "xlsx"], tmp_path)
    assert "Aimata Brillant" in files[0].read_text("utf-8")
    assert files[1].stat().st_size > 5000


def test_a_workbook_has_a_sheet_for_each_of_many_learners(tmp_path: Path) -> None:
    grade([run_of(replace(AIMATA, name="Aimata Teuira Vairea Brillant de la Fontaine"))], WHOLE)
    (one,) = (found := read_progress("TAI-2026")).learners
    (file,) = write_progress(replace(found, learners=(one,) * 100), ["xlsx"], tmp_path)

    names = load_workbook(file).sheetnames

    assert (len(names), max(map(len, names))) == (101, 31)
    assert names[-1] == "100 Aimata Teuira Vairea Brilla"


def test_nobody_is_refused_with_the_groups_there_are() -> None:
    with pytest.raises(UsageError, match="nommez les bancs"):
        read_progress("")
    grade([run_of(AIMATA)], WHOLE)
    with pytest.raises(UsageError) as refused:
        read_progress("TAI-2025")
    assert "TAI-2026" in refused.value.hint
    with pytest.raises(UsageError, match="format inconnu"):
        write_progress(read_progress(""), ["pdf"], Path())


def test_the_table_of_progress_fits_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    for _day in range(3):
        grade([run_of(AIMATA)], WHOLE)
    said = say(capsys, "progress", "--group", "TAI-2026")
    assert said.code == 0
    assert [line for line in said.out.splitlines() if len(line.rstrip()) > 80] == []
    found = json.loads(say(capsys, "progress", "--json").out)
    assert len(found["learners"][0]["attempts"]) == 3
