"""What can be done to one bench, by name: here, or over ssh on the host that carries it."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast, get_type_hints

from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.pipeline.order import Order

Act = Callable[[Order, Report], Any]

ACTS = {
    "up": "labctl.pipeline.building:build_bench",
    "reset": "labctl.pipeline.building:renew_bench",
    "down": "labctl.pipeline.lifecycle:remove_bench",
    "status": "labctl.pipeline.lifecycle:look_at_bench",
    "foresee": "labctl.pipeline.building:foresee_bench",
    "console": "labctl.pipeline.console:find_console",
    "access": "labctl.pipeline.doors:open_on",
    "access-close": "labctl.pipeline.doors:close_on",
    "access-pause": "labctl.pipeline.doors:pause_on",
    "access-resume": "labctl.pipeline.doors:resume_on",
    "access-clock": "labctl.pipeline.doors:tell_clock_on",
    "access-status": "labctl.pipeline.doors:look_on",
    "apply": "labctl.pipeline.applying:apply_on",
    "take": "labctl.pipeline.taking:take_on",
    "solve": "labctl.pipeline.solve:solve_on",
    "collect": "labctl.pipeline.observe:collect_on",
    "look": "labctl.pipeline.beside:look_on",
    "cut": "labctl.pipeline.incidents.acts:cut_on",
    "restart": "labctl.pipeline.power:restart_on",
    "incident-inject": "labctl.pipeline.incidents.acts:inject_on",
    "incident-look": "labctl.pipeline.incidents.acts:look_on",
    "incident-repair": "labctl.pipeline.incidents.acts:repair_on",
    "incident-undo": "labctl.pipeline.incidents.acts:undo_on",
    "incident-hint": "labctl.pipeline.incidents.acts:hint_on",
    "incident-read": "labctl.pipeline.incidents.acts:read_on",
    "incident-prove": "labctl.pipeline.incidents.acts:prove_on",
    "prove": "labctl.pipeline.sabotage:prove_on",
    "seal": "labctl.pipeline.seal:seal_on",
    "unseal": "labctl.pipeline.seal:unseal_on",
    "verify": "labctl.pipeline.seal:verify_on",
    "signers": "labctl.pipeline.seal:tell_signers",
    "images": "labctl.pipeline.images:build_images",
    "doctor": "labctl.pipeline.doctor:examine_host",
}


def perform(order: Order, report: Report) -> Any:
    """Do what is ordered on this machine; UsageError for an act that nobody knows."""
    return find_act(order.act)(order, report)


def result_type(act: str) -> Any:
    """Return the type of what an act returns."""
    return get_type_hints(find_act(act))["return"]


def find_act(act: str) -> Act:
    """Import what does an act; UsageError for one that nobody knows."""
    if act not in ACTS:
        known = ", ".join(ACTS)
        raise UsageError(
            _("acte inconnu : « %(name)s »") % {"name": act},
            hint=_("connus : %(known)s") % {"known": known},
        )
    module, name = ACTS[act].split(":")
    return cast("Act", getattr(import_module(module), name))
