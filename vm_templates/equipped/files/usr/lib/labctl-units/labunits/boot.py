"""What a start of the machine does last: the services that somebody enabled are started."""

import os
import sys
from collections.abc import Sequence

from labunits import journal, manager, unit
from labunits.unit import UnitError


def main(skip: Sequence[str]) -> int:
    """Start every enabled service but those that the machine has started by itself."""
    units = []
    for name in unit.list_enabled(tuple(f"{stem}.service" for stem in skip)):
        try:
            units.append(unit.load(name))
        except UnitError as exc:
            _say(f"{name}: {exc}")
    for each in manager.order(units):
        try:
            manager.start(each)
        except UnitError as exc:
            _say(f"{each.name}: {exc}")
    return 0


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    journal.send("systemctl", os.getpid(), text, journal.ERROR)
