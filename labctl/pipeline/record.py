"""Record what a machine answers, scrubbed: a test for who develops, evidence of what was seen."""

from pathlib import Path

from labctl.collect.recording import Made, is_taken, list_recorded, write_recording
from labctl.connect.base import Transport
from labctl.core.errors import InfrastructureError, StoreError, UsageError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.facts.registry import name_key
from labctl.pipeline.observe import collect_facts
from labctl.pipeline.outcome import Step
from labctl.pipeline.place import Place
from labctl.spec.kind import load_kind


def record(place: Place, bench: int, machine: str, folder: Path, step: Step) -> Made:
    """Ask a machine everything that any subject asks of it, and write it scrubbed to a new folder.

    UsageError for a machine that is asked nothing over CIM, StoreError for a folder that exists.
    """
    plan = place.plan(bench)
    asked = [name for name in plan.nodes if _is_asked(plan.nodes[name].kind)]
    if machine not in asked:
        raise UsageError(
            _("labctl ne demande rien à « %(name)s » par WinRM") % {"name": machine},
            hint=_("machines : %(names)s") % {"names": ", ".join(asked) or "–"},
        )
    if is_taken(folder):
        raise StoreError(_("« %(folder)s » existe déjà") % {"folder": folder})
    node = NodeName(machine)
    keys = sorted(map(name_key, list_recorded(plan, node)))
    outcome = collect_facts(place, bench, keys, step)
    if outcome.value is None:
        raise InfrastructureError(outcome.message, hint=outcome.hint)
    return write_recording(outcome.value, node, folder)


def _is_asked(kind: str) -> bool:
    return any(way.protocol == Transport.CIM for way in load_kind(kind).ways)
