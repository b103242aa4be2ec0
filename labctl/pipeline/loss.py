"""What would be lost with a bench: the work done since its last whole run, or since it was built.

Nothing tells whether somebody worked meanwhile: configurations live in memory, databases change by
themselves. So whatever a run does not hold counts as work.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from labctl.collect.recorder import JOURNAL
from labctl.core.errors import LabctlError, StoreError
from labctl.pipeline.lifecycle import status
from labctl.pipeline.place import Place, bench_dir, list_runs
from labctl.pipeline.runs import SHEET, read_sheet
from labctl.providers.base import BenchCondition
from labctl.seal.document import read_phase


@dataclass(frozen=True, slots=True)
class Loss:
    """A bench with work that no run holds: its last whole run, empty when there is none.

    Moments are RFC 3339; ``built_at`` is empty where the bench is on another machine.
    """

    bench: int
    built_at: str = ""
    run: str = ""
    held_at: str = ""


def list_built(place: Place, benches: Sequence[int]) -> tuple[int, ...]:
    """Return those of the benches of which something exists; one that cannot be seen may."""
    return tuple(bench for bench in benches if _is_built(place, bench))


def foresee_losses(benches: Iterable[int]) -> tuple[Loss, ...]:
    """Return what would be lost with benches that exist.

    One that carries a seal is left out: other words than a question protect it.
    """
    unsealed = (bench for bench in benches if read_phase(bench_dir(bench)) is None)
    return tuple(_foresee(bench) for bench in unsealed)


def _is_built(place: Place, bench: int) -> bool:
    try:
        return status(place, (bench,))[bench].condition is not BenchCondition.ABSENT
    except LabctlError:
        return True


def _foresee(bench: int) -> Loss:
    built_at = ""
    with suppress(OSError):
        built = (bench_dir(bench) / "plan.json").stat().st_mtime
        built_at = datetime.fromtimestamp(built, UTC).isoformat(timespec="seconds")
    for run in list_runs(bench):
        held_at = _find_whole(run)
        if held_at and _is_after(held_at, built_at):
            return Loss(bench, built_at, run.name, held_at)
    return Loss(bench, built_at)


def _find_whole(run: Path) -> str:
    """Return when a whole run with evidence of its own was collected, empty for another one."""
    journal = run / "evidence" / JOURNAL
    try:
        with journal.open("rb") as lines:
            start = json.loads(lines.readline(1 << 20))
        if not (run / SHEET).exists():
            return "" if start.get("only") else str(start["at"])
        return "" if read_sheet(run).provenance.partial else str(start["at"])
    except (OSError, StoreError, ValueError, KeyError, AttributeError):
        return ""  # what cannot be read holds nothing


def _is_after(moment: str, built_at: str) -> bool:
    if not built_at:
        return True
    try:
        return datetime.fromisoformat(moment) >= datetime.fromisoformat(built_at)
    except (ValueError, TypeError):
        return False
