"""What Moodle's gradebook is given: one mark of 100 per competence, « - » where there is none."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from labctl.core.errors import UsageError
from labctl.grade.model import GradeSheet, Learner, Mode, Points
from labctl.reports.registry import load
from tests.sheets import make_incident, make_sheet


def sheet_of(bench: int, number: str, points: Points | None) -> GradeSheet:
    sheet = make_sheet(Mode.TRAINING, bench=bench)
    (part,) = sheet.competencies
    learner = Learner("Quelqu'un", number) if number else None
    return replace(sheet, learner=learner, competencies=(replace(part, points=points),))


def write(folder: Path, *sheets: GradeSheet) -> list[str]:
    (path,) = load("moodle").write(sheets, folder)
    return path.read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    ("points", "mark"),
    [
        (Points(Decimal(10), Decimal(10), Decimal(0)), "100.0"),
        (Points(Decimal(10), Decimal("3.333"), Decimal(0)), "33.3"),
        (Points(Decimal(10), Decimal(4), Decimal(2)), "50.0"),  # of what could be judged
        (Points(Decimal(10), Decimal(0), Decimal(0)), "0.0"),  # a zero is a mark
        (Points(Decimal(10), Decimal(0), Decimal(10)), "-"),  # nothing could be judged
        (Points(Decimal(0), Decimal(0), Decimal(0)), "-"),
        (None, "-"),  # the jury alone looks at it
    ],
)
def test_a_mark_is_of_what_could_be_judged(
    points: Points | None, mark: str, tmp_path: Path
) -> None:
    head, line = write(tmp_path, sheet_of(7, "C07", points))
    assert (head, line) == ("idnumber,5. Intervenir", f"C07,{mark}")


def test_a_competence_that_a_sheet_has_not_is_no_mark(tmp_path: Path) -> None:
    points = Points(Decimal(10), Decimal(5), Decimal(0))
    one, other = sheet_of(1, "C01", points), sheet_of(2, "C02", points)
    (part,) = other.competencies
    other = replace(other, competencies=(replace(part, number=6, title="Servir"),))
    assert write(tmp_path, one, other) == [
        "idnumber,5. Intervenir,6. Servir",
        "C01,50.0,-",
        "C02,-,50.0",
    ]


def test_nobody_gets_two_marks(tmp_path: Path) -> None:
    points = Points(Decimal(10), Decimal(5), Decimal(0))
    with pytest.raises(UsageError, match=r"« C02 » .* plusieurs bancs : 1, 5"):
        write(tmp_path, sheet_of(1, "C02", points), sheet_of(5, "C02", points))


def test_an_exam_gives_moodle_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="mode examen"):
        write(tmp_path, make_sheet(Mode.EXAM))


def test_a_learner_without_a_number_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    sheets = sheet_of(1, "C01", None), sheet_of(2, "", None)
    with pytest.raises(UsageError, match="identifiant d'apprenant : 2"):
        write(tmp_path, *sheets)
    assert list(tmp_path.iterdir()) == []


def test_a_number_is_no_formula(tmp_path: Path) -> None:
    assert write(tmp_path, sheet_of(1, "=1+1", None))[1] == "'=1+1,-"


def test_incidents_are_a_column_of_their_own(tmp_path: Path) -> None:
    points = Points(Decimal(10), Decimal(5), Decimal(0))
    one = replace(
        sheet_of(1, "C01", points),
        learner=Learner("Quelqu'un", "C01", since="2026-01-01T09:00:00Z"),
        incidents=(
            make_incident(Mode.TRAINING, points=Points(Decimal(10), Decimal(8), Decimal(0))),
            make_incident(Mode.TRAINING, points=Points(Decimal(10), Decimal(1), Decimal(0))),
            make_incident(Mode.TRAINING, shown="2026-01-01T08:00:00Z"),  # of who sat there before
        ),
    )
    assert write(tmp_path, one, sheet_of(2, "C02", points)) == [
        "idnumber,5. Intervenir,Pannes",
        "C01,50.0,45.0",
        "C02,50.0,-",
    ]
