"""A libvirtd of the tests' own, in namespaces that nobody else sees, and a small bench for it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.plan.model import Link, Plan
from labctl.spec.topology import End
from tests.libvirt.pki import write_pki
from tests.plans import ROOT, host_of_machines, plan_of

SCRIPT = str(ROOT / "tests" / "libvirt" / "private-libvirtd")
POSTE, PROBE, JURY = NodeName("poste"), NodeName("sonde_bureautique"), NodeName("jury")


@contextmanager
def open_daemon(name: str) -> Iterator[str]:
    """Give the URI of a libvirtd of this name; what is missing for it fails."""
    lacking = [name for name in ("libvirtd", "qemu-system-x86_64") if shutil.which(name) is None]
    lacking += [] if find_spec("libvirt") else ["libvirt-python"]
    if lacking:
        pytest.fail(f"{', '.join(lacking)}: make setup-libvirt")
    folder = f"/run/labctl/{name}-{os.getpid()}"  # a socket's path is short
    write_pki(Path(folder, "pki"))
    yield command.run((SCRIPT, "start", folder), Deadline.after(60)).stdout.strip()
    command.run((SCRIPT, "stop", folder), Deadline.after(60))


def lone_plan(uri: str, bench: int = 1) -> Plan:
    """Return the plan of a bench with one virtual machine, on one cable with one probe."""
    plan = plan_of(bench)
    kept = (JURY, POSTE, PROBE)
    return replace(
        plan,
        provider="libvirt",
        hosting=host_of_machines(uri),
        nodes={name: plan.nodes[name] for name in kept},
        links=(Link(End(POSTE, "eth0"), End(PROBE, "eth0")),),
    )
