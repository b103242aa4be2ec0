"""Sessions for the tests: the shipped one with one text in place of another, or made of numbers."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from labctl.pipeline.exam import load_referential
from labctl.session.document import read_session
from labctl.session.roster import Candidate, Roster
from labctl.session.rules import ExamDay, Venue, build_day
from labctl.spec.loader import Source, Value
from labctl.spec.referential import Referential
from tests.plans import ROOT

SHIPPED = ROOT / "inventories" / "sessions"
ROSTER = "demo.csv"
SESSION = "demo.session.yml"
Edit = tuple[str, str, str]
"""In which file, what, and what to write instead."""
BLOCKS: tuple[Value, ...] = (
    {"intitule": "Lecture des dossiers", "duree_min": 20, "quand": "avant"},
    {"intitule": "Grille", "duree_min": 5, "quand": "apres_chaque_passage"},
    {"intitule": "Délibération", "duree_min": 30, "quand": "apres"},
)


def lay_session(folder: Path, *edits: Edit) -> Path:
    """Copy the shipped session and its roster, edited; return the file of the session."""
    for name in (SESSION, ROSTER):
        text = (SHIPPED / name).read_text("utf-8")
        for file, old, new in edits:
            if file == name:
                assert old in text, f"{old!r} is not in {name}"
                text = text.replace(old, new, 1)
        (folder / name).write_text(text, "utf-8")
    return folder / SESSION


def make_day(
    candidates: Sequence[Candidate],
    juries: int,
    hours: Mapping[str, Value] | None = None,
    *,
    blocks: tuple[Value, ...] = BLOCKS,
    rooms: Sequence[str] = ("demo",),
    referential: Referential | None = None,
) -> ExamDay:
    """Return a session of so many juries; benches 1 to 99 are shared out among the rooms."""
    exam = referential or load_referential("tai")
    routes: dict[str, Value] = {name: {} for name in exam.routes}
    tree: dict[str, Value] = {
        **{"schema": "labctl/session/v1", "id": "essai", "titre": "Essai", "mode": "formation"},
        **{"date": "2026-12-07", "responsable": "Personne", "salles": tuple(rooms)},
        **{"parcours": routes, "candidats": "essai.csv", "temps_jury": blocks},
        "horaires": {"debut": "07:00", **(hours or {})},
        "jurys": tuple(
            {"nom": f"J{rank}", "membres": (f"Membre {rank}",), "local": f"Salle {rank}"}
            for rank in range(1, juries + 1)
        ),
    }
    file, mistakes = read_session(Source("essai.session.yml", tree, {}, {}))
    assert (file is not None, mistakes) == (True, ())
    share = -(-99 // len(rooms))
    venues = [
        Venue(
            room,
            tuple(range(1 + rank * share, min(99, (rank + 1) * share) + 1)),
            dict.fromkeys(exam.routes, True),
            dict.fromkeys(exam.routes, "cahier"),
        )
        for rank, room in enumerate(rooms)
    ]
    assert file is not None
    day, wrong = build_day(file, Roster("essai.csv", tuple(candidates)), venues, exam)
    assert wrong == ()
    return day


def make_candidates(count: int, route: str = "titre", extra: Sequence[int] = ()) -> list[Candidate]:
    """Return so many candidates, those of some benches with a third more time."""
    return [
        Candidate(
            f"Personne {bench}",
            bench,
            route,
            accommodations=("tiers-temps",) if bench in extra else (),
        )
        for bench in range(1, count + 1)
    ]
