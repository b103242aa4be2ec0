"""Build a bench, repair one, end one: what the verbs of the provider are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.plan import document
from labctl.providers.base import UpOutcome
from labctl.providers.doors import entry
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces import network, processes
from labctl.providers.namespaces.bench import Bench, BenchState, Phase
from labctl.providers.roles.safe import Safe
from labctl.providers.works import construction
from labctl.providers.works.construction import Prepared, Stacks, Works
from labctl.providers.works.guests import KEPT_FOLDER, Files

_KILL_S = 10.0


@dataclass(frozen=True, slots=True)
class Made:
    """New machines: what those that are namespaces were given, and the others."""

    prepared: Mapping[NodeName, Prepared]
    files: Files


def build(works: Works, stacks: Stacks) -> Made:
    """Remove what is left of a bench and build it anew."""
    plan, place = works.plan, works.bench
    if place.is_opened:  # building would remove what was sealed
        message = _("le banc %(bench)s, ouvert au jury, a perdu l'état de ses machines")
        hint = _("labctl seal, puis labctl unseal : la copie du jury est refaite")
        raise ProviderError(message % {"bench": place.name}, hint=hint)
    safe = Safe(place.secrets)
    before = safe.read_all()
    benches.forget_state(place)
    kill_all(place, works.deadline)
    entry.close_door(place, works.deadline)
    works.guests.remove()
    benches.wipe(place, keep=(KEPT_FOLDER, place.secrets.name))
    safe.forget(but=construction.list_typed(plan))
    digest = document.digest(plan)
    benches.write_state(place, BenchState(Phase.BUILDING, digest, stacks, tuple(plan.nodes)))
    works.say(_("création de %(count)d machines") % {"count": len(plan.nodes)})
    benches.write_plan(place, plan)
    safe.draw_common(f"labctl {place.name}")
    drawn = construction.list_secrets(plan, plan.nodes)
    safe.draw_passwords(drawn, construction.list_typed(plan), before)
    made = make(works, stacks, tuple(plan.nodes))
    benches.write_state(place, BenchState(Phase.READY, digest, stacks))
    return made


def make(works: Works, stacks: Stacks, names: Sequence[NodeName]) -> Made:
    """Make new machines, start them and wait until they are ready."""
    own = [name for name in names if name not in works.others]
    made = Made(
        construction.prepare(works, own),
        {name: construction.draw_files(works, name) for name in names if name in works.others},
    )
    works.guests.make(made.files)
    construction.start(works, stacks, own)
    construction.finish(works, names)
    return made


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
    up = {*running, *works.guests.scan()}
    dead = tuple(name for name in works.plan.nodes if name not in up)
    faults = works.guests.find_faults()
    cables = network.list_cables(works.plan, works.outside)
    lost = network.find_missing(cables, works.scan())
    if dead or lost or faults:
        own = [name for name in dead if name not in works.others]
        construction.check_layers({name: state.layers[name] for name in own})
        benches.write_state(place, replace(state, phase=Phase.RESTARTING, nodes=dead))
        works.say(_("redémarrage : %(names)s") % {"names": ", ".join(dead) or _("câbles")})
        works.guests.restart([name for name in dead if name in works.others])
        construction.start(works, state.layers, own)
        construction.finish(works, dead)
        construction.write_endpoints(works, place.scan())
    if dead or lost or faults or state.phase is not Phase.READY:
        benches.write_state(place, replace(state, phase=Phase.READY, nodes=()))
    return UpOutcome(dead, (*map(network.name_cable, lost), *faults))


def name_cables(works: Works) -> tuple[str, ...]:
    """Return every cable of namespaces as a person reads it."""
    cables = network.list_cables(works.plan, works.outside)
    return tuple(map(network.name_cable, cables))


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
