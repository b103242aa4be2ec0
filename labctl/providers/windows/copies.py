"""A copy of a master, whoever runs it: where the master is, when the first start is over.

Nothing here was ever seen by a Windows: ``vm_templates/windows/README.md``.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError, parse

from labctl.connect.base import Endpoint, Question, Transport
from labctl.connect.cim.winrm import open_winrm
from labctl.core import paths
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.wait import until
from labctl.plan.model import Plan
from labctl.spec.kind import load_kind

BOOT_S = 2400.0
"""Longest first start: Windows sets itself up, logs on once, and restarts."""
_LOOK_S, _EVERY_S = 30.0, 5.0
_DONE = {"hive": "HKLM", "keys": r"SOFTWARE\Labctl", "values": {"FirstLogon": "string"}}
"""What ``first-logon.ps1`` writes last."""

Look = Callable[[Endpoint, Deadline], bool]


@dataclass(frozen=True, slots=True)
class Master:
    """The master of a template and a variant, as ``images build`` prepared it."""

    name: str
    disk: Path
    bus: str


def list_windows(plan: Plan) -> frozenset[NodeName]:
    """Return the machines of a plan that are a real Windows."""
    return frozenset(node.name for node in plan.nodes.values() if load_kind(node.kind).master)


def find_master(plan: Plan, kind: str) -> Master:
    """Return the master that a machine is copied from; ProviderError when there is none."""
    folder = paths.cache_dir() / "windows" / kind / plan.variant
    disk, bus = folder / "master.qcow2", ""
    with suppress(OSError, ParseError):
        target = parse(folder / "master.xml").find("devices/disk[@device='disk']/target")  # noqa: S314  # ours
        bus = "" if target is None else target.get("bus", "")
    if not bus or not disk.is_file():
        said = _("le master de Windows de la variante %(variant)s manque : %(disk)s")
        hint = _("labctl images build %(kind)s --iso ISO : voir vm_templates/windows/README.md")
        values = {"variant": plan.variant, "disk": disk}
        raise ProviderError(said % values, hint=hint % {"kind": kind})
    return Master(f"{kind}-{plan.variant}", disk, bus)


def is_done(way: Endpoint, deadline: Deadline) -> bool:
    """Tell whether a Windows answers the audit account, its first logon over."""
    node, text = way.node, r"HKLM\SOFTWARE\Labctl"
    asked = Question(node, Transport.CIM, text, dict(_DONE), timeout_s=_LOOK_S)
    with suppress(ConnectError):
        session = open_winrm(way, deadline)
        try:
            (answer,) = session.ask((asked,), deadline)
        finally:
            session.close()
        if answer.trouble is None:
            keys = json.loads(answer.output).get("keys", {})
            return any(values.get("FirstLogon") == "done" for values in keys.values())
    return False


def await_done(way: Endpoint, deadline: Deadline, look: Look = is_done) -> None:
    """Wait until the first logon of a Windows is over; ProviderError when it is late."""
    limit = deadline.within(BOOT_S)
    if not until(lambda: look(way, limit.within(_LOOK_S)), limit, every_s=_EVERY_S):
        said = _("la machine %(name)s %(what)s")
        what = _("n’a pas fini de démarrer à temps")
        raise ProviderError(said % {"name": way.node, "what": what})
