"""The layers a plan is made of."""

from labctl.plan.model import Plan
from labctl.providers.roles import layers, parameters, templates
from labctl.providers.roles.layers import Layer


def layers_of(plan: Plan) -> tuple[Layer, ...]:
    """Return every layer of every role of a plan, each after those below it."""
    found: dict[str, Layer] = {}
    for role in sorted({node.role for node in plan.nodes.values()}):
        chain = templates.load_chain(role)
        has_domain = templates.find_setting(chain, "provision")
        domain = parameters.domain(plan) if has_domain else None
        found |= {layer.name: layer for layer in layers.resolve(chain, domain)}
    return tuple(found.values())
