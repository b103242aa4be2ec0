"""The doors of benches, by which candidates come in: open, paused, closed."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import BenchId
from labctl.core.progress import Report
from labctl.core.secrets import Secret
from labctl.core.store import lock
from labctl.core.untrusted import inert
from labctl.grade.model import Mode
from labctl.pipeline import elsewhere, remote
from labctl.pipeline.access import access_code, note_address
from labctl.pipeline.acts import perform
from labctl.pipeline.folder import fill_folder
from labctl.pipeline.journal import find_bench_clock, find_mode, is_before_jury
from labctl.pipeline.lifecycle import GRACE_S, LOOK_S, WORKERS, hold, run_orders
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place, bench_dir, lock_path
from labctl.pipeline.sealed import require_open, require_with_candidate
from labctl.pipeline.wayin import build_way_in
from labctl.pipeline.workers import run_each
from labctl.plan.model import Plan
from labctl.providers import parts, registry
from labctl.providers.base import ClockTold, Doorkeeper, DoorStatus
from labctl.providers.profile import Ability

_OPEN_S = 600.0
"""The first way in of a computer builds its image."""
_NONE: Mapping[int, Mapping[str, Any]] = MappingProxyType({})
_MOST_OF_A_TEXT = 200_000


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the doors of benches are: an address of the host, and the port of a bench 0."""

    address: str
    first_port: int


def open_doors(
    place: Place, benches: Sequence[int], listening: Listening, mode: Mode, step: Step
) -> dict[int, Outcome[DoorStatus]]:
    """Open the ways in of benches; one that is open stays as it is.

    ProviderError where the provider has none to open; and in an exam, asked for or in an open
    session, where a candidate would be kept from the host by its kernel alone.
    """
    for bench in benches:
        registry.require(place.plan(bench).provider, Ability.WAY_IN)
        asked = Mode.EXAM if Mode.EXAM in (mode, find_mode(bench)) else mode
        _require_isolation(place.plan(bench), asked)
    for bench in benches:
        if bench_dir(bench).is_dir():  # papers that lie behind the door tell where it is
            note_address(bench, listening.address, listening.first_port + bench)
    orders = [order_door(place, bench, listening) for bench in benches]
    outcomes: dict[int, Outcome[DoorStatus]] = run_orders(orders, step, workers=WORKERS)
    for bench, outcome in outcomes.items():
        if outcome.value is not None:  # one that was open before stayed where it was
            note_address(bench, outcome.value.listen, outcome.value.port)
    return outcomes


def order_door(place: Place, bench: int, listening: Listening) -> Order:
    """Return the order to open the way in of a bench."""
    plan = place.plan(bench)
    waiting = fill_folder(place, bench, plan.route)
    options = {
        "jury": is_before_jury(bench),
        "address": listening.address,
        "port": listening.first_port + bench,
        "clock": asdict(told) if (told := find_clock(bench)) else None,
        "subject": inert(waiting.subject, _MOST_OF_A_TEXT),
        "notices": inert(waiting.notices, _MOST_OF_A_TEXT),
        "files": {at: b64encode(file).decode() for at, file in waiting.files.items()},
    }
    annexe = Secret(b64encode(waiting.annexe).decode())
    secrets = {"code": access_code(place, bench), "annexe": annexe}
    return Order("access", bench, (plan,), _OPEN_S, secrets, options)


def open_on(order: Order, report: Report) -> DoorStatus:
    """Open the way in of one bench."""
    plan = order.plan
    allowed = require_open if order.options["jury"] else require_with_candidate
    with hold(order, allowed):
        keeper = parts.load_doorkeeper(plan.provider)
        status = keeper.open(plan, build_way_in(order), report, Deadline.after(order.limit_s))
        keeper.tell_clock(BenchId(order.bench), _read_clock(order))
        return status


def close_doors(benches: Sequence[int], step: Step) -> dict[int, Outcome[bool]]:
    """End the lines and windows of benches; what was handed in is kept."""
    return _run_everywhere("access-close", benches, step)


def close_on(order: Order, _report: Report) -> bool:
    """Close the way in of one bench here; tell whether it was open."""
    with lock(lock_path(order.bench), f"labctl {order.act}"):  # sealed or not: less is open then
        keeper = _find_keeper(order.bench)
        limit = Deadline.after(order.limit_s)
        return keeper is not None and keeper.close(BenchId(order.bench), limit)


def pause_doors(benches: Sequence[int], step: Step) -> dict[int, Outcome[DoorStatus | None]]:
    """Cut the lines of benches, let nobody in, freeze what runs in windows."""
    return _run_everywhere("access-pause", benches, step)


