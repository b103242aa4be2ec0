"""A run is concluded once; reports read it, and a partial one never stands for a whole one."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from labctl.core.errors import StoreError, UsageError
from labctl.core.verdict import ExamStamp, Reason, Verdict
from labctl.grade.model import Blocked, Mode
from labctl.pipeline import observe
from labctl.pipeline.observe import exit_code, grade, grade_again
from labctl.pipeline.place import bench_runs
from labctl.pipeline.report import write_reports
from labctl.pipeline.runs import choose_run, find_evidence, read_sheet
from tests.runs import EXAM, WHOLE, collected, graded, part


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))


def digests(folder: Path) -> dict[str, str]:
    """Return the files of a run, with what is in each."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def refuse_to_judge(*_arguments: object) -> Any:
    raise AssertionError("a report judges nothing")


def test_a_report_reads_the_sheet_and_judges_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = graded(1, EXAM).run_dir
    before = digests(run)
    monkeypatch.setattr(observe, "judge", refuse_to_judge)

    written = write_reports((1,), None, None, None, ["json", "csv"], None)

    assert {path.name for path in written.files} == {"banc-01.json", "constats.csv"}
    assert before.items() <= digests(run).items()


def in_phase(number: int) -> ExamStamp:
    return ExamStamp("s1", "titre", number, "a" * 64)


def test_a_run_of_a_later_phase_never_stands_for_that_of_an_earlier_one() -> None:
    first = graded(1, EXAM, stamp=in_phase(1))
    second = graded(1, EXAM, stamp=in_phase(2))
    collected(1, EXAM, stamp=in_phase(2))

    assert choose_run(1, None).run == second.run_dir
    assert choose_run(1, None, 1).run == first.run_dir
    assert choose_run(1, None, 2).run == second.run_dir
    assert len(choose_run(1, None, 2).newer) == 1
    assert choose_run(1, None, 1).newer == ()
    assert first.sheet.provenance.stamp == in_phase(1)


def test_the_newest_run_of_a_phase_counts_and_a_phase_without_one_is_said() -> None:
    graded(1, EXAM, stamp=in_phase(1))
    again = graded(1, EXAM, stamp=in_phase(1))
    collected(1, EXAM)

    assert choose_run(1, None, 1).run == again.run_dir
    with pytest.raises(StoreError, match="aucun relevé de la phase 2"):
        choose_run(1, None, 2)


def test_judged_anew_a_run_stays_in_its_phase() -> None:
    first = graded(1, EXAM, stamp=in_phase(1))
    graded(1, EXAM, stamp=in_phase(2))
    (again,) = grade_again(first.run_dir, EXAM)

    assert choose_run(1, None, 1).run == again.run_dir


def test_a_run_that_was_judged_is_not_judged_again_in_its_place() -> None:
    run = graded(1, EXAM).run_dir
    before = digests(run)

    with pytest.raises(StoreError, match=r"verdicts\.json » existe déjà") as caught:
        grade([run], WHOLE)

    assert digests(run) == before
    assert caught.value.hint == f"labctl grade --from {run}"


def test_judging_anew_is_a_run_of_its_own_that_names_the_old_one() -> None:
    exam = graded(1, EXAM).run_dir
    before = digests(exam)

    (anew,) = grade_again(exam, WHOLE)

    assert digests(exam) == before
    assert anew.run_dir.parent == exam.parent
    assert anew.run_dir != exam
    assert anew.sheet.provenance.source == str(exam)
    assert anew.sheet.mode is Mode.TRAINING
    assert find_evidence(anew.run_dir) == exam
    (third,) = grade_again(anew.run_dir, EXAM)
    assert third.sheet.provenance.source == str(exam)


def test_an_exam_gets_points_by_no_report() -> None:
    run = graded(1, EXAM).run_dir

    with pytest.raises(UsageError, match="jugé en mode examen : il n'a pas de points") as caught:
        write_reports((1,), None, Mode.TRAINING, None, ["json"], None)

    assert caught.value.hint == f"labctl grade --from {run} --mode formation"


def test_points_of_training_can_be_left_out() -> None:
    graded(1)
    (path,) = write_reports((1,), None, Mode.EXAM, None, ["json"], None).files
    text = path.read_text(encoding="utf-8")
    assert json.loads(text)["mode"] == "examen"
    assert "points" not in text
    assert "weight" not in text


def test_a_report_counts_blocked_points_another_way_and_judges_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = graded(1).run_dir
    exam = graded(2, EXAM).run_dir
    monkeypatch.setattr(observe, "judge", refuse_to_judge)

    (path,) = write_reports((1,), None, None, Blocked.NEUTRAL, ["json"], None).files
    (other,) = write_reports((2,), None, None, Blocked.NEUTRAL, ["json"], None).files

    assert json.loads(path.read_text("utf-8"))["blocked"] == "neutre"
    assert read_sheet(run).blocked is Blocked.PENDING
    assert json.loads(other.read_text("utf-8")) == json.loads(
        (exam / "gradesheet.json").read_text("utf-8")
    )


def test_a_sheet_is_read_back_as_it_was_written() -> None:
    exam, training = graded(1, EXAM), graded(2, part("6.2"))
    assert read_sheet(exam.run_dir) == exam.sheet
    assert read_sheet(training.run_dir) == training.sheet


