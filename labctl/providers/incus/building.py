"""Build a bench on a cluster, repair one: what the verbs of the provider are made of.

What is under way is a tag of the bench's project. Secrets are drawn here and kept in the folder of
the bench; without them a bench can only be removed, or made anew when that is asked.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.core import paths
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.progress import Report, counted
from labctl.core.wait import until
from labctl.plan import document
from labctl.plan.addressing import management_mac
from labctl.plan.model import Plan
from labctl.providers.base import NodeProof, UpOutcome
from labctl.providers.doors import entry, node
from labctl.providers.incus import (
    images,
    inventory,
    layout,
    observers,
    outfit,
    seat,
    windows,
    works,
)
from labctl.providers.incus.client import Client
from labctl.providers.incus.clusters import Cluster
from labctl.providers.incus.inventory import Project
from labctl.providers.incus.layout import Tag
from labctl.providers.incus.placement import Claim, Member, place, require_all
from labctl.providers.incus.proof import prove
from labctl.providers.incus.rooms import IncusRooms
from labctl.providers.incus.works import Ended, Works
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces import processes
from labctl.providers.namespaces.bench import Bench, Phase, instance
from labctl.providers.roles import locks
from labctl.providers.roles.images import stack_of
from labctl.providers.roles.nodefiles import NodeFile, hostname
from labctl.providers.roles.safe import Safe
from labctl.providers.windows.copies import list_windows
from labctl.providers.works import construction
from labctl.providers.works.guests import NoGuests
from labctl.spec.kind import load_kind

_READY = ("/bin/sh", "-c", "until [ -e /run/labctl/ready ]; do sleep 0.2; done")
_NOT_GIVEN = frozenset({"ca.key", node.HOST_KEY, f"{node.HOST_KEY}.pub"})
"""Secrets that the jury's instance does not need."""


@dataclass(frozen=True, slots=True)
class Site:
    """One act on one bench of a cluster."""

    plan: Plan
    cluster: Cluster
    client: Client
    report: Report
    deadline: Deadline

    @property
    def tag(self) -> Tag:
        """Return what everything of the bench carries."""
        return Tag(instance(), self.plan.bench)

    @property
    def folder(self) -> Bench:
        """Return where the bench's plan and secrets are kept."""
        return Bench(self.plan.bench)

    def on(self, member: str) -> Works:
        """Return the works of the bench on a member."""
        return Works(self.client, self.plan, self.tag, member)

    def find(self) -> Project | None:
        """Return the bench's project, None when there is none."""
        found = inventory.list_projects(self.client, self.tag.instance)
        return next((each for each in found if self.tag.holds(each.tag)), None)


def up(site: Site) -> UpOutcome:
    """Make every machine of the plan run and be ready; never undoes a candidate's work.

    A bench whose building was interrupted is built anew.
    """
    project = site.find()
    if project is None or not is_built(project):
        build(site)
        return UpOutcome(tuple(site.plan.nodes), layout.list_networks(site.plan, site.tag))
    require_secrets(site)
    check_plan(site, project)
    return repair(site, site.on(project.member))


def is_built(project: Project) -> bool:
    """Tell whether a bench was built to its end."""
    return project.phase != Phase.BUILDING


def require_secrets(site: Site) -> None:
    """Raise ProviderError when the secrets of a bench that is on the cluster are not here.

    They were lost, or another computer built it: either way a candidate may be at work on it.
    """
    if not site.folder.secrets.is_dir():
        said = _(
            "le banc %(bench)s est sur la grappe, mais ses secrets ne sont pas ici : "
            "rien n'a été touché"
        )
        hint = _("l'état est sur l'autre poste ? sinon « labctl reset %(bench)d » jette ce travail")
        raise ProviderError(
            said % {"bench": site.folder.name}, hint=hint % {"bench": site.plan.bench}
        )


def build(site: Site) -> tuple[NodeProof, ...]:
    """Remove what is left of a bench and build it anew; return what its instances are made of."""
    plan, folder = site.plan, site.folder
    windows.find_masters(plan)  # before anything goes
    entry.close_door(folder, site.deadline)
    works.remove(site.client, site.tag)
    safe = Safe(folder.secrets)
    typed = construction.list_typed(plan)
    before = safe.read_all()
    benches.wipe(folder, keep=(folder.secrets.name,))
    safe.forget(but=typed)
    benches.write_plan(folder, plan)
    bench = _take_place(site)
    safe.draw_common(f"labctl {folder.name}")
    safe.draw_passwords(construction.list_secrets(plan, plan.nodes), typed, before)
    aliases = ensure_images(site)
    site.report(_("réseaux : %(count)d") % {"count": len(plan.links) + 1})
    works.make_networks(bench, [each.name for each in _list_members(site)])
    site.report(_("création de %(count)d machines") % {"count": len(plan.nodes)})
    proofs = make(site, bench, aliases)
    works.note(bench, Phase.READY)
    return proofs


