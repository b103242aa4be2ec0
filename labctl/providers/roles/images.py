"""The layers a plan is made of."""

from labctl.plan.model import Node, Plan
from labctl.providers.roles import layers
from labctl.providers.roles.layers import Layer
from labctl.spec.kind import load_chain


def layers_of(plan: Plan) -> tuple[Layer, ...]:
    """Return every layer of every machine of a plan, each after those below it."""
    found: dict[str, Layer] = {}
    for name in sorted(plan.nodes):
        found |= {layer.name: layer for layer in stack_of(plan.nodes[name])}
    return tuple(found.values())


def stack_of(node: Node) -> tuple[Layer, ...]:
    """Return the layers of a machine, the lowest first; none when it is made from a master."""
    chain = load_chain(node.kind)
    return () if chain[-1].kind.master else layers.resolve(chain, node.layer)
