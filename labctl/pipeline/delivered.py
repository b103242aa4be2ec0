"""The mark of a bench on which all that it is delivered with was seen to work.

It lies in the bench's own folder, so that building the bench removes it: whatever is killed before
the mark is there is delivered again.
"""

from collections.abc import Sequence
from pathlib import Path

from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.store import remove, write_json
from labctl.pipeline.place import bench_dir
from labctl.plan.model import Plan

SCHEMA = "labctl/delivered/v1"


def is_delivered(plan: Plan) -> bool:
    """Tell whether nothing is to be delivered on a bench, or all of it was."""
    return not plan.delivered.topics or _mark(plan.bench).exists()


def require_delivered(plan: Plan) -> None:
    """Raise ProviderError when a bench lacks what it is to be delivered with."""
    if not is_delivered(plan):
        said = _("le banc %(bench)02d n'a pas encore tout ce qui lui est livré en état de marche")
        raise ProviderError(said % {"bench": plan.bench}, hint=f"labctl up {plan.bench}")


def note_delivery(bench: int, checks: Sequence[str]) -> None:
    """Note that all of it works, and by which checks that was seen."""
    write_json(_mark(bench), {"schema": SCHEMA, "checks": list(checks)})


def forget_delivery(bench: int) -> None:
    """Note that a bench lacks some of what it is delivered with."""
    remove(_mark(bench))


def _mark(bench: int) -> Path:
    return bench_dir(bench) / "delivered.json"
