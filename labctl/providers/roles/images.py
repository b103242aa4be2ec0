"""The layers a plan is made of."""

from labctl.plan.model import Plan
from labctl.providers.roles import layers, parameters
from labctl.providers.roles.layers import Layer
from labctl.spec.kind import inherit, load_chain


def layers_of(plan: Plan) -> tuple[Layer, ...]:
    """Return every layer of every role of a plan, each after those below it."""
    found: dict[str, Layer] = {}
    for role in sorted({node.role for node in plan.nodes.values()}):
        found |= {layer.name: layer for layer in stack_of(plan, role)}
    return tuple(found.values())


def stack_of(plan: Plan, role: str) -> tuple[Layer, ...]:
    """Return the layers of a role, the lowest first; none when it is made from a master."""
    chain = load_chain(role)
    kind = inherit(chain)
    if kind.master is not None:
        return ()
    return layers.resolve(chain, parameters.domain(plan) if kind.provision else None)