def make(site: Site, bench: Works, aliases: Mapping[NodeName, str]) -> tuple[NodeProof, ...]:
    """Make new instances, start them and wait until their machines are ready."""
    files, proofs = draw(site, site.plan.nodes), []
    first = list_first(site, aliases)
    ordered = (*first, *(name for name in aliases if name not in first))
    for name in counted(ordered, site.report, _("machines créées : %(done)d sur %(count)d")):
        works.make_machine(bench, name, aliases[name])
        given = list_files(site, name, files)
        give(bench, name, given)
        proofs.append(prove(bench, name, aliases[name], given))
        if name in first:  # it is ready the sooner
            works.start(bench, name)
    start(site, bench, ordered)
    finish(site, bench, ordered)
    return tuple(proofs)


def give(bench: Works, name: NodeName, files: Mapping[str, NodeFile]) -> None:
    """Give an instance that was not started yet its files: a Windows, on a disc."""
    if name in list_windows(bench.plan):
        windows.give_disc(bench, name, files)
    else:
        works.give(bench, name, files)


def start(site: Site, bench: Works, names: Sequence[NodeName]) -> None:
    """Start instances, and first of all those that the others wait for."""
    first = list_first(site, names)
    site.report(_("démarrage des services"))
    for name in first:
        works.start(bench, name)
    for name in first:
        await_ready(bench, name)
    for name in counted(names, site.report, _("machines démarrées : %(done)d sur %(count)d")):
        works.start(bench, name)


def list_first(site: Site, names: Iterable[NodeName]) -> tuple[NodeName, ...]:
    """Return those of some machines that the others wait for."""
    nodes = site.plan.nodes
    return tuple(name for name in names if load_kind(nodes[name].kind).starts_first)


def repair(site: Site, bench: Works) -> UpOutcome:
    """Start the instances that ended, on their own disks; end the first start of a Windows."""
    machines = inventory.list_machines(site.client, site.tag.project)
    running = {each.tag.node for each in machines if each.is_running}
    dead = [name for name in layout.list_instances(site.plan) if name not in running]
    if dead:
        require_whole(bench, dead)
        works.note(bench, Phase.RESTARTING, dead)
        site.report(_("redémarrage : %(names)s") % {"names": ", ".join(dead)})
        start(site, bench, dead)
        finish(site, bench, dead)
    begun = [each.tag.node for each in machines if layout.DISC in each.devices]
    settle(site, bench, [NodeName(name) for name in begun if name not in dead])
    works.note(bench, Phase.READY)
    seated = layout.list_seated(site.plan)
    started = (*dead, *(seated[1:] if seated[0] in dead else ()))
    return UpOutcome(tuple(started), ())


def require_whole(bench: Works, names: Iterable[NodeName]) -> None:
    """Raise ProviderError when the instance of one of some machines is gone, with what is left.

    A start cannot bring it back, and what was done on it is lost: that is for a person to say.
    """
    gone = [name for name in names if not works.is_there(bench, name)]
    if gone:
        number = bench.plan.bench
        said = _("banc %(bench)02d : la grappe n'a plus %(names)s")
        hint = _("« %(command)s » refait ce qui manque ; les autres gardent leur travail")
        command = " ".join((f"labctl reset {number}", *(f"--node {name}" for name in gone)))
        values = {"bench": number, "names": ", ".join(gone)}
        raise ProviderError(said % values, hint=hint % {"command": command})


def finish(site: Site, bench: Works, names: Sequence[NodeName]) -> None:
    """Wait until instances say that they are ready, and their machines answer from outside."""
    own = [name for name in names if name not in list_windows(site.plan)]
    for name in counted(own, site.report, _("machines prêtes : %(done)d sur %(count)d")):
        await_ready(bench, name)
    for name in own:
        program = load_kind(site.plan.nodes[name].kind).check
        if program and not _passes(site, bench, name, program):
            said = _("ne répondent pas à temps : %(names)s") % {"names": f"{name} ({program})"}
            raise ProviderError(said, hint="labctl status")
    site.report(_("vérification de l’extérieur"))
    seat.await_answers(bench, own, site.deadline)
    settle(site, bench, [name for name in names if name not in own])


def settle(site: Site, bench: Works, names: Sequence[NodeName]) -> None:
    """Wait until the first start of each Windows is over, then take its disc away."""
    if names:
        site.report(_("premier démarrage de Windows : %(n)s") % {"n": ", ".join(names)})
        seat.await_windows(bench, names, site.deadline)
    for name in names:
        windows.take_disc(bench, name)


def await_ready(bench: Works, name: NodeName) -> None:
    """Wait until an instance says that it is ready; ProviderError with what it said if it ends."""
    try:
        is_ready = works.run(bench, name, _READY).code == 0
    except Ended:
        is_ready = False
    if not is_ready:
        why = works.read_console(bench, name)
        message = _("la machine %(name)s %(what)s")
        values = {"name": name, "what": _("s’est arrêtée en démarrant")}
        hint = f"labctl up {bench.plan.bench}"
        raise ProviderError(f"{message % values}\n{why}".strip(), hint=hint)


