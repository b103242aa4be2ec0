"""Which room, which cahier, which plans: read and checked before anything is touched."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from labctl.core.errors import SpecError, UsageError
from labctl.core.i18n import _
from labctl.core.once import reading_once
from labctl.core.paths import content_roots, list_content, runs_dir, state_dir
from labctl.pipeline.exam import find_exams
from labctl.pipeline.route import Home, read_home, read_route
from labctl.plan.model import Plan
from labctl.providers.registry import list_room_rules
from labctl.spec.cahier import Cahier, load_cahier
from labctl.spec.lint import (
    check_room,
    lint,
    list_refusals,
    validate_cahier,
    validate_room,
)
from labctl.spec.room import Room, load_room

CAHIERS, ROOMS = ("cahiers", ".cdc.yml"), ("rooms", ".room.yml")
SESSIONS = ("sessions", ".session.yml")
"""Folder below inventories, and how its files end."""
_RUN = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True)
class Place:
    """A room and the cahier its benches are built from."""

    room: Room
    cahier: Cahier
    _plans: dict[tuple[int, str], Plan] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def plan(self, bench: int, route: str = "") -> Plan:
        """Return the plan of one bench, for a route or for the one that it was built for."""
        from labctl.plan.build import build_plan  # many a file is read that no plan is made of

        known = read_route(bench)
        chosen = route or (known if known in self.cahier.routes else "")
        key = (bench, chosen)
        if key not in self._plans:  # every verb asks for it several times
            self._plans[key] = build_plan(self.cahier, self.room, bench, chosen)
        return self._plans[key]

    @property
    def home(self) -> Home:
        """Return what a bench that is built here says of it."""
        room, cahier = self.room.source.file, self.cahier.source.file
        return Home(
            self.room.id, str(Path(room).absolute()), self.cahier.id, str(Path(cahier).absolute())
        )

    def patience(self, benches: Iterable[int]) -> float:
        """Return how many times its usual time an act on any of these benches may take."""
        return max((self.plan(bench).patience for bench in benches), default=1.0)

    def one_plan_per_host(self) -> "tuple[Plan, ...]":
        """Return the plan of the first bench of each host that is another machine."""
        first: dict[str, Plan] = {}
        for plan in map(self.plan, self.room.benches):
            if access := _access(plan):
                first.setdefault(access, plan)
        return tuple(first.values())

    def has_benches_here(self) -> bool:
        """Tell whether this machine carries a bench of the room."""
        return any(not _access(self.plan(bench)) for bench in self.room.benches)

    def one_bench_per_variant(self) -> tuple[int, ...]:
        """Return the first bench of each variant that the room uses."""
        first: dict[str, int] = {}
        for bench in self.room.benches:
            first.setdefault(self.room.variant_of(bench), bench)
        return tuple(first.values())


def _access(plan: "Plan") -> str:
    return plan.hosting.access if plan.hosting else ""


@reading_once()
def load_place(room: str, cahier: str | None) -> Place:
    """Read a room and its cahier, by name or path; SpecError with every mistake of both.

    A cahier that is named is used in any room, whatever cahier the room is for.
    """
    room_path = find_file(room, *ROOMS)
    providers = list_room_rules()
    loaded_room = load_room(room_path, providers)
    cahier_path = find_file(cahier, *CAHIERS) if cahier else _cahier_of(loaded_room)
    try:
        loaded_cahier = load_cahier(cahier_path)
        if cahier:
            loaded_room = loaded_room.lend_to(loaded_cahier)
        exams = find_exams(loaded_cahier.source)
        mistakes = list_refusals(lint(loaded_cahier, loaded_room, exams))
    except SpecError as exc:  # its form is wrong: say what its sense is worth, and the room's
        other = None if cahier else cahier_path
        found = validate_cahier(cahier_path, find_exams)
        found += validate_room(room_path, providers, other)
        raise SpecError(list_refusals(found) or exc.mistakes) from exc
    if mistakes:
        raise SpecError(mistakes)
    return Place(loaded_room, loaded_cahier)


def find_place(
    room: str,
    cahier: str | None,
    benches: Iterable[int],
    typed: Collection[str],
    *,
    may_move: bool = False,
) -> Place:
    """Return where benches are: the room and the cahier that were typed, else those of the benches.

    Raises UsageError for benches of several rooms, and for one that was built elsewhere than what
    was typed says, unless it ``may_move``: ``up`` looks whether something of it is left.
    """
    homes = {bench: home for bench in benches if (home := read_home(bench)).room}
    if "--room" not in typed and homes:
        first = next(iter(homes.values()))
        room = first.room_file if Path(first.room_file).is_file() else first.room
    here = load_place(room, cahier)
    lent = [home for home in homes.values() if home.room == here.room.id]
    theirs = {home.cahier_file for home in lent if home.cahier != here.cahier.id}
    if "--cahier" not in typed and len(theirs) == 1 and Path(min(theirs)).is_file():
        here = load_place(room, min(theirs))
    for bench in homes if not may_move else ():
        require_home(here, bench)
    return here


def is_elsewhere(place: Place, bench: int) -> bool:
    """Tell whether a bench was built in another room, or from another cahier."""
    home = read_home(bench)
    return bool(home.room) and (home.room, home.cahier) != (place.room.id, place.cahier.id)


def require_home(place: Place, bench: int) -> None:
    """Raise UsageError for a bench that was built in another room, or from another cahier."""
    if is_elsewhere(place, bench):
        home = read_home(bench)
        said = _(
            "le banc %(bench)02d est de la salle « %(room)s », cahier « %(cahier)s », pas de"
            " « %(other)s », cahier « %(asked)s »"
        )
        values = {"bench": bench, "room": home.room, "cahier": home.cahier}
        values |= {"other": place.room.id, "asked": place.cahier.id}
        hint = _(
            "sans --room ni --cahier, labctl prend ceux du banc, une commande par salle ;"
            " labctl down %(bench)d, puis up, l'en change"
        )
        raise UsageError(said % values, hint=hint % values)


def _cahier_of(room: Room) -> Path:
    """Return the file of the cahier that a room names."""
    known = list_names(*CAHIERS)
    try:
        return known[room.document.cahier]
    except KeyError:
        raise SpecError(check_room(room.source, list_room_rules(), None, known)) from None


def find_file(name: str, folder: str, suffix: str) -> Path:
    """Return the file of a name of ``inventories/<folder>``, or of a path; UsageError otherwise."""
    if name.endswith(".yml") or "/" in name:
        return Path(name)
    known = list_names(folder, suffix)
    try:
        return known[name]
    except KeyError:
        message = _("« %(name)s » n'est pas connu") % {"name": name}
        raise UsageError(message, hint=_explain_place(name, folder, suffix)) from None


def list_names(folder: str, suffix: str) -> dict[str, Path]:
    """Return every file of ``inventories/<folder>`` by its name, the centre's own first."""
    found = list_content(f"inventories/{folder}", f"*{suffix}")
    return {file.removesuffix(suffix): path for file, path in sorted(found.items())}


