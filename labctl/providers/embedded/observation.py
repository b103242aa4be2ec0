"""One machine as it is seen now, in words."""

from collections.abc import Iterable
from pathlib import Path

from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.providers.base import NodeStatus
from labctl.providers.embedded import network
from labctl.providers.embedded.processes import Process
from labctl.providers.embedded.runtime import Cable

READY = "run/labctl/ready"


def observe_node(name: NodeName, process: Process | None, missing: Iterable[Cable]) -> NodeStatus:
    """Return the status of a machine; one that lost a cable is not ready."""
    if process is None:
        return NodeStatus(name, alive=False, ready=False, detail=_("arrêtée"))
    lost = [network.name_cable(cable) for cable in missing if name in (cable.node, cable.peer)]
    if lost:
        detail = _("câble manquant : %(cables)s") % {"cables": ", ".join(lost)}
        return NodeStatus(name, alive=True, ready=False, detail=detail)
    if not says_ready(process):
        return NodeStatus(name, alive=True, ready=False, detail=_("démarre"))
    return NodeStatus(name, alive=True, ready=True, detail=_("en marche"))


def says_ready(process: Process) -> bool:
    """Tell whether the start of a machine reached its end."""
    return Path(f"/proc/{process.pid}/root/{READY}").exists()
