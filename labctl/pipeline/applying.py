"""A solution is applied to a bench: by this labctl, or by the one beside the bench."""

import base64
from collections.abc import Collection, Mapping

from labctl.configure.compose import compose_for
from labctl.configure.run import Applied, Target, apply
from labctl.core.errors import InfrastructureError, ProviderError
from labctl.core.i18n import _
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import Report
from labctl.core.secrets import Secret
from labctl.pipeline.order import Order
from labctl.pipeline.place import bench_dir
from labctl.pipeline.remote import ask_beside
from labctl.pipeline.shelf import fill_shelf
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition
from labctl.providers.parts import load_observer
from labctl.spec.kind import load_kind

SOLVE_S = 240.0
"""Longest solution of a bench; a kind that updates, encrypts and restarts says how much more."""


def longest_s(plan: Plan) -> float:
    """Return how long the solution of a bench may take, before patience."""
    return SOLVE_S + max(load_kind(node.kind).solution_s for node in plan.nodes.values())


def require_there(plan: Plan) -> None:
    """Raise ProviderError for a bench that is not built: nothing is to be noted of it."""
    observer = load_observer(plan.provider)
    if not observer.serve_argv(plan):
        observer.endpoints(plan)
    elif observer.status(BenchId(plan.bench)).condition is BenchCondition.ABSENT:
        message = _("le banc %(bench)s n’est pas construit") % {"bench": f"{plan.bench:02d}"}
        raise ProviderError(message, hint=f"labctl up {plan.bench}")


def apply_solution(
    plan: Plan,
    secrets: Mapping[str, Secret],
    report: Report,
    topics: Collection[str] | None = None,
    nodes: Collection[NodeName] | None = None,
    documents: Mapping[str, bytes] | None = None,
) -> Applied:
    """Apply the solution of a plan, or that of some topics or machines of it (None: of all).

    ``documents`` are then put on the shelf of the bench. Raises InfrastructureError, naming the
    tasks, when one failed.
    """
    limit_s = longest_s(plan) * plan.patience
    written = {name: base64.b64encode(one).decode() for name, one in (documents or {}).items()}
    options = {"topics": _listed(topics), "nodes": _listed(nodes), "documents": written}
    order = Order("apply", plan.bench, (plan,), limit_s, secrets, options)
    beside = load_observer(plan.provider).serve_argv(plan)
    applied: Applied = ask_beside(beside, order, report) if beside else apply_on(order, report)
    if applied.troubles:
        raise InfrastructureError(
            _("le corrigé n'a pas pu être appliqué en entier") + "\n" + "\n".join(applied.troubles),
            hint=_("l'état des machines : labctl status %(bench)d") % {"bench": plan.bench},
        )
    return applied


def apply_on(order: Order, report: Report) -> Applied:
    """Apply what is ordered to a bench, which whoever ordered it holds; a failed task is a result.

    Done from the labctl that reaches the bench's networks.
    """
    plan = order.plan
    solution = compose_for(plan, order.options["topics"], order.options["nodes"])
    endpoints = load_observer(plan.provider).endpoints(plan)
    target = Target(plan, endpoints, order.secrets, bench_dir(plan.bench) / "private")
    limit = order.begin()
    applied = apply(solution, target, limit, report)
    written = order.options["documents"]
    if written and not applied.troubles:
        documents = {name: base64.b64decode(one) for name, one in written.items()}
        fill_shelf(plan, endpoints, documents, limit)
    return applied


def _listed(names: Collection[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)
