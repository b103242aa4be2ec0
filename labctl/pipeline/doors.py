"""The doors of benches, by which candidates come in: open, paused, closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import BenchId
from labctl.core.progress import Report
from labctl.core.store import lock
from labctl.core.untrusted import inert, one_line
from labctl.grade.model import Mode
from labctl.pipeline import elsewhere, remote
from labctl.pipeline.access import access_code, name_accounts
from labctl.pipeline.acts import perform
from labctl.pipeline.journal import find_mode
from labctl.pipeline.lifecycle import GRACE_S, LOOK_S, WORKERS, hold, run_orders
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.paper import subject_text
from labctl.pipeline.place import Place, lock_path
from labctl.pipeline.sealed import require_with_candidate
from labctl.pipeline.workers import run_each
from labctl.plan.model import Node, Plan
from labctl.providers import registry
from labctl.providers.base import Ability, Doorkeeper, DoorStatus, Doorway, WayIn
from labctl.spec.kind import Kind, load_kind
from labctl.spec.topology import NodeState

FIRST_PORT = 22000
"""The port of a bench is this one and its number."""
_OPEN_S = 600.0
"""The first way in of a computer builds its image."""
_MOST_OF_A_SUBJECT = 200_000
_GIVEN = (NodeState.TO_CONFIGURE, NodeState.EXISTING)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the doors of benches are: an address of the host, and the port of a bench 0."""

    address: str
    first_port: int = FIRST_PORT


def open_doors(
    place: Place, benches: Sequence[int], listening: Listening, mode: Mode, step: Step
) -> dict[int, Outcome[DoorStatus]]:
    """Open the ways in of benches; one that is open stays as it is.

    In an exam, asked for or in an open session, ProviderError where a candidate would be kept from
    the host by its kernel alone.
    """
    for bench in benches:
        asked = Mode.EXAM if Mode.EXAM in (mode, find_mode(bench)) else mode
        _require_isolation(place.plan(bench), asked)
    orders = [order_door(place, bench, listening) for bench in benches]
    return run_orders(orders, step, workers=WORKERS)


def order_door(place: Place, bench: int, listening: Listening) -> Order:
    """Return the order to open the way in of a bench."""
    plan = place.plan(bench)
    options = {
        "address": listening.address,
        "port": listening.first_port + bench,
        "subject": inert(subject_text(place, bench, plan.route), _MOST_OF_A_SUBJECT),
    }
    secrets = {"code": access_code(place, bench)}
    return Order("access", bench, (plan,), _OPEN_S, secrets, options)


def open_on(order: Order, report: Report) -> DoorStatus:
    """Open the way in of one bench."""
    plan = order.plan
    with hold(order, require_with_candidate):
        keeper = registry.load_doorkeeper(plan.provider)
        return keeper.open(plan, build_way_in(order), report, Deadline.after(order.limit_s))


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


def list_given(plan: Plan) -> tuple[Doorway, ...]:
    """Return the machines that the subject gives the candidate, and what is opened in each."""
    return tuple(
        Doorway(node.name, _name(node, kind), kind.login.argv, kind.login.account)
        for node in plan.nodes.values()
        if node.state in _GIVEN and node.name not in plan.delivered.machines
        for kind in (load_kind(node.kind),)
        if kind.login is not None
    )


def build_way_in(order: Order) -> WayIn:
    """Return what the candidate of a bench finds behind its port."""
    plan, (menu, depot) = order.plan, name_accounts(order.bench)
    named = {"bench": order.bench, "depot": depot, "port": order.options["port"]}
    return WayIn(
        menu=menu,
        depot=depot,
        code=order.secrets["code"],
        listen=order.options["address"],
        port=order.options["port"],
        title=_("Banc %(bench)02d") % named,
        about=one_line(plan.title),
        subject=order.options["subject"],
        words=_words(named),
        machines=list_given(plan),
    )


def _name(node: Node, kind: Kind) -> str:
    """Return a machine by its name on paper, and what it is."""
    return f"{node.hostname} — {kind.words or node.name}"


def _words(named: Mapping[str, object]) -> dict[str, object]:
    """Return what the menu says, in the language that is spoken."""
    return {
        "machines": _("Vos machines"),
        "windows": _("Vos fenêtres ouvertes : tapez leur numéro pour y revenir"),
        "watched": _("affichée sur une autre connexion"),
        "no_window": _("Cette fenêtre n'est pas ouverte."),
        "subject": _("lire le sujet"),
        "subject_key": "s",
        "tickets": _("lire les tickets (%d)"),
        "tickets_key": "t",
        "quit": _("quitter (vos fenêtres restent ouvertes)"),
        "quit_key": "q",
        "choice": _("Votre choix : "),
        "more": _("Entrée : la suite   q : le menu "),
        "unknown": _("Ce choix n'existe pas : tapez un des numéros ou lettres ci-dessus."),
        "too_many": _(
            "Toutes vos fenêtres de cette machine sont ouvertes : revenez à l'une d'elles."
        ),
        "no_terminal": _("Il faut un terminal : ssh, sans commande."),
        "help": [
            _("Dans une fenêtre, Ctrl-] revient ici sans la fermer ; « exit » la ferme."),
            _("Une fenêtre de plus de la machine 1 : tapez 1+ (quatre fenêtres au plus)."),
            _("Remettre un fichier : sftp -P %(port)d %(depot)s@… (même code)") % named,
        ],
    }


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
            keeper = registry.load_doorkeeper(name)
            if keeper.status(BenchId(bench)) is not None:
                return keeper
    return None


def _run_everywhere(act: str, benches: Sequence[int], step: Step) -> dict[int, Outcome[Any]]:
    """Do something with doors wherever they are: no document of theirs is needed."""
    jobs = {bench: partial(_act_everywhere, Order(act, bench, (), LOOK_S)) for bench in benches}
    deadline = Deadline.after(LOOK_S * len(benches) + GRACE_S)
    return run_each(jobs, step, workers=WORKERS, deadline=deadline)


def _act_everywhere(order: Order, report: Report) -> Any:
    here = perform(order, report)
    there = [remote.ask(host, order, report) for host in elsewhere.list_hosts(order.bench)]
    return next((each for each in (here, *there) if each), here)
