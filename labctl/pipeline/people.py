"""Who sits at a bench in training: noted by ``up --roster``, kept with each run.

An exam has no such note: its benches are known by their numbers, its people by the session.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from labctl.core.clock import timestamp
from labctl.core.errors import SpecError, StoreError
from labctl.core.i18n import _
from labctl.core.paths import state_dir
from labctl.core.store import read_json, write_json
from labctl.grade.model import Learner
from labctl.pipeline.examday import load_roster
from labctl.pipeline.place import Place

SCHEMA = "labctl/person/v1"
NOTE = "person.json"
KEYS = ("name", "number", "group", "since")


def read_class(path: Path, place: Place) -> dict[int, Learner]:
    """Return who sits at each bench of a roster; SpecError with every mistake of it."""
    roster, mistakes = load_roster(path)
    known = ", ".join(map(str, place.room.benches))
    strange = tuple(
        roster.mistake(
            one,
            _("la salle « %(room)s » n'a pas de banc %(bench)d")
            % {"room": place.room.id, "bench": one.bench},
            rule="banc",
            hint=_("bancs : %(names)s") % {"names": known},
        )
        for one in roster.candidates
        if one.bench not in place.room.benches
    )
    if mistakes or strange:
        raise SpecError(tuple(sorted((*mistakes, *strange))))
    return {one.bench: Learner(one.name, one.number, one.group) for one in roster.candidates}


def seat_class(people: Mapping[int, Learner], benches: Iterable[int]) -> None:
    """Note who sits at these benches; whom the list has elsewhere left the bench of before."""
    if not people:
        return
    now = {_who(one): bench for bench, one in people.items()}
    noted = [int(path.stem) for path in _folder().glob("[0-9][0-9]*.json")]
    for bench, one in list_learners(noted).items():
        if now.get(_who(one), bench) != bench:
            forget_learner(bench)
    for bench in sorted({*benches} & people.keys()):
        seat_learner(bench, people[bench])


def seat_learner(bench: int, learner: Learner) -> None:
    """Note who sits at a bench and since when, until ``down`` or another roster."""
    there = _read(_file(bench))
    since = there.since if there is not None and there == learner else timestamp()
    _write(_file(bench), replace(learner, since=since))


def forget_learner(bench: int) -> None:
    """Forget who sat at a bench."""
    _file(bench).unlink(missing_ok=True)


def list_learners(benches: Iterable[int]) -> dict[int, Learner]:
    """Return who sits at each bench, where it was said."""
    found = ((bench, _read(_file(bench))) for bench in benches)
    return {bench: learner for bench, learner in found if learner is not None}


def keep_with_runs(runs: Mapping[int, Path]) -> None:
    """Lay the note of who sits at each bench into its new run."""
    for bench, learner in list_learners(runs).items():
        _write(runs[bench] / NOTE, learner)


def read_learner(run: Path) -> Learner | None:
    """Return whose a run is, None where nobody said it."""
    return _read(run / NOTE)


def _write(path: Path, learner: Learner) -> None:
    write_json(path, {"schema": SCHEMA, **asdict(learner)})


def _read(path: Path) -> Learner | None:
    if not os.access(path, os.R_OK):  # names are root's alone: whoever is not sees benches only
        return None
    document: Any = read_json(path)
    if isinstance(document, dict) and document.get("schema") == SCHEMA:
        return Learner(*(str(document.get(key, "")) for key in KEYS))
    said = _("« %(path)s » ne dit plus qui est au banc") % {"path": path}
    raise StoreError(said, hint=_("effacez-le, puis labctl up --roster"))


def _who(learner: Learner) -> str:
    return learner.number or learner.name


def _folder() -> Path:
    return state_dir() / "people"


def _file(bench: int) -> Path:
    return _folder() / f"{bench:02d}.json"
