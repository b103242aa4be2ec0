"""The verbs of a provider, once it knows the machines that are no namespaces (if any)."""

from collections.abc import Sequence

from labctl.core import store
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.providers.base import ResetProof, UpOutcome
from labctl.providers.doors import entry
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench, Phase
from labctl.providers.works import building, construction, resetting
from labctl.providers.works.construction import Works
from labctl.providers.works.guests import Guests


def up(works: Works) -> UpOutcome:
    """Make every machine of the plan run and be ready; never undoes a candidate's work.

    A bench that was completed once is only repaired: a dead machine starts again on its own
    disk, a lost cable is laid again. One whose building was interrupted is built anew.
    """
    state = benches.read_state(works.bench)
    with store.writing(works.bench.folder):
        if state is None or state.phase is Phase.BUILDING:
            building.build(works, construction.ensure_layers(works))
            return UpOutcome(tuple(works.plan.nodes), building.name_cables(works))
        building.check_plan(works, state)
        if state.phase is Phase.RESETTING:
            reset(works, state.nodes)
            state = benches.read_state(works.bench) or state
        return building.repair(works, state)


def reset(works: Works, nodes: Sequence[NodeName]) -> ResetProof:
    """Replace machines (all for none, dependants included) by new ones, with proof."""
    names = resetting.add_dependants(works.plan, nodes)
    state = benches.read_state(works.bench)
    with store.writing(works.bench.folder):
        if state is None or state.phase is Phase.BUILDING or len(names) == len(works.plan.nodes):
            return resetting.reset_all(works)
        building.check_plan(works, state)
        begun = state.nodes if state.phase is Phase.RESETTING else ()
        return resetting.reset_some(works, state, tuple(dict.fromkeys((*begun, *names))))


def down(place: Bench, guests: Guests, deadline: Deadline) -> bool:
    """Remove everything of a bench; tell whether there was something."""
    benches.forget_state(place)
    killed = building.kill_all(place, deadline)
    entry.close_door(place, deadline)
    removed = guests.remove()
    wiped = benches.wipe(place)
    benches.remove_folder(place)
    return killed or removed or wiped