def test_a_partial_run_does_not_stand_for_the_whole_one() -> None:
    whole = graded(1)
    later = graded(1, part("6"))

    chosen = choose_run(1, None)

    assert chosen.run == whole.run_dir
    assert chosen.newer == (later.run_dir,)


def test_a_collection_that_nobody_judged_is_named_beside_the_run_that_is_printed() -> None:
    whole = graded(1)
    later = collected(1)
    chosen = choose_run(1, None)
    assert (chosen.run, chosen.newer) == (whole.run_dir, (later,))


def test_a_bench_with_partial_runs_only_says_so() -> None:
    run = graded(1, part("6")).run_dir
    with pytest.raises(StoreError, match="aucun relevé entier") as caught:
        choose_run(1, None)
    assert caught.value.hint == f"labctl report --from {run}"
    assert write_reports((), run, None, None, ["json"], None).files


def test_a_bench_whose_run_was_not_judged_says_so() -> None:
    run = collected(1)
    with pytest.raises(StoreError, match="n'a pas été jugé") as caught:
        choose_run(1, None)
    assert caught.value.hint == f"labctl grade --from {run}"
    with pytest.raises(StoreError, match="n'a pas été jugé"):
        write_reports((), run, None, None, ["json"], None)


def test_of_the_newest_observation_the_last_judgement_is_printed_or_that_of_the_mode() -> None:
    old = graded(1)
    exam = graded(1, EXAM)
    (anew,) = grade_again(exam.run_dir, WHOLE)
    grade_again(old.run_dir, WHOLE)

    assert choose_run(1, None).run == anew.run_dir
    assert choose_run(1, Mode.TRAINING).run == anew.run_dir
    assert choose_run(1, Mode.EXAM).run == exam.run_dir


def test_evidence_that_changed_since_is_not_printed() -> None:
    run = graded(1).run_dir
    journal = run / "evidence" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"namespace"', b'"vm"'))

    with pytest.raises(StoreError, match="ne sont plus celles qui ont été jugées"):
        write_reports((1,), None, None, None, ["json"], None)


def test_a_sheet_stays_readable_when_the_evidence_it_names_is_gone() -> None:
    source = graded(1).run_dir
    (anew,) = grade_again(source, WHOLE)
    source.rename(source.with_name("ailleurs"))

    assert write_reports((), anew.run_dir, None, None, ["json"], None).files
    with pytest.raises(UsageError, match="n'est pas le dossier d'un relevé"):
        grade_again(anew.run_dir, WHOLE)


@pytest.mark.parametrize(
    "damage",
    [
        {"schema": "labctl/gradesheet/v9"},
        {"competencies": 3},
        {"mode": "concours"},
        {"provenance": {"outside": "x"}},
    ],
)
def test_a_damaged_sheet_is_said_to_be_one(damage: dict[str, object]) -> None:
    path = graded(1, EXAM).run_dir / "gradesheet.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | damage), encoding="utf-8")

    with pytest.raises(StoreError, match="n'a pas la forme d'un relevé jugé"):
        read_sheet(path.parent)


def test_a_sheet_of_before_provenance_is_read() -> None:
    path = graded(1, EXAM).run_dir / "gradesheet.json"
    document = json.loads(path.read_text("utf-8"))
    del document["provenance"]
    path.write_text(json.dumps(document), encoding="utf-8")
    assert not read_sheet(path.parent).provenance.partial


def test_judging_a_partial_run_whole_leaves_out_what_was_not_collected() -> None:
    source = graded(1, part("6")).run_dir

    (anew,) = grade_again(source, WHOLE)

    found = anew.verdicts.verdicts
    assert {item.verdict for item in found} == {Verdict.CONFORM}
    assert not [item for item in found if item.reason is Reason.SPEC]
    assert {item.check for item in found} >= {"K-072", "K-085"}
    known = anew.sheet.provenance
    assert known.partial
    assert known.only == ("6",)
    assert "K-057" in {check.check for check in known.outside}
    assert exit_code((anew,), strict=True) == 0


def test_what_was_not_collected_can_be_asked_and_leaves_a_person_to_decide() -> None:
    source = graded(1, part("6")).run_dir
    (anew,) = grade_again(source, part("K-057"))
    assert (anew.verdicts.verdicts, exit_code((anew,), strict=False)) == ((), 4)


def test_all_that_was_named_is_a_whole_run() -> None:
    names = [str(number) for number in range(1, 12) if number != 11]
    assert not graded(1, part(*names)).sheet.provenance.partial


def test_a_folder_that_is_no_run_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="n'est pas le dossier d'un relevé"):
        grade_again(tmp_path, WHOLE)
    with pytest.raises(UsageError, match="n'est pas le dossier d'un relevé"):
        write_reports((), tmp_path, None, None, ["json"], None)


def test_a_run_judged_anew_lies_with_the_runs_of_its_bench(tmp_path: Path) -> None:
    source = tmp_path / "clé USB"
    graded(1).run_dir.rename(source)
    (anew,) = grade_again(source, EXAM)
    assert anew.run_dir.parent == bench_runs(1)
