"""What protects a machine is on where its parts are."""

from collections.abc import Iterator

from checks.protection.demand import Protection
from labctl.api import Remark, View, _, rule


@rule("protection-contradictoire", reads=Protection)
def find_contradictory_antivirus(asked: Protection, _view: View) -> Iterator[Remark]:
    """Nothing protects in real time without an antivirus."""
    if asked.antivirus.real_time and not asked.antivirus.active:
        said = _("la protection en temps réel demande un antivirus actif")
        yield Remark(asked.antivirus, "active", said)
