"""The plan for readers: tables, JSON, a mermaid graph, an SVG picture."""

from labctl.core.untrusted import one_line
from labctl.plan.document import to_json
from labctl.plan.model import Node, Plan
from labctl.plan.picture.drawing import render_svg
from labctl.plan.tables import render_tables
from labctl.plan.wording import describe_address
from labctl.plan.words import Table
from labctl.spec.topology import NodeState

_CODES = {ord(sign): code for sign, code in {
    "#": "#35;", "&": "&amp;", '"': "#quot;", "<": "&lt;", ">": "&gt;", "`": "#96;",
}.items()}  # fmt: skip
"""Signs that mean something to mermaid, and the codes it shows them from."""
__all__ = ["Table", "render_json", "render_mermaid", "render_svg", "render_tables"]


def render_json(plan: Plan) -> str:
    """Return the plan as its document."""
    return to_json(plan)


def render_mermaid(plan: Plan) -> str:
    """Return the plan as a mermaid graph."""
    lines = ["graph TD"]
    for node in plan.nodes.values():
        words = "<br/>".join(_quote(word) for word in _summary(plan, node))
        opening, closing = ("([", "])") if node.state is NodeState.OBSERVER else ("[", "]")
        lines.append(f'  {node.name}{opening}"{words}"{closing}')
    for link in plan.links:
        label = f"{link.a.interface} – {link.b.interface}"
        segment = plan.segments.get(link.untagged)
        if link.tagged:
            label += " · trunk"
        elif segment is not None and segment.vid:
            label += f" · VLAN {segment.vid}"
        lines.append(f'  {link.a.node} ---|"{_quote(label)}"| {link.b.node}')
    return "\n".join(lines) + "\n"


def _summary(plan: Plan, node: Node) -> tuple[str, ...]:
    """Return what a box says: the host name, then the addresses worth reading."""
    told = [describe_address(plan, node, card) for card in node.interfaces[:2]]
    return (node.hostname, *(words for words in told if words != "—"))


def _quote(words: str) -> str:
    """Return a text as mermaid admits it between quotes: no mark of its own, no code, one line."""
    return one_line(words).translate(_CODES)
