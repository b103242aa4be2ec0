"""What learners achieved over time: facts of whole training runs, a cell per critère and run."""

from dataclasses import replace

import pytest

from labctl.core.verdict import WHOLE, CheckVerdict, Verdict
from labctl.grade.model import CriterionSheet, GradeSheet, IncidentSheet, Learner, Mode
from labctl.grade.progress import Cell, follow
from tests.sheets import make_incident, make_sheet

AIMATA = Learner("Aimata Brillant", "C01", "TAI-2026")
ELOISE = Learner("Éloïse Oopa", "C05", "TAI-2026")
OTHER = Learner("Kévin Itchner", "", "TAI-2025")


def run_of(
    learner: Learner | None, day: int, *verdicts: Verdict, assisted: bool = False
) -> GradeSheet:
    sheet = make_sheet(Mode.TRAINING)
    checks = tuple(
        CheckVerdict(f"K-{rank:03d}", "5.2", "Contrôle", 1, verdict, assisted=assisted)
        for rank, verdict in enumerate(verdicts, start=1)
    )
    (part,) = sheet.competencies
    criteria = (part.criteria[0], CriterionSheet("5.2", "Critère constaté.", checks, None))
    return replace(
        sheet,
        learner=learner,
        collected_at=f"2026-09-{day:02d}T08:00:00Z",
        competencies=(replace(part, criteria=criteria),),
    )


@pytest.mark.parametrize(
    ("verdicts", "assisted", "cell", "whole"),
    [
        ((Verdict.CONFORM, Verdict.CONFORM), False, Cell(2, 2, 0), True),
        ((Verdict.CONFORM, Verdict.NON_CONFORM), False, Cell(1, 2, 0), False),
        ((Verdict.CONFORM, Verdict.BLOCKED), False, Cell(1, 2, 0), False),
        ((Verdict.CONFORM, Verdict.UNVERIFIABLE), False, Cell(1, 1, 1), False),
        ((Verdict.CONFORM, Verdict.NOT_APPLICABLE), False, Cell(1, 1, 0), True),
        ((Verdict.UNVERIFIABLE,), False, Cell(0, 0, 1), False),
        ((Verdict.CONFORM,), True, Cell(0, 1, 0), False),
    ],
)
def test_a_cell_counts_what_was_achieved_of_what_was_judged(
    verdicts: tuple[Verdict, ...], assisted: bool, cell: Cell, whole: bool
) -> None:
    found = follow([run_of(AIMATA, 7, *verdicts, assisted=assisted)], "")
    (attempt,) = found.learners[0].attempts
    assert attempt.cells == {"5.2": cell}
    assert (cell.is_whole, attempt.achieved) == (whole, int(whole))


def test_the_share_of_a_cell_is_none_where_nothing_was_judged() -> None:
    assert (Cell(1, 2, 0).share, Cell(0, 0, 3).share) == (0.5, None)


def test_runs_are_in_order_and_learners_by_name() -> None:
    sheets = [
        run_of(OTHER, 5, Verdict.CONFORM),
        run_of(ELOISE, 9, Verdict.CONFORM),
        run_of(AIMATA, 14, Verdict.CONFORM),
        run_of(AIMATA, 7, Verdict.NON_CONFORM),
    ]
    found = follow(sheets, "")
    assert [one.learner.name for one in found.learners] == [
        "Aimata Brillant",
        "Éloïse Oopa",
        "Kévin Itchner",
    ]
    assert [attempt.achieved for attempt in found.learners[0].attempts] == [0, 1]
    assert found.criteria == (("5.2", "Critère constaté."),)


def test_only_the_group_is_followed() -> None:
    sheets = [run_of(AIMATA, 7, Verdict.CONFORM), run_of(OTHER, 7, Verdict.CONFORM)]
    assert [one.learner for one in follow(sheets, "TAI-2026").learners] == [AIMATA]
    assert follow(sheets, "personne").learners == ()


def test_partial_and_nameless_runs_are_left_out() -> None:
    partial = replace(run_of(AIMATA, 7, Verdict.CONFORM), provenance=replace(WHOLE, partial=True))
    assert follow([partial, run_of(None, 8, Verdict.CONFORM)], "").learners == ()


def test_a_number_tells_two_namesakes_apart_and_joins_two_spellings() -> None:
    sheets = [
        run_of(replace(AIMATA, name="A. Brillant"), 7, Verdict.CONFORM),
        run_of(AIMATA, 8, Verdict.CONFORM),
        run_of(replace(AIMATA, number="C99"), 9, Verdict.CONFORM),
    ]
    found = [(one.learner, len(one.attempts)) for one in follow(sheets, "").learners]
    assert found == [(AIMATA, 2), (replace(AIMATA, number="C99"), 1)]


def test_what_was_repaired_before_a_learner_sat_there_is_not_theirs() -> None:
    before = make_incident(Mode.TRAINING, "cause", repaired="2026-01-01T10:03:00Z")
    after = make_incident(
        Mode.TRAINING, "cause", shown="2026-01-01T12:00:00.000Z", repaired="2026-01-01T12:09:00Z"
    )
    sheet = run_of(replace(AIMATA, since="2026-01-01T11:00:00.000Z"), 7, Verdict.CONFORM)
    found = follow([replace(sheet, incidents=(before, after))], "")
    assert found.learners[0].best == {"P-07": 540}
    unknown = replace(sheet, learner=AIMATA, incidents=(before,))
    assert follow([unknown], "").learners[0].best == {"P-07": 120}


def test_the_best_time_of_each_learner_and_of_the_group_by_incident() -> None:
    def repaired(at: str, **changes: str) -> IncidentSheet:
        return make_incident(Mode.TRAINING, "cause", repaired=f"2026-01-01T10:{at}Z", **changes)

    slow, fast = repaired("20:00"), repaired("09:30")
    partial = replace(WHOLE, only=("5.2",), partial=True)
    helped = repaired("02:00", helped="2026-01-01T10:01:30Z")
    found = follow(
        [
            replace(run_of(AIMATA, 7, Verdict.CONFORM), incidents=(slow, helped)),
            replace(run_of(AIMATA, 8, Verdict.CONFORM), incidents=(fast,), provenance=partial),
            replace(run_of(ELOISE, 7, Verdict.CONFORM), incidents=(repaired("15:00"),)),
            replace(run_of(OTHER, 7, Verdict.CONFORM), incidents=(repaired("03:00"),)),
            replace(run_of(None, 7, Verdict.CONFORM), incidents=(repaired("02:00"),)),
        ],
        "TAI-2026",
    )
    assert found.incidents == (("P-07", "cause"),)
    assert [one.best for one in found.learners] == [{"P-07": 510}, {"P-07": 840}]
    assert found.best("P-07") == 510
    assert follow([run_of(AIMATA, 7, Verdict.CONFORM)], "").incidents == ()