def pause_on(order: Order, _report: Report) -> DoorStatus | None:
    """Pause the way in of one bench here; None when it is closed."""
    keeper = _find_keeper(order.bench)
    return keeper.pause(BenchId(order.bench)) if keeper else None


def resume_doors(benches: Sequence[int], step: Step) -> dict[int, Outcome[DoorStatus | None]]:
    """Give back what ``pause_doors`` took."""
    return _run_everywhere("access-resume", benches, step)


def resume_on(order: Order, _report: Report) -> DoorStatus | None:
    """Resume the way in of one bench here; None when it is closed."""
    keeper = _find_keeper(order.bench)
    return keeper.resume(BenchId(order.bench)) if keeper else None


def look_at_doors(benches: Sequence[int], step: Step) -> dict[int, Outcome[DoorStatus | None]]:
    """Look at the ways in of benches; None for one that is closed."""
    return _run_everywhere("access-status", benches, step)


def look_on(order: Order, _report: Report) -> DoorStatus | None:
    """Look at the way in of one bench here."""
    keeper = _find_keeper(order.bench)
    return keeper.status(BenchId(order.bench)) if keeper else None


def follow_session(kind: str, benches: Sequence[int]) -> dict[int, Outcome[Any]]:
    """Do with the doors of benches what an act of their session means for them, if anything."""
    acts = {"pause": "access-pause", "resume": "access-resume", "stop": "access-close"}
    if kind not in acts:
        return {}
    return _run_everywhere(acts[kind], benches, lambda _bench, _text: None)


def tell_clocks(benches: Sequence[int]) -> dict[int, Outcome[Any]]:
    """Have the menus of benches say the time of their session as it is now."""
    orders = {}
    for bench in benches:
        told = find_clock(bench)
        orders[bench] = {"clock": asdict(told) if told else None}
    return _run_everywhere("access-clock", benches, lambda _bench, _text: None, orders)


def tell_clock_on(order: Order, _report: Report) -> bool:
    """Have the menu of one bench here say the time, if its way in is open."""
    keeper = _find_keeper(order.bench)
    if keeper is not None:
        keeper.tell_clock(BenchId(order.bench), _read_clock(order))
    return keeper is not None


def find_clock(bench: int) -> ClockTold | None:
    """Return the time of the phase of a bench that is in an open session, None for no phase."""
    clock, now = find_bench_clock(bench), datetime.now(UTC)
    if clock is None or clock.is_stopped:
        return None
    left_s = clock.left_s(now)
    return ClockTold(now.timestamp(), clock.spent_s(now), left_s, not clock.is_paused)


def _read_clock(order: Order) -> ClockTold | None:
    told = order.options["clock"]
    return ClockTold(**told) if told else None


def _require_isolation(plan: Plan, mode: Mode) -> None:
    profile = registry.find(plan.provider)
    if mode is Mode.EXAM and profile.rooms.is_for_training:
        message = _("banc %(bench)02d : pas d'entrée pour un examen (%(isolation)s)")
        values = {"bench": plan.bench, "isolation": _(profile.isolation)}
        hint = _("des machines virtuelles ; ou --mode formation, si personne n'est un inconnu")
        raise ProviderError(message % values, hint=hint)


def _find_keeper(bench: int) -> Doorkeeper | None:
    """Return what keeps the open door of a bench on this machine, None when none is open."""
    for name in registry.PROVIDERS:
        if Ability.WAY_IN in registry.find(name).abilities:
            keeper = parts.load_doorkeeper(name)
            if keeper.status(BenchId(bench)) is not None:
                return keeper
    return None


def _run_everywhere(
    act: str, benches: Sequence[int], step: Step, options: Mapping[int, Mapping[str, Any]] = _NONE
) -> dict[int, Outcome[Any]]:
    """Do something with doors wherever they are: no document of theirs is needed."""
    orders = [Order(act, one, (), LOOK_S, options=options.get(one, {})) for one in benches]
    jobs = {order.bench: partial(_act_everywhere, order) for order in orders}
    deadline = Deadline.after(LOOK_S * len(benches) + GRACE_S)
    return run_each(jobs, step, workers=WORKERS, deadline=deadline)


def _act_everywhere(order: Order, report: Report) -> Any:
    here = perform(order, report)
    there = [remote.ask(host, order, report) for host in elsewhere.list_hosts(order.bench)]
    return next((each for each in (here, *there) if each), here)