def _explain_place(name: str, folder: str, suffix: str) -> str:
    """Return which files there are, or where one that was laid elsewhere belongs."""
    for root in content_roots():
        wanted = root / "inventories" / folder / f"{name}{suffix}"
        for found in (root / wanted.name, root / "inventories" / wanted.name):
            if found.is_file():
                said = _("%(found)s n'est pas à sa place : déplacez-le en %(wanted)s")
                return said % {"found": found, "wanted": wanted}
    names = ", ".join(list_names(folder, suffix)) or "–"
    said = _("connus : %(names)s ; ou le chemin d'un fichier %(suffix)s")
    return said % {"names": names, "suffix": suffix}


def choose_benches(place: Place, wanted: Iterable[int]) -> tuple[int, ...]:
    """Return the wanted benches; UsageError, naming the room's, when one is not in it."""
    chosen = tuple(wanted)
    unknown = [str(bench) for bench in chosen if bench not in place.room.benches]
    if unknown:
        known = f"{min(place.room.benches)}-{max(place.room.benches)}"
        raise UsageError(
            _("la salle « %(room)s » n'a pas de banc %(unknown)s")
            % {"room": place.room.id, "unknown": ", ".join(unknown)},
            hint=_("bancs de la salle : %(known)s") % {"known": known},
        )
    return chosen


def bench_dir(bench: int) -> Path:
    """Return the folder of a bench's state."""
    return state_dir() / "benches" / f"{bench:02d}"


def bench_runs(bench: int) -> Path:
    """Return the folder of a bench's runs, one sub-folder each, named by its time."""
    return runs_dir() / f"{bench:02d}"


def new_run(bench: int) -> Path:
    """Return the folder of a run that begins now.

    Its name comes after those of all runs before it, also when the clock went back meanwhile.
    """
    times = (at + timedelta(microseconds=1) for at in _list_runs(bench))
    return bench_runs(bench) / max([datetime.now(UTC), *times]).strftime(_RUN)


def latest_run(bench: int) -> Path | None:
    """Return the newest run of a bench that was collected to its end."""
    return next(
        (run for run in list_runs(bench) if (run / "evidence/journal.jsonl").exists()), None
    )


def list_runs(bench: int) -> tuple[Path, ...]:
    """Return the runs of a bench, the newest first, ended or not."""
    return tuple(run for _at, run in sorted(_list_runs(bench).items(), reverse=True))


def _list_runs(bench: int) -> dict[datetime, Path]:
    """Return the runs of a bench by their time; what a person laid beside them is none."""
    found = {}
    for run in bench_runs(bench).glob("*"):
        with suppress(ValueError):
            found[datetime.strptime(run.name, _RUN).replace(tzinfo=UTC)] = run
    return found


def lock_path(bench: int) -> Path:
    """Return the lock of a bench, which every verb that touches it holds."""
    return bench_dir(bench) / "lock"
