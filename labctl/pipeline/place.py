"""Which room, which cahier, which plans: read and checked before anything is touched."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from labctl.core.errors import SpecError, UsageError
from labctl.core.i18n import _
from labctl.core.paths import list_content, runs_dir, state_dir
from labctl.plan.build import build_plan
from labctl.plan.model import Plan
from labctl.spec.cahier import Cahier, load_cahier
from labctl.spec.lint import lint, validate_cahier, validate_room
from labctl.spec.room import Room, load_room

_RUN = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True)
class Place:
    """A room and the cahier its benches are built from."""

    room: Room
    cahier: Cahier

    def plan(self, bench: int) -> Plan:
        """Return the plan of one bench."""
        return build_plan(self.cahier, self.room, bench)

    def patience(self, benches: Iterable[int]) -> float:
        """Return how many times its usual time an act on any of these benches may take."""
        return max((self.plan(bench).patience for bench in benches), default=1.0)

    def one_plan_per_host(self) -> tuple[Plan, ...]:
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


def _access(plan: Plan) -> str:
    return plan.hosting.access if plan.hosting else ""


def load_place(room: str, cahier: str | None) -> Place:
    """Read a room and its cahier, by name or path; SpecError with every mistake of both."""
    room_path = find_file(room, "rooms", ".room.yml")
    loaded_room = load_room(room_path)
    name = cahier or loaded_room.document.cahier
    cahier_path = find_file(name, "cahiers", ".cdc.yml")
    try:
        loaded_cahier = load_cahier(cahier_path)
        mistakes = lint(loaded_cahier, loaded_room)
    except SpecError as exc:  # its form is wrong: say what its sense is worth, and the room's
        mistakes = validate_cahier(cahier_path) + validate_room(room_path, cahier_path)
        raise SpecError(mistakes or exc.mistakes) from exc
    if mistakes:
        raise SpecError(mistakes)
    return Place(loaded_room, loaded_cahier)


def find_file(name: str, folder: str, suffix: str) -> Path:
    """Return the file of a name of ``inventories/<folder>``, or of a path; UsageError otherwise."""
    if name.endswith(".yml") or "/" in name:
        return Path(name)
    known = list_content(f"inventories/{folder}", f"*{suffix}")
    try:
        return known[name + suffix]
    except KeyError:
        names = ", ".join(sorted(file.removesuffix(suffix) for file in known)) or "–"
        raise UsageError(
            _("« %(name)s » n'est pas connu") % {"name": name},
            hint=_("connus : %(names)s ; ou le chemin d'un fichier %(suffix)s")
            % {"names": names, "suffix": suffix},
        ) from None


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
    runs = sorted(_list_runs(bench).items(), reverse=True)
    return next((run for _at, run in runs if (run / "evidence/journal.jsonl").exists()), None)


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