def check_plan(site: Site, project: Project) -> None:
    """Refuse to change a bench that was built from another plan."""
    if not layout.is_built_from(site.plan, project.plan):
        message = _("le banc %(bench)s a été construit d’après un autre plan")
        hint = _("le cahier, la salle ou labctl a changé : labctl reset, ou labctl down puis up")
        raise ProviderError(message % {"bench": site.folder.name}, hint=hint)


def ensure_images(site: Site) -> dict[NodeName, str]:
    """Import the images that the cluster lacks; return that of each instance."""
    found = {}
    jury = site.plan.management.vantage
    masters = windows.find_masters(site.plan)
    for name in layout.list_instances(site.plan):
        if name in masters:
            master = masters[name]
            found[name] = images.ensure_master(site.client, master, site.report, site.deadline)
            continue
        stack = stack_of(site.plan.nodes[name])
        found[name] = images.ensure_image(
            site.client, stack, site.report, site.deadline, is_seat=name == jury
        )
    return found


def draw(site: Site, names: Iterable[NodeName]) -> dict[NodeName, Mapping[str, NodeFile]]:
    """Draw the secrets of new machines; return the files that each is given."""
    plan = site.plan
    kinds = {node.kind: load_kind(node.kind) for node in plan.nodes.values()}
    acts = construction.Works(plan, site.folder, kinds, site.report, site.deadline, NoGuests())
    return {name: construction.draw_files(acts, name) for name in names}


def list_files(
    site: Site, name: NodeName, files: Mapping[NodeName, Mapping[str, NodeFile]]
) -> dict[str, NodeFile]:
    """Return the files of an instance: those of its machine, or of all that live in it."""
    plan = site.plan
    if name != plan.management.vantage:
        return dict(files[name])
    return {
        **files[name],
        **{
            f"{seat.FILES}/{seated}/{path}": file
            for seated in layout.list_seated(plan)
            for path, file in files[seated].items()
        },
        images.PROGRAM: NodeFile(Path(str(observers.__file__)).read_bytes(), 0o755),
        seat.OBSERVERS: NodeFile(json.dumps(_describe_observers(site)).encode()),
        f"{_state(site)}/plan.json": NodeFile(document.to_json(plan).encode()),
        **list_secret_files(site),
    }


def list_secret_files(site: Site) -> dict[str, NodeFile]:
    """Return the files by which the labctl of the jury's instance gets into machines."""
    return {
        f"{_state(site)}/secrets/{secret}": NodeFile(content, 0o600)
        for secret, content in Safe(site.folder.secrets).read_all().items()
        if secret not in _NOT_GIVEN
    }


def _state(site: Site) -> str:
    return f"{outfit.STATE.lstrip('/')}/benches/{site.folder.name}"


def _describe_observers(site: Site) -> list[dict[str, object]]:
    """Return what the program of the jury's instance reads."""
    plan, there = site.plan, processes.instance_of(outfit.STATE_FOLDER)
    return [
        {
            "node": name,
            "hostname": hostname(plan.nodes[name]),
            "tag": processes.tag(there, site.folder.name, name),
            "management": str(plan.nodes[name].management),
            "mac": management_mac(plan.bench, plan.nodes[name].management),
            "cards": layout.list_seat_cards(plan, rank, plan.nodes[name]),
        }
        for rank, name in enumerate(layout.list_seated(plan))
    ]


def _take_place(site: Site) -> Works:
    """Choose the member of a bench and promise it what it needs; one bench after another."""
    kinds = [load_kind(node.kind) for node in site.plan.nodes.values()]
    need = IncusRooms().need(kinds)
    with locks.hold(paths.state_dir() / "placement", "labctl up", site.deadline):
        projects = inventory.list_projects(site.client, site.tag.instance)
        claims = [_claim(each) for each in projects]
        is_real = bool(list_windows(site.plan))
        own = Claim(site.plan.bench, need, wish=site.cluster.wish, needs_kvm=is_real)
        placement = place(_list_members(site), [*claims, own])
        require_all(placement)
        member = placement.members[site.plan.bench]
        site.report(_("membre %(name)s") % {"name": member})
        bench = site.on(member)
        works.make_project(bench, need)
    return bench


def _claim(there: Project) -> Claim:
    """Return what a bench was promised; what its member uses for one that was built is counted."""
    is_running = is_built(there)
    return Claim(there.tag.bench, there.need, member=there.member, is_running=is_running)


def _list_members(site: Site) -> tuple[Member, ...]:
    return inventory.list_members(site.client, site.cluster.pool)


def _passes(site: Site, bench: Works, name: NodeName, program: str) -> bool:
    def look() -> bool:
        return works.run(bench, name, (program,)).code == 0

    return bool(until(look, site.deadline, every_s=0.5))
