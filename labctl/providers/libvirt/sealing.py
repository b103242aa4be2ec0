"""Seal a bench of virtual machines: disks, definitions, and the images they stand on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import BenchId
from labctl.core.progress import Report
from labctl.plan.model import Plan
from labctl.providers.libvirt import images, layout
from labctl.providers.libvirt.guests import VirtualMachines
from labctl.providers.libvirt.provider import open_machines
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench
from labctl.providers.windows.copies import list_windows
from labctl.providers.works import construction, sealing
from labctl.seal.manifest import Subject

_READY_S = 480.0
"""Longest wait for all machines of a bench to boot, emulated, on few cores."""


class LibvirtSealer:
    """Closes and opens benches of virtual machines and namespaces."""

    def close(self, bench: BenchId, report: Report, deadline: Deadline) -> None:
        """Cut the network, then stop every machine; throw away what a jury did."""
        with _open(Bench(bench), report, deadline) as (plan, machines):
            if list_windows(plan):
                said = _("le banc %(bench)02d a un vrai Windows, que labctl ne sait pas sceller")
                raise ProviderError(said % {"bench": bench})
            sealing.close(Bench(bench), machines, report, deadline)

    def subject(self, bench: BenchId) -> Subject:
        """Return what of the bench is sealed."""
        sealing.require_built(Bench(bench))
        guests = layout.list_guests(benches.read_plan(Bench(bench)))
        return sealing.describe(Bench(bench), "vm", dict.fromkeys(guests, images.folder()))

    def open(self, bench: BenchId, report: Report, deadline: Deadline) -> str:
        """Start the machines on empty disks above the sealed ones."""
        place = Bench(bench, is_opened=True)
        with _open(place, report, deadline) as (plan, machines):
            works = construction.open_works(plan, report, deadline, machines)
            return sealing.open_above(replace(works, bench=place), _READY_S)


@contextmanager
def _open(
    place: Bench, report: Report, deadline: Deadline
) -> Iterator[tuple[Plan, VirtualMachines]]:
    sealing.require_built(Bench(place.number))
    plan = benches.read_plan(place)
    with open_machines(plan, report, deadline) as machines:
        setting = replace(machines.setting, bench=place)
        yield plan, VirtualMachines(setting)
