"""The embedded provider: observe, and change only what is not as it must be."""

from collections.abc import Sequence

from labctl.connect.base import Endpoints
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import Report
from labctl.plan.model import Plan
from labctl.providers.base import BenchStatus, ResetProof, UpOutcome
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces import runtime
from labctl.providers.namespaces.bench import Bench
from labctl.providers.works import acts, construction, observation, power
from labctl.providers.works.endpoints import build_endpoints
from labctl.providers.works.guests import NoGuests


class EmbeddedProvider:
    """Machines are namespaces of this one; see vm_templates/README.md."""

    def up(self, plan: Plan, report: Report, deadline: Deadline) -> UpOutcome:
        """Make every machine of the plan run and be ready; never undoes a candidate's work."""
        return acts.up(construction.open_works(plan, report, deadline))

    def reset(
        self, plan: Plan, nodes: Sequence[NodeName], report: Report, deadline: Deadline
    ) -> ResetProof:
        """Replace machines (all for none, dependants included) by new ones, with proof."""
        return acts.reset(construction.open_works(plan, report, deadline), nodes)

    def cut_power(
        self, plan: Plan, nodes: Sequence[NodeName], report: Report, deadline: Deadline
    ) -> str:
        """Kill machines and start them again on their own folders; return what is not ready."""
        return power.cut(construction.open_works(plan, report, deadline), nodes)

    def down(self, bench: BenchId, deadline: Deadline) -> bool:
        """Remove everything of a bench; tell whether there was something."""
        return acts.down(Bench(bench), NoGuests(), deadline)

    def list_benches(self) -> tuple[BenchId, ...]:
        """Return the benches of which something exists, also when their files are gone."""
        return benches.list_benches()

    def status(self, bench: BenchId) -> BenchStatus:
        """Look at a bench."""
        return observation.observe(benches.find(bench))

    def endpoints(self, plan: Plan) -> Endpoints:
        """Return every way into the running machines of a bench."""
        place = benches.find(plan.bench)
        running = place.scan()
        if not running or benches.read_state(place) is None:
            message = _("le banc %(bench)s n’est pas construit") % {"bench": place.name}
            raise ProviderError(message, hint=f"labctl up {plan.bench}")
        return build_endpoints(plan, place, running)

    def serve_argv(self, plan: Plan) -> tuple[str, ...]:
        """Return nothing: benches are looked at from here."""
        del plan
        return ()

    def enter_argv(self, bench: BenchId, node: NodeName, argv: Sequence[str]) -> tuple[str, ...]:
        """Return the local command that runs a command inside a machine (its console)."""
        running = Bench(bench).scan()
        if node not in running:
            message = _("la machine « %(node)s » du banc %(bench)02d ne tourne pas")
            there = _("en marche : %(nodes)s") % {"nodes": ", ".join(sorted(running))}
            hint = there if running else f"labctl up {bench}"
            raise ProviderError(message % {"node": node, "bench": bench}, hint=hint)
        return runtime.enter_argv(running[node], argv)
