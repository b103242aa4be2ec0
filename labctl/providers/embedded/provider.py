"""The embedded provider: observe, and change only what is not as it must be."""

import os
from collections.abc import Sequence

from labctl.connect.base import Endpoints
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import Report
from labctl.plan.model import Plan
from labctl.providers.base import BenchStatus, ResetProof
from labctl.providers.embedded import bench as benches
from labctl.providers.embedded import (
    building,
    construction,
    network,
    observation,
    resetting,
    runtime,
)
from labctl.providers.embedded.bench import Bench, Phase
from labctl.providers.embedded.endpoints import build_endpoints

_SHELL = ("/bin/sh", "-l")


class EmbeddedProvider:
    """Machines are namespaces of this one; see vm_templates/README.md."""

    def up(self, plan: Plan, report: Report, deadline: Deadline) -> Endpoints:
        """Make the bench exist and be ready; a built bench keeps the candidate's work.

        A bench that was completed once is only repaired: a dead machine starts again on its own
        disk, a lost cable is laid again. One whose building was interrupted is built anew.
        """
        works = construction.open_works(plan, report, deadline)
        state = benches.read_state(works.bench)
        if state is None or state.phase is Phase.BUILDING:
            building.build(works, construction.ensure_layers(works))
            return self.endpoints(plan)
        building.check_plan(works, state)
        if state.phase is Phase.RESETTING:
            self.reset(plan, state.nodes, report, deadline)
            state = benches.read_state(works.bench) or state
        building.repair(works, state)
        return self.endpoints(plan)

    def status(self, plan: Plan) -> BenchStatus:
        """Observe the bench without touching it."""
        place = Bench(plan.bench)
        running = place.scan()
        state = benches.read_state(place)
        built = state is not None and state.phase is Phase.READY
        missing = network.find_missing(network.list_cables(plan), running)
        nodes = tuple(
            observation.observe_node(name, running.get(name), missing) for name in plan.nodes
        )
        return BenchStatus(plan.bench, built, nodes)

    def reset(
        self, plan: Plan, nodes: Sequence[NodeName], report: Report, deadline: Deadline
    ) -> ResetProof:
        """Replace machines (all for none, dependants included) by new ones, with proof."""
        works = construction.open_works(plan, report, deadline)
        names = resetting.add_dependants(plan, nodes)
        state = benches.read_state(works.bench)
        if state is None or state.phase is Phase.BUILDING or len(names) == len(plan.nodes):
            return resetting.reset_all(works)
        building.check_plan(works, state)
        begun = state.nodes if state.phase is Phase.RESETTING else ()
        return resetting.reset_some(works, state, tuple(dict.fromkeys((*begun, *names))))

    def down(self, bench: int, report: Report, deadline: Deadline) -> int:
        """Remove the bench, found by its tag; return how many machines and files went."""
        report(_("banc %(bench)02d : suppression") % {"bench": bench})
        place = Bench(BenchId(bench))
        benches.forget_state(place)
        gone = building.kill_all(place, deadline) + benches.wipe(place)
        benches.remove_folder(place)
        return gone

    def down_all(self, report: Report, deadline: Deadline) -> int:
        """Remove everything that carries this instance's tag, state known or lost."""
        return sum(self.down(bench, report, deadline) for bench in benches.list_benches())

    def endpoints(self, plan: Plan) -> Endpoints:
        """Return the ways into a built bench; ProviderError when it is not built."""
        place = Bench(plan.bench)
        running = place.scan()
        if not running or benches.read_state(place) is None:
            message = _("le banc %(bench)s n’est pas construit") % {"bench": place.name}
            raise ProviderError(message, hint="labctl up")
        return build_endpoints(plan, place, running)

    def console(self, plan: Plan, node: NodeName, argv: Sequence[str]) -> int:
        """Run a console (or a command) in a machine on this terminal; return its exit code."""
        running = Bench(plan.bench).scan()
        if node not in running:
            message = _("la machine « %(node)s » du banc %(bench)02d ne tourne pas")
            hint = _("en marche : %(nodes)s") % {"nodes": ", ".join(sorted(running)) or "–"}
            raise ProviderError(message % {"node": node, "bench": plan.bench}, hint=hint)
        full = runtime.enter_argv(running[node], argv or _SHELL)
        return os.spawnv(os.P_WAIT, full[0], full)
