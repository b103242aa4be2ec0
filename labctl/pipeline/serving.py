"""The other end of ``remote``: one order from standard input, its progress and result as lines.

Standard input stays open as long as whoever ordered is there; when it ends, so does the work.
"""

import base64
import json
import os
import select
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from labctl.core.deadline import Deadline
from labctl.core.errors import Interrupted, LabctlError
from labctl.core.i18n import _
from labctl.pipeline.acts import perform, result_type
from labctl.pipeline.order import Order, from_line
from labctl.pipeline.outcome import Outcome
from labctl.pipeline.remote import PART
from labctl.pipeline.workers import run_each

MOST_BYTES = 64 << 20
GRACE_S = 5.0

Say = Callable[[dict[str, object]], None]


def serve() -> int:
    """Do what one order asks; return 0 when it was answered, whatever the answer."""
    stdin = sys.stdin.buffer
    _say({"hello": "labctl"})  # nothing is ordered before
    try:
        order = from_line(stdin.readline(MOST_BYTES))
    except LabctlError as exc:
        _answer({"failed": _failure(Outcome(None, exc.message, exc.hint, exc.exit_code))})
        return 0
    outcomes = run_each(
        {order.bench: partial(perform, order)},
        partial(_step, stdin.fileno()),
        workers=1,
        deadline=Deadline.after(order.limit_s + GRACE_S),
    )
    outcome = outcomes[order.bench]
    _answer(_result(order, outcome.value) if outcome.ok else {"failed": _failure(outcome)})
    return 0


def _step(stdin: int, _bench: int, text: str) -> None:
    """Tell a step; Interrupted when nobody is there to hear it."""
    if select.select((stdin,), (), (), 0)[0] and not os.read(stdin, 1):
        raise Interrupted(_("interrompu"))
    if text:
        _say({"step": text})


def _result(order: Order, value: Any) -> dict[str, object]:
    from pydantic import TypeAdapter

    if not isinstance(value, Path):
        plain = TypeAdapter(result_type(order.act)).dump_python(value, mode="json")
        return {"value": plain}
    files = {
        str(path.relative_to(value)): base64.b64encode(path.read_bytes()).decode()
        for path in sorted(value.rglob("*"))
        if path.is_file()
    }
    return {"value": value.name, "files": files}


def _failure(outcome: Outcome[Any]) -> dict[str, object]:
    return {"message": outcome.message, "hint": outcome.hint, "code": outcome.exit_code}


def _answer(result: dict[str, object]) -> None:
    text = json.dumps(result)
    for at in range(0, len(text), PART):
        _say({"part": text[at : at + PART]})
    _say({"end": True})


def _say(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
