"""The Incus provider: machines are unprivileged containers of a cluster, a Windows a VM."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from labctl.connect.base import Endpoints
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError, StoreError
from labctl.core.i18n import _
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import Report
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition, BenchStatus, ResetProof, Unseen, UpOutcome
from labctl.providers.doors import entry
from labctl.providers.incus import (
    building,
    clusters,
    inventory,
    layout,
    power,
    resetting,
    seat,
    works,
)
from labctl.providers.incus.building import Site
from labctl.providers.incus.clusters import Cluster
from labctl.providers.incus.layout import Tag
from labctl.providers.incus.observation import observe
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench, instance
from labctl.providers.windows.copies import list_windows
from labctl.providers.works.sealing import refuse_unbuilt
from labctl.seal.document import read_phase

_LOOK_S = 20.0
"""Longest look at a cluster that nothing is changed on."""


class IncusProvider:
    """Instances of a cluster of Incus, looked at from one beside them."""

    def up(self, plan: Plan, report: Report, deadline: Deadline) -> UpOutcome:
        """Make every machine of the plan run and be ready; never undoes a candidate's work."""
        _refuse_paused(BenchId(plan.bench))
        with _open(plan, report, deadline) as site:
            _settle(site)
            _require_kept(site)
            resetting.end_begun(site)
            return building.up(site)

    def reset(
        self, plan: Plan, nodes: Sequence[NodeName], report: Report, deadline: Deadline
    ) -> ResetProof:
        """Replace machines (all for none, dependants included) by new ones, with proof."""
        with _open(plan, report, deadline) as site:
            _settle(site)
            return resetting.reset(site, nodes)

    def cut_power(
        self, plan: Plan, nodes: Sequence[NodeName], report: Report, deadline: Deadline
    ) -> str:
        """Stop machines as a power cut does, start them again; return what is not ready."""
        with _open(plan, report, deadline) as site:
            return power.cut(site, nodes)

    def down(self, bench: BenchId, deadline: Deadline) -> bool:
        """Remove everything of a bench; tell whether there was something.

        The cluster that its plan names must answer, all that are known where no plan says one. Of
        the others, those that answer are looked at: one that is off keeps no bench from going.
        """
        other, own = _find_other(bench), clusters.find_own(bench)
        if not other:
            entry.close_door(Bench(bench), deadline)
        asked = () if other else (own,) if own else clusters.list_known()
        beside = [each for each in clusters.list_others(*asked) if _holds(each, bench, deadline)]
        removed, troubles = False, list[ProviderError]()
        for cluster in (*asked, *beside):
            try:
                removed = _remove(bench, cluster, deadline) or removed
            except ProviderError as exc:
                troubles.append(exc)
        if troubles:
            raise troubles[0] if own else _name_way_out(troubles[0])
        if other:
            return removed  # its own provider finds in the folder what it is made of
        wiped = benches.wipe(Bench(bench))
        benches.remove_folder(Bench(bench))
        return removed or wiped

    def list_benches(self) -> tuple[BenchId, ...]:
        """Return the benches of which something exists, also when their files are gone.

        Unseen when a cluster that was used does not answer.
        """
        found, troubles = set(benches.list_benches()), list[ProviderError]()
        for cluster in clusters.list_known():
            try:
                found |= _list_benches(cluster, Deadline.after(_LOOK_S))
            except ProviderError as exc:
                troubles.append(exc)
        if troubles:
            raise Unseen(_name_way_out(troubles[0]), tuple(sorted(found)))
        return tuple(sorted(found))

    def status(self, bench: BenchId) -> BenchStatus:
        """Look at a bench."""
        plan = None if _find_other(bench) else _find_plan(bench)
        if plan is None:
            try:
                is_there = bench in self.list_benches()
            except Unseen as exc:
                if bench not in exc.benches:
                    raise
                is_there = True
            condition = BenchCondition.INTERRUPTED if is_there else BenchCondition.ABSENT
            return BenchStatus(bench, condition, {})
        limit = Deadline.after(_LOOK_S * plan.patience)
        with clusters.open_cluster(clusters.find_way(plan), limit) as client:
            tag = Tag(instance(), bench)
            projects = inventory.list_projects(client, tag.instance)
            networks = inventory.list_networks(client, tag.instance)
            own = [each for each in projects if each.tag.bench == bench]
            machines = inventory.list_machines(client, tag.project) if own else ()
            return observe(plan, projects, machines, networks, read_phase(Bench(bench).folder))

    def endpoints(self, plan: Plan) -> Endpoints:
        """Return every way into the running machines of a bench, seen from its jury's instance."""
        return seat.find_endpoints(plan)

    def serve_argv(self, plan: Plan) -> tuple[str, ...]:
        """Return the command that has the labctl beside the bench do what is ordered."""
        del plan
        return (sys.executable, "-P", "-m", "labctl.providers.incus.courier")

    def enter_argv(self, bench: BenchId, node: NodeName, argv: Sequence[str]) -> tuple[str, ...]:
        """Return the local command that runs a command inside a machine (its console)."""
        plan = _find_plan(bench)
        if plan is not None and node in list_windows(plan):
            said = _("« %(node)s » est un Windows : pas de console, mais un écran")
            where = f"--project {Tag(instance(), bench).project}"
            hint = f"incus console {where} {layout.name_machine(node)} --type=vga"
            raise ProviderError(said % {"node": node}, hint=hint)
        return (
            sys.executable,
            "-P",
            "-m",
            "labctl.providers.incus.console",
            str(bench),
            node,
            *argv,
        )


