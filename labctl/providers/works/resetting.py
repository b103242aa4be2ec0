"""Reset: new folders, new secrets, and the proof that nothing of before is left."""

import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from labctl.core import command, store
from labctl.core.errors import LabctlError, ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.plan.model import Plan
from labctl.providers.base import NodeProof, ResetProof
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces import canary, processes, runtime
from labctl.providers.namespaces.bench import BenchState, Phase, instance
from labctl.providers.namespaces.processes import Process
from labctl.providers.roles import fingerprint, layers, nodefiles
from labctl.providers.roles.safe import Safe
from labctl.providers.works import building, construction
from labctl.providers.works.building import Made
from labctl.providers.works.construction import Stacks, Works
from labctl.spec.kind import load_kind

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Change:
    """A reset that was done: what it started from, what it made."""

    stacks: Stacks
    made: Made
    before: Mapping[str, bytes]  # secrets that had to change
    word: str


def add_dependants(plan: Plan, names: Iterable[NodeName]) -> tuple[NodeName, ...]:
    """Return machines to reset and those that depend on them, in the plan's order; all for none.

    Which kinds depend on which is theirs to say (``reset_with``).
    """
    asked = set(names)
    unknown = asked - set(plan.nodes)
    if unknown:
        message = _("machine inconnue : %(names)s") % {"names": ", ".join(sorted(unknown))}
        raise ProviderError(message, hint=_("connues : %(n)s") % {"n": ", ".join(plan.nodes)})
    kinds = {plan.nodes[name].kind for name in asked}
    return tuple(
        node.name
        for node in plan.nodes.values()
        if not asked or node.name in asked or kinds.intersection(load_kind(node.kind).reset_with)
    )


def reset_all(works: Works) -> ResetProof:
    """Replace a whole bench, whatever is left of it."""
    stacks = construction.ensure_layers(works)
    safe = Safe(works.bench.secrets)
    before = safe.read_all()
    word = leave_canary(works, works.plan.nodes)
    made = building.build(works, stacks)
    change = Change(stacks, made, before, word)
    return _require(prove(works, change, safe.read_all()))


def reset_some(works: Works, state: BenchState, names: tuple[NodeName, ...]) -> ResetProof:
    """Replace some machines of a bench; the others go on running."""
    plan, place = works.plan, works.bench
    stacks = {**state.layers, **_only(construction.ensure_layers(works), names)}
    drawn = construction.list_secrets(plan, names)
    changing = {*drawn, *(f"host_{name}.pub" for name in names)}
    safe = Safe(place.secrets)
    before = _only(safe.read_all(), changing)
    building.kill_spawners(place, works.deadline)
    word = leave_canary(works, names)
    benches.write_state(place, BenchState(Phase.RESETTING, state.plan, stacks, names))
    works.say(_("remise à zéro : %(names)s") % {"names": ", ".join(names)})
    running = place.scan()
    processes.kill(tuple(running[name] for name in names if name in running), works.deadline)
    for name in names:
        if name not in works.others:  # those are replaced by who runs them
            store.remove(place.node_folder(name))
    safe.draw_passwords(drawn, construction.list_typed(plan), before)
    change = Change(stacks, building.make(works, stacks, names), before, word)
    proof = _require(prove(works, change, _only(safe.read_all(), changing)))
    benches.write_state(place, BenchState(Phase.READY, state.plan, stacks))
    return proof


def leave_canary(works: Works, names: Collection[NodeName]) -> str:
    """Leave a random word in the old machines, on their disks and in their memory; return it."""
    word = secrets.token_hex(16)
    running = works.bench.scan()
    _call(works, "leave", word, [running[name] for name in names if name in running])
    others = [name for name in names if name in works.others & works.guests.scan()]
    if others:
        with suppress(LabctlError):  # the bench is broken: what cannot be reached is ended anyway
            works.guests.leave(word, others, construction.write_endpoints(works, running))
    return word


def prove(works: Works, change: Change, after: Mapping[str, bytes]) -> ResetProof:
    """Compare the new machines with their templates, the secrets with the old, hunt the canary."""
    running = works.bench.scan()
    looked_at, found = canary.look_for(change.word, works.bench.folder)
    prepared, files = change.made.prepared, change.made.files
    drawn = after.keys() - construction.list_typed(works.plan)  # paper says the others, and is kept
    new = [running[name] for name in prepared if name in running]
    endpoints = construction.write_endpoints(works, running)
    return ResetProof(
        bench=works.bench.number,
        nodes=(
            *(_prove_node(works, change, name, running.get(name)) for name in prepared),
            *works.guests.prove(files),
        ),
        renewed=tuple(sorted(name for name in drawn if after[name] != change.before.get(name))),
        kept=tuple(sorted(name for name in drawn if after[name] == change.before.get(name))),
        canary=change.word,
        looked_at=looked_at,
        found_in=(
            *found,
            *_call(works, "find", change.word, new),
            *works.guests.find(change.word, files, endpoints),
        ),
    )


def explain(proof: ResetProof) -> str:
    """Return what keeps a reset from being proved."""
    different = [each.node for each in proof.nodes if each.expected != each.observed]
    return "; ".join(
        f"{what} : {', '.join(names)}"
        for what, names in (
            (_("machines différentes de leur modèle"), different),
            (_("secrets inchangés"), proof.kept),
            (_("trace du candidat précédent"), proof.found_in),
        )
        if names
    )


def _require(proof: ResetProof) -> ResetProof:
    """Return a proof that holds; ProviderError with what is wrong otherwise."""
    if not proof.is_proved():
        message = _("banc %(bench)02d : remise à zéro non prouvée : %(why)s")
        values = {"bench": proof.bench, "why": explain(proof)}
        raise ProviderError(message % values, hint="labctl down, labctl up")
    return proof


def _only(values: Mapping[K, V], names: Collection[K]) -> dict[K, V]:
    return {name: value for name, value in values.items() if name in names}


def _prove_node(
    works: Works,
    change: Change,
    name: NodeName,
    process: Process | None,
) -> NodeProof:
    prepared, stack = change.made.prepared[name], change.stacks[name]
    spec = nodefiles.spec_digest(works.plan, works.plan.nodes[name])
    expected = fingerprint.compute(stack, spec, fingerprint.expect_listing(prepared.files))
    if process is None:
        return NodeProof(name, expected, "")
    mounted = fingerprint.read_layers(process, layers.folder())
    observed = fingerprint.compute(mounted, process.spec, prepared.observed)
    return NodeProof(name, expected, observed)


def _call(works: Works, act: str, word: str, nodes: Iterable[Process]) -> list[str]:
    request = {"act": act, "word": word, "nodes": [(p.pid, p.started, p.tag) for p in nodes]}
    done = command.run(
        runtime.child_argv("canary"),
        works.deadline,
        stdin=json.dumps(request),
        env=runtime.child_environment(instance(), works.bench.name),
    )
    found: list[str] = json.loads(done.stdout)
    return found
