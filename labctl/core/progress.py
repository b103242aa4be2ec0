"""Progress and log lines on stderr; stages report steps, only the command line draws them."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

log = logging.getLogger("labctl")

T = TypeVar("T")
_EVERY_S = 10.0

Report = Callable[[str], None]
"""How a stage tells its progress: one short French sentence per step."""


def silent(step: str) -> None:
    """Report nothing: the default of every stage, and of tests."""
    log.debug("%s", step)


def counted(items: Sequence[T], report: Report, text: str) -> Iterator[T]:
    """Yield each item; say how many are done where that takes long, every 10 s at most.

    ``text`` has ``%(done)d`` and ``%(count)d``.
    """
    said = time.monotonic()
    for done, item in enumerate(items):
        if time.monotonic() - said >= _EVERY_S:
            said = time.monotonic()
            report(text % {"done": done, "count": len(items)})
        yield item
