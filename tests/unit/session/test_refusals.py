"""Wrong sessions and rosters: every mistake at once, with its line and what to do."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.errors import SpecError
from labctl.pipeline.examday import load_day, read_day
from labctl.session.roster import Roster
from labctl.session.rules import build_day
from tests.golden import assert_golden
from tests.plans import ROOM, ROOT
from tests.unit.session.days import (
    ROSTER,
    SESSION,
    SHIPPED,
    lay_session,
    make_candidates,
    make_day,
)

GOLDEN = ROOT / "tests" / "golden" / "session"
KNOWN = re.compile("connus : .*")
"""Names that change with every room and cahier that ships."""
PLATEAU = "plateau: {un_par_banc: [routeurs], numeros_de_serie: {cle_ubs: [A1]}}"
FIRST = "Aimata Brillant;titre;1;J1;;C01"

CASES = {
    # of the roster
    "seat-that-does-not-exist": (ROSTER, ";16;J4", ";17;J4"),
    "double-seat": (ROSTER, "titre;2;J1", "titre;1;J1"),
    "candidate-who-judges": (ROSTER, "Tuterai Chang", "HINANO TERE"),
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
    "member-twice": (SESSION, "Alain Chevalier", "Hinano Tere"),
    "jury-without-members": (SESSION, '["Hinano Tere", "Alain Chevalier"]', "[]"),
    "unknown-room": (SESSION, "salles: [demo]", "salles: [dmeo]"),
    "same-room-twice": (SESSION, "salles: [demo]", "salles: [demo, demo]"),
    "unknown-cahier": (SESSION, "titre: {}", "titre: {cahier: tai-tp-pme-99}"),
    "route-of-no-referential": (SESSION, "titre: {}", "titre: {}, ccp9: {}"),
    "rooms-that-number-alike": (SESSION, "salles: [demo]", "salles: [demo, demo-libvirt]"),
    "reversed-hours": (SESSION, '"11:30", "14:00"', '"14:00", "11:30"'),
    "wrong-date": (SESSION, "2026-12-07", "7 décembre"),
    "wrong-part": (SESSION, '"1/3"', "30"),
    "more-than-all": (SESSION, '"1/3"', '"4/3"'),
    "unknown-modality": (SESSION, '"1/3"}', '"1/3", modalites: [QR]}'),
    "unknown-key": (SESSION, "pause_min", "pose_min"),
    "unknown-resource": (SESSION, "jurys:\n", f"{PLATEAU}\njurys:\n"),
    "no-roster": (SESSION, "candidats: demo.csv", "candidats: autre.csv"),
    "roster-not-said": (SESSION, "candidats: demo.csv", "#"),
    "roster-of-no-name": (SESSION, "candidats: demo.csv", "candidats: [demo.csv]"),
}  # fmt: skip
LATER = {
    "five-candidates-of-a-jury": (ROSTER, "titre;5;J2", "titre;5;J1"),
    "one-printer-too-few": (
        *(SESSION, "jurys:\n", "plateau: {disponible: {imprimante_multifonction: 0}}\njurys:\n"),
    ),
    "day-too-long": (SESSION, '"19:00"', '"17:00"'),
    "jury-that-leaves": (
        SESSION,
        'local: "Salle 13"',
        'local: "Salle 13", presence: ["10:00", "17:30"]',
    ),
}
"""What is well formed, and cannot be held."""


@pytest.mark.parametrize("case", [*CASES, *LATER])
def test_every_mistake_is_told_with_its_line(case: str, tmp_path: Path) -> None:
    session = lay_session(tmp_path, (CASES | LATER)[case])
    with pytest.raises(SpecError) as refused:
        load_day(str(session))
    told = refused.value.message.replace(f"{tmp_path}/", "")
    assert_golden(KNOWN.sub("connus : …", told) + "\n", GOLDEN / f"{case}.txt")


@pytest.mark.parametrize("case", LATER)
def test_what_a_session_takes_is_told_even_where_it_cannot_be_held(
    case: str, tmp_path: Path
) -> None:
    held = read_day(str(lay_session(tmp_path, LATER[case])))
    assert len(held.assessment.needs) > 10
    assert (held.timetable, held.shortfalls != ()) == (None, True)


def test_seventeen_benches_for_one_printer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = tmp_path / "inventories" / "rooms"
    rooms.mkdir(parents=True)
    text = ROOM.read_text("utf-8").replace("rangs: 4", "rangs: 5")
    macs = '{mac_ap: "02:00:00:17:00:09", mac_wifi: "02:00:00:17:00:0c"}'
    seat = f"{{num: 17, rang: 4, colonne: 0, groupe: J4, variante: B, valeurs: {macs}}}"
    (rooms / "demo.room.yml").write_text(f"{text}  - {seat}\n")
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    with pytest.raises(SpecError) as refused:
        load_day(str(lay_session(tmp_path)))
    told = refused.value.message.replace(f"{tmp_path}/", "")
    assert_golden(told + "\n", GOLDEN / "seventeen-for-one-printer.txt")


def test_a_jury_too_few_is_told_with_the_number_of_sittings(tmp_path: Path) -> None:
    seats = ((ROSTER, f";{bench};J4", f";{bench};") for bench in range(13, 17))
    session = lay_session(tmp_path, (SESSION, "  - {nom: J4", "  # - {nom: J4"), *seats)
    with pytest.raises(SpecError) as refused:
        load_day(str(session))
    told = refused.value.message.replace(f"{tmp_path}/", "")
    assert_golden(told + "\n", GOLDEN / "jury-too-few.txt")


def test_a_route_that_the_cahier_of_the_room_has_no_lot_for(tmp_path: Path) -> None:
    edits = (SESSION, "titre: {}", "titre: {}, ccp3: {}"), (ROSTER, "titre;2;J1", "ccp3;2;J1")
    with pytest.raises(SpecError) as refused:
        load_day(str(lay_session(tmp_path, *edits)))
    told = refused.value.message.replace(f"{tmp_path}/", "")
    assert_golden(told + "\n", GOLDEN / "route-without-lots.txt")


def test_candidates_of_two_routes_come_on_one_day(tmp_path: Path) -> None:
    edits = (SESSION, "titre: {}", "titre: {}, ccp1: {}"), (ROSTER, "titre;2;J1", "ccp1;2;J1")
    held = load_day(str(lay_session(tmp_path, *edits)))
    assert held.timetable is not None
    passages = [slot for slot in held.timetable.of_bench(2) if slot.jury]
    assert [(slot.modality, slot.end - slot.start) for slot in passages] == [("ET", 30)]


def test_a_jury_has_candidates_of_one_room_only() -> None:
    candidates = [replace(one, jury="J1") for one in make_candidates(2)]
    candidates[1] = replace(candidates[1], bench=60, line=3)
    day = make_day([], 1, rooms=("a", "b"))
    roster = Roster("liste.csv", tuple(candidates))
    _day, (mistake,) = build_day(day.file, roster, day.venues, day.referential)
    assert (mistake.line, mistake.rule) == (3, "jury")
    assert "la salle « a »" in mistake.message


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
