"""Seal a bench of a cluster: snapshots of its machines, and its folder here."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import Report, silent
from labctl.providers.incus import building, clusters, disks, inventory, layout, seat, works
from labctl.providers.incus.building import Site
from labctl.providers.incus.doorkeeper import IncusDoorkeeper
from labctl.providers.incus.inventory import Machine
from labctl.providers.incus.layout import READER, TAG
from labctl.providers.incus.works import Works
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench, Phase
from labctl.providers.windows.copies import list_windows
from labctl.providers.works.sealing import BUILT, describe_folder, is_outside, refuse_unbuilt
from labctl.seal.document import has_manifest
from labctl.seal.manifest import Subject

_LOOK_S = 120.0
"""Longest look at a cluster that nothing is changed on, one of emulated members included."""


class IncusSealer:
    """Closes and opens benches of a cluster.

    What is sealed is a snapshot of each machine, which Incus never changes. The machines themselves
    are given it back whenever the bench is closed or opened: they are the copy of the jury.
    """

    def close(self, bench: BenchId, report: Report, deadline: Deadline) -> None:
        """End the way in, then stop every machine; throw away what a jury did.

        Without a signed manifest no jury can have been there: what is on the disks is sealed.
        """
        with _open(bench, report, deadline) as (site, there):
            if list_windows(site.plan):
                said = _("le banc %(bench)02d a un vrai Windows, que labctl ne sait pas sceller")
                raise ProviderError(said % {"bench": bench})
            IncusDoorkeeper().close(bench, deadline)
            names = _stop(site, there)
            is_signed = has_manifest(site.folder.folder)
            for name in names:
                if is_signed:
                    disks.give_back(there, name)
                else:
                    disks.keep(there, name)

    def subject(self, bench: BenchId) -> Subject:
        """Return what of the bench is sealed."""
        with _open(bench, silent, Deadline.after(_LOOK_S)) as (site, there):
            machines = inventory.list_machines(site.client, site.tag.project)
            project = site.find()
        plan = site.plan
        return Subject(
            facts={
                "isolation": seat.ISOLATION,
                "plan": project.plan if project else "",
                **{each.tag.node: _describe(each) for each in machines if each.tag.node != READER},
            },
            roots={
                "banc": describe_folder(site.folder),
                **{
                    f"disque {name}": disks.Disk(plan, there.member, name)
                    for name in layout.list_instances(plan)
                },
            },
        )

    def open(self, bench: BenchId, report: Report, deadline: Deadline) -> str:
        """Start the machines on their sealed disks, of which the snapshots never change."""
        with _open(bench, report, deadline) as (site, there):
            works.note(there, Phase.RESTARTING, layout.list_instances(site.plan))
            names = _stop(site, there)
            for name in names:
                disks.give_back(there, name)
            report(_("démarrage des services"))
            first = building.list_first(site, names)
            for name in (*first, *(name for name in names if name not in first)):
                works.start(there, name)
            trouble = _wait(site, there, names)
            works.note(there, Phase.READY)
            return trouble


@contextmanager
def _open(bench: BenchId, report: Report, deadline: Deadline) -> Iterator[tuple[Site, Works]]:
    """Open the cluster of a bench that was built to its end; ProviderError for another one."""
    place, cluster = Bench(bench), clusters.find_own(bench)
    if cluster is None:
        raise refuse_unbuilt(place)
    plan = benches.read_plan(place)
    with clusters.open_cluster(cluster, deadline) as client:
        site = Site(plan, cluster, client, report, deadline)
        project = site.find()
        if project is None or project.phase not in BUILT:
            raise refuse_unbuilt(place)
        building.require_secrets(site)
        yield site, site.on(project.member)


def _stop(site: Site, there: Works) -> tuple[NodeName, ...]:
    """Stop every machine, first those outside the candidate's; return their instances."""
    names = layout.list_instances(site.plan)
    disks.drop_reader(there)
    building.require_whole(there, names)
    site.report(_("arrêt de %(count)d machines") % {"count": len(names)})
    for name in sorted(names, key=lambda name: not is_outside(site.plan, name)):
        works.stop(there, name)
    return names


def _wait(site: Site, there: Works, names: Sequence[NodeName]) -> str:
    """Wait until machines are ready; return what keeps one from it.

    ProviderError unless all of them run: then it is not the candidate who left them so.
    """
    limit = site.deadline.within(site.deadline.remaining_s() / 2)
    try:
        with site.client.hurry(limit) as client:
            quiet = replace(site, client=client, deadline=limit)
            building.finish(quiet, replace(there, client=client), names)
    except ProviderError as exc:
        machines = inventory.list_machines(site.client, site.tag.project)
        if not set(names) <= {each.tag.node for each in machines if each.is_running}:
            raise
        return exc.message
    return ""


def _describe(machine: Machine) -> str:
    """Return the image of a machine, and a digest of its settings and devices."""
    settings = {
        key: value for key, value in machine.config.items() if not key.startswith("volatile.")
    }
    text = json.dumps([settings, machine.devices], sort_keys=True)
    return f"{settings.get(f'{TAG}image', '')} {hashlib.sha256(text.encode()).hexdigest()[:16]}"
