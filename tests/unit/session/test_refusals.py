"""Wrong sessions and rosters: every mistake at once, with its line and what to do."""

from pathlib import Path

import pytest

from labctl.core.errors import SpecError
from labctl.pipeline.examday import load_day
from tests.golden import assert_golden
from tests.plans import ROOT
from tests.unit.session.days import ROSTER, SESSION, SHIPPED, lay_session

GOLDEN = ROOT / "tests" / "golden" / "session"
FIRST = "Aimata Brillant;titre;1;J1;;C01"

CASES = {
    # of the roster
    "seat-that-does-not-exist": (ROSTER, ";16;J4", ";17;J4"),
    "double-seat": (ROSTER, "titre;2;J1", "titre;1;J1"),
    "no-seat": (ROSTER, "titre;2;J1", "titre;;J1"),
    "unknown-jury": (ROSTER, "13;J4", "13;J5"),
    "unknown-route": (ROSTER, "Tuterai Chang;titre", "Tuterai Chang;tire"),
    "unknown-accommodation": (ROSTER, "3;J1;tiers-temps", "3;J1;tier temps"),
    "same-person": (ROSTER, "Tuterai Chang;titre;2;J1;;C02", "aimata brillant;titre;2;J1;;"),
    "same-number": (ROSTER, ";C02", ";C01"),
    "nobody": (ROSTER, (SHIPPED / ROSTER).read_text("utf-8").partition("\n")[2], ""),
    "misspelt-column": (ROSTER, ";place;", ";plase;"),
    "double-column": (ROSTER, ";jury;", ";place;"),
    "other-separator-inside": (ROSTER, FIRST, "Aimata;Brillant;titre;1;J1;;C01"),
    "open-quote": (ROSTER, FIRST, f'"{FIRST}'),
    "control-character": (ROSTER, "Aimata", "Ai\u202emata"),
    # of the session
    "jury-in-two-rooms": (SESSION, "nom: J2", "nom: J1"),
    "member-of-two-juries": (SESSION, "Hinano Tere", "Tehani Mana"),
    "jury-without-members": (SESSION, '["Hinano Tere", "Alain Chevalier"]', "[]"),
    "unknown-room": (SESSION, "salles: [demo]", "salles: [dmeo]"),
    "same-room-twice": (SESSION, "salles: [demo]", "salles: [demo, demo]"),
    "unknown-cahier": (SESSION, "titre: {}", "titre: {cahier: tai-tp-pme-99}"),
    "route-of-no-referential": (SESSION, "titre: {}", "titre: {}, ccp9: {}"),
    "reversed-hours": (SESSION, '"11:30", "14:00"', '"14:00", "11:30"'),
    "wrong-date": (SESSION, "2026-12-07", "7 décembre"),
    "wrong-part": (SESSION, '"1/3"', "30"),
    "more-than-all": (SESSION, '"1/3"', '"4/3"'),
    "unknown-modality": (SESSION, '"1/3"}', '"1/3", modalites: [QR]}'),
    "unknown-key": (SESSION, "pause_min", "pose_min"),
    "no-roster": (SESSION, "candidats: demo.csv", "candidats: autre.csv"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_every_mistake_is_told_with_its_line(case: str, tmp_path: Path) -> None:
    session = lay_session(tmp_path, CASES[case])
    with pytest.raises(SpecError) as refused:
        load_day(str(session))
    told = refused.value.message.replace(f"{tmp_path}/", "")
    assert_golden(told + "\n", GOLDEN / f"{case}.txt")


def test_mistakes_of_both_files_are_told_together(tmp_path: Path) -> None:
    edits = (
        (SESSION, "nom: J2", "nom: J1"),
        (SESSION, "titre: {}", "titre: {}, ccp9: {}"),
        (ROSTER, FIRST, ";tire;0;J9;x;C02"),
        (ROSTER, "2;J1;;C02", "20;J7;;C02"),
    )
    with pytest.raises(SpecError) as refused:
        load_day(str(lay_session(tmp_path, *edits)))
    told = refused.value.message.replace(f"{tmp_path}/", "")
    assert_golden(told + "\n", GOLDEN / "several-at-once.txt")
