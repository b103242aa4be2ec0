"""Reset: disks as before the first start, new secrets, and the proof that nothing is left.

A machine goes back to the snapshot that was taken when it was made, which no candidate reaches.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import BenchId, NodeName
from labctl.plan.model import Plan
from labctl.providers.base import NodeProof, ResetProof
from labctl.providers.doors import entry
from labctl.providers.incus import building, disks, inventory, layout, seat, works
from labctl.providers.incus.building import Site
from labctl.providers.incus.client import Refused
from labctl.providers.incus.layout import TAG
from labctl.providers.incus.proof import prove
from labctl.providers.incus.works import Works
from labctl.providers.namespaces import canary
from labctl.providers.namespaces.bench import Phase
from labctl.providers.roles.safe import Safe
from labctl.providers.windows.copies import list_windows
from labctl.providers.works import construction
from labctl.providers.works.resetting import add_dependants, explain

_LEAVE = 'w=$1; shift; for p; do echo "$w" > "$p/.canary-$w"; done 2> /dev/null; true'
_FIND = 'w=$1; shift; for p; do [ -e "$p/.canary-$w" ] && echo "$p"; done; true'
_LEAVE_S = 20.0


def reset(site: Site, nodes: Sequence[NodeName]) -> ResetProof:
    """Replace machines (all for none, dependants included) by new ones, with proof.

    ProviderError when some only are wanted of a bench whose secrets are not here.
    """
    names = add_dependants(site.plan, nodes)
    project = site.find()
    if project is None or not building.is_built(project):
        return _build(site, ())
    is_whole = len(names) == len(site.plan.nodes)
    is_same = layout.is_built_from(site.plan, project.plan) and site.folder.secrets.is_dir()
    if is_whole and not is_same:
        return _build(site, layout.list_instances(site.plan))
    building.require_secrets(site)
    building.check_plan(site, project)
    begun = project.nodes if project.phase == Phase.RESETTING else ()
    return _renew(site, site.on(project.member), _complete(site.plan, {*names, *begun}))


def end_begun(site: Site) -> None:
    """Do again a reset that was killed, if there was one."""
    project = site.find()
    if project is not None and project.phase == Phase.RESETTING:
        building.require_secrets(site)
        reset(site, project.nodes)


def _build(site: Site, old: Sequence[NodeName]) -> ResetProof:
    """Build a whole bench anew, and prove it."""
    word, before = secrets.token_hex(16), Safe(site.folder.secrets).read_all()
    bench = site.on("")
    _leave(bench, _list_running(site, old), word)
    proofs = building.build(site)
    found = _call(bench, layout.list_instances(site.plan), _FIND, word)
    changing = frozenset(before) - construction.list_typed(site.plan)
    return _conclude(site, proofs, changing, before, (word, found))


def _complete(plan: Plan, names: Collection[NodeName]) -> tuple[NodeName, ...]:
    """Return machines with those of the same instance, in the plan's order."""
    seated = layout.list_seated(plan)
    together = set(seated) if set(seated).intersection(names) else set()
    return tuple(name for name in plan.nodes if name in {*names, *together})


def _renew(site: Site, bench: Works, names: tuple[NodeName, ...]) -> ResetProof:
    plan, safe = site.plan, Safe(site.folder.secrets)
    instances = [name for name in layout.list_instances(plan) if name in names]
    before = safe.read_all()
    word = secrets.token_hex(16)
    _leave(bench, _list_running(site, instances), word)
    works.note(bench, Phase.RESETTING, names)
    if len(names) == len(plan.nodes):
        entry.forget_candidate(site.folder, site.deadline)
    site.report(_("remise à zéro : %(names)s") % {"names": ", ".join(names)})
    renewed = _draw_again(site, names, before)
    files = building.draw(site, names)
    aliases = building.ensure_images(site)
    proofs = []
    for name in instances:
        _replace(site, bench, name, aliases[name])
        given = building.list_files(site, name, files)
        building.give(bench, name, given)
        proofs.append(prove(bench, name, aliases[name], given))
    jury = plan.management.vantage
    if jury not in instances:
        if not _list_running(site, [jury]):
            works.start(bench, jury)
            building.await_ready(bench, jury)
        seat.bring_secrets(bench, building.list_secret_files(site))
    building.start(site, bench, instances)
    building.finish(site, bench, instances)
    found = _call(bench, instances, _FIND, word)
    proof = _conclude(site, proofs, renewed, before, (word, found))
    works.note(bench, Phase.READY)
    return proof


