"""Build a bench, repair one, end one: what the verbs of the provider are made of."""

from collections.abc import Mapping
from dataclasses import replace

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.plan import document
from labctl.plan.model import Plan
from labctl.providers.base import UpOutcome
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces import network, processes
from labctl.providers.namespaces.bench import Bench, BenchState, Phase
from labctl.providers.roles.safe import Safe
from labctl.providers.works import construction
from labctl.providers.works.construction import Prepared, Stacks, Works

_KILL_S = 10.0


def build(works: Works, stacks: Stacks) -> Mapping[NodeName, Prepared]:
    """Remove what is left of a bench and build it anew."""
    plan, place = works.plan, works.bench
    if place.is_opened:  # building would remove what was sealed
        message = _("le banc %(bench)s, ouvert au jury, a perdu l'état de ses machines")
        hint = _("labctl seal, puis labctl unseal : la copie du jury est refaite")
        raise ProviderError(message % {"bench": place.name}, hint=hint)
    names = tuple(plan.nodes)
    benches.forget_state(place)
    kill_all(place, works.deadline)
    benches.wipe(place)
    digest = document.digest(plan)
    benches.write_state(place, BenchState(Phase.BUILDING, digest, stacks, names))
    works.say(_("création de %(count)d machines") % {"count": len(names)})
    benches.write_plan(place, plan)
    safe = Safe(place.secrets)
    safe.draw_common(f"labctl {place.name}")
    safe.draw_passwords(construction.list_secrets(plan, names))
    prepared = construction.prepare(works, names)
    construction.start(works, stacks, names)
    construction.finish(works, names)
    benches.write_state(place, BenchState(Phase.READY, digest, stacks))
    return prepared


def repair(works: Works, state: BenchState) -> UpOutcome:
    """Restart what died and lay lost cables again.

    Machines whose restart was interrupted start once more: their neighbours may not have been
    told that their cables are new.
    """
    place, deadline = works.bench, works.deadline
    kill_spawners(place, deadline)
    running = place.scan()
    again = state.nodes if state.phase is Phase.RESTARTING else ()
    strangers = tuple(name for name in running if name not in works.plan.nodes)
    left = tuple(running[name] for name in (*again, *strangers) if name in running)
    processes.kill(left, deadline)
    running = place.scan()
    dead = tuple(name for name in works.plan.nodes if name not in running)
    lost = network.find_missing(network.list_cables(works.plan), running)
    if dead or lost:
        construction.check_layers({name: state.layers[name] for name in dead})
        benches.write_state(place, replace(state, phase=Phase.RESTARTING, nodes=dead))
        works.say(_("redémarrage : %(names)s") % {"names": ", ".join(dead) or _("câbles")})
        construction.start(works, state.layers, dead)
        construction.finish(works, dead)
        construction.write_endpoints(works, place.scan())
    if dead or lost or state.phase is not Phase.READY:
        benches.write_state(place, replace(state, phase=Phase.READY, nodes=()))
    return UpOutcome(dead, tuple(map(network.name_cable, lost)))


def name_cables(plan: Plan) -> tuple[str, ...]:
    """Return every cable of a plan as a person reads it."""
    return tuple(map(network.name_cable, network.list_cables(plan)))


def check_plan(works: Works, state: BenchState) -> None:
    """Refuse to change a bench that was built from another plan."""
    if state.plan != document.digest(works.plan):
        message = _("le banc %(bench)s a été construit d’après un autre plan")
        hint = _("le cahier, la salle ou labctl a changé : labctl reset, ou labctl down puis up")
        raise ProviderError(message % {"bench": works.bench.name}, hint=hint)


def kill_all(place: Bench, deadline: Deadline) -> bool:
    """Kill everything that carries the bench's tag, until a look finds nothing."""
    limit = deadline.within(_KILL_S)
    killed = False
    while found := processes.scan(benches.instance(), place.name):
        processes.kill(found, limit)
        killed = True
    return killed


def kill_spawners(place: Bench, deadline: Deadline) -> None:
    """Kill the child programs of a killed labctl: the lock says that no other is at work."""
    found = processes.scan(benches.instance(), place.name)
    left = tuple(process for process in found if process.node == processes.SPAWNER)
    processes.kill(left, deadline.within(_KILL_S))
