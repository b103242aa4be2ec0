"""Progress and log lines on stderr; stages report steps, only the command line draws them."""

import logging
from collections.abc import Callable

log = logging.getLogger("labctl")

Report = Callable[[str], None]
"""How a stage tells its progress: one short French sentence per step."""


def silent(step: str) -> None:
    """Report nothing: the default of every stage, and of tests."""
    log.debug("%s", step)