def _conclude(
    site: Site,
    proofs: Sequence[NodeProof],
    changing: Collection[str],
    before: Mapping[str, bytes],
    hunt: tuple[str, Sequence[str]],
) -> ResetProof:
    """Return a proof that holds; ProviderError with what is wrong otherwise.

    ``hunt`` is the canary and where it was found.
    """
    word, found = hunt
    after = Safe(site.folder.secrets).read_all()
    looked_at, here = canary.look_for(word, site.folder.folder)
    kept = {name for name in changing if after.get(name) == before.get(name)}
    proof = ResetProof(
        bench=BenchId(site.plan.bench),
        nodes=tuple(proofs),
        renewed=tuple(sorted({*changing, *(after.keys() - before.keys())} - kept)),
        kept=tuple(sorted(kept)),
        canary=word,
        looked_at=looked_at,
        found_in=(*here, *found),
    )
    require(proof)
    return proof


def _draw_again(
    site: Site, names: Collection[NodeName], before: Mapping[str, bytes]
) -> frozenset[str]:
    """Draw the secrets of machines; return the names of all that will differ, keys included."""
    plan, safe = site.plan, Safe(site.folder.secrets)
    typed = construction.list_typed(plan)
    if len(names) == len(plan.nodes):
        safe.forget(but=typed)
        safe.draw_common(f"labctl {site.folder.name}")
        safe.draw_passwords(construction.list_secrets(plan, names), typed, before)
        return frozenset(before) - typed
    drawn = construction.list_secrets(plan, names)
    safe.draw_passwords(drawn, typed, before)
    return frozenset({*drawn, *(f"host_{name}.pub" for name in names)}) - typed


def _replace(site: Site, bench: Works, name: NodeName, alias: str) -> None:
    """Give an instance the disk that it had before its first start.

    It is made anew if that is gone, or if the machine is not where its bench is, or in another pool
    than the room names.
    """
    wanted = layout.list_devices(site.plan, site.tag, site.plan.nodes[name])[layout.ROOT]["pool"]
    for machine in inventory.list_machines(site.client, site.tag.project):
        pool = machine.devices.get(layout.ROOT, {}).get("pool")
        is_there = (machine.tag.node, machine.member, pool) == (name, bench.member, wanted)
        if is_there and machine.config.get(f"{TAG}image") == alias:
            works.stop(bench, name)
            disks.forget(bench, name)
            with suppress(Refused):  # no such snapshot
                works.restore(bench, name)
                return
    works.make_machine(bench, name, alias)


def require(proof: ResetProof) -> None:
    """Raise ProviderError with what is wrong in a proof that does not hold."""
    if not proof.is_proved():
        message = _("banc %(bench)02d : remise à zéro non prouvée : %(why)s")
        values = {"bench": proof.bench, "why": explain(proof)}
        raise ProviderError(message % values, hint="labctl down, labctl up")


def _list_running(site: Site, names: Sequence[NodeName]) -> list[NodeName]:
    running = {
        each.tag.node
        for each in inventory.list_machines(site.client, site.tag.project)
        if each.is_running
    }
    return [name for name in names if name in running]


def _leave(bench: Works, names: Sequence[NodeName], word: str) -> None:
    """Leave a word in machines; one that does not take it is ended anyway."""
    limit = bench.client.deadline.within(_LEAVE_S)
    with suppress(ProviderError), bench.client.hurry(limit) as hurried:
        _call(replace(bench, client=hurried), names, _LEAVE, word)


def _call(bench: Works, names: Sequence[NodeName], script: str, word: str) -> list[str]:
    """Run a script about a word in machines but a Windows; return where it says the word is."""
    found, real = [], list_windows(bench.plan)
    for name in names:
        if name in real:
            continue
        said = works.run(bench, name, ("/bin/sh", "-c", script, "canary", word, *canary.PLACES))
        found += [f"{name}:{line}" for line in said.output.split()]
    return found