def _refuse_paused(bench: BenchId) -> None:
    """Raise ProviderError while the way in of a bench is paused: machines are meant to stand."""
    door = entry.find_status(Bench(bench), clusters.PROVIDER)
    if door is not None and door.is_paused:
        said = _("le banc %(bench)02d est en pause : ses machines sont gelées")
        raise ProviderError(said % {"bench": bench}, hint=f"labctl access {bench} --resume")


@contextmanager
def _open(plan: Plan, report: Report, deadline: Deadline) -> Iterator[Site]:
    """Open the cluster of a plan for an act on its bench."""
    other = _find_other(BenchId(plan.bench))
    if other:
        said = _("le banc %(bench)02d a été construit par le fournisseur « %(name)s »")
        values = {"bench": plan.bench, "name": other}
        raise ProviderError(said % values, hint=f"labctl down {plan.bench}")
    cluster = clusters.of_plan(plan)
    with clusters.open_cluster(cluster, deadline) as client:
        if plan.hosting is not None:
            clusters.remember(plan.hosting, deadline)
        yield Site(plan, cluster, client, report, deadline)


def _settle(site: Site) -> None:
    """Note how a bench is reached that the cluster holds; else see that no other cluster does.

    ProviderError when one does. One that does not answer cannot say: what it has of the bench, the
    next ``down`` removes.
    """
    bench = BenchId(site.plan.bench)
    if site.find() is not None:
        _keep_way(bench, site.plan)
        return
    own = clusters.find_own(bench)
    named = (own,) if own and not own.is_same(site.cluster) else ()
    for cluster in (*named, *clusters.list_others(site.cluster, *named)):
        if _holds(cluster, bench, site.deadline):
            said = _("le banc %(bench)02d est déjà sur la grappe %(where)s")
            values = {"bench": bench, "where": cluster.server.where}
            raise ProviderError(said % values, hint=f"labctl down {bench}")


def _require_kept(site: Site) -> None:
    """Raise ProviderError for a bench with a seal that is no more: it is not built anew below it.

    Its seal is thrown away by name.
    """
    project = site.find()
    is_whole = project is not None and building.is_built(project)
    if not is_whole and read_phase(site.folder.folder) is not None:
        raise refuse_unbuilt(site.folder)


def _keep_way(bench: BenchId, plan: Plan) -> None:
    """Write in the plan of a bench by which way it was reached, and not that it was built now.

    The plan of one that carries a seal is part of what was sealed.
    """
    kept = _find_plan(bench)
    if kept is None or layout.digest(kept) != layout.digest(plan) or kept.hosting == plan.hosting:
        return
    if read_phase(Bench(bench).folder) is not None:
        return
    file = Bench(bench).folder / "plan.json"
    built = file.stat()
    benches.write_plan(Bench(bench), replace(kept, hosting=plan.hosting))
    os.utime(file, ns=(built.st_atime_ns, built.st_mtime_ns))


def _holds(cluster: Cluster, bench: BenchId, deadline: Deadline) -> bool:
    """Tell whether a cluster says that it has something of a bench."""
    with suppress(ProviderError):
        return bench in _list_benches(cluster, deadline.within(_LOOK_S))
    return False


def _list_benches(cluster: Cluster, deadline: Deadline) -> set[BenchId]:
    """Return the benches of which a cluster has something."""
    with clusters.open_cluster(cluster, deadline) as client:
        tags = [each.tag for each in inventory.list_projects(client, instance())]
        tags += [each.tag for each in inventory.list_networks(client, instance())]
        return {BenchId(tag.bench) for tag in tags}


def _name_way_out(error: ProviderError) -> ProviderError:
    """Return what is said of a cluster that no plan names: it may be no more."""
    hint = _("si cette grappe n'existe plus, ôtez-la de %(path)s")
    return ProviderError(error.message, hint=hint % {"path": clusters.find_file()})


def _remove(bench: BenchId, cluster: Cluster, deadline: Deadline) -> bool:
    """Remove what a cluster has of a bench; forget the cluster when that was the last."""
    with clusters.open_cluster(cluster, deadline) as client:
        removed = works.remove(client, Tag(instance(), bench))
        if not inventory.list_projects(client, instance()):
            clusters.forget(cluster, deadline)
        return removed


def _find_plan(bench: BenchId) -> Plan | None:
    """Return the plan that a bench was built from, None when there is none."""
    with suppress(StoreError):
        return benches.read_plan(Bench(bench))
    return None


def _find_other(bench: BenchId) -> str:
    """Return which other provider built a bench, empty when none did."""
    plan = _find_plan(bench)
    return "" if plan is None or plan.provider == clusters.PROVIDER else plan.provider
