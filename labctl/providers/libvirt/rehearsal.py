"""What a machine rehearses its start with: files like its own, with secrets of nobody.

They are in the state it is saved in; what is told to start for good takes its own in their place.
"""

from collections.abc import Mapping

from labctl.core import secrets
from labctl.plan.model import Node, Plan
from labctl.providers.roles import nodefiles, trust
from labctl.providers.roles.nodefiles import NodeFile
from labctl.providers.roles.safe import NodeTrust
from labctl.spec.kind import load_kind


def draw_files(plan: Plan, node: Node) -> Mapping[str, NodeFile]:
    """Return the files of a machine, every secret drawn for this once and kept nowhere."""
    authority = trust.draw_authority("rehearsal")
    names = nodefiles.list_names(plan, node)
    drawn = NodeTrust(
        audit_key=trust.draw_key().public,
        host_key=trust.draw_key(),
        authority=authority.pem,
        certificate=trust.issue(authority, names),
        secrets={name: f"{secrets.draw().reveal()}-Aa1" for name in load_kind(node.kind).secrets},
    )
    return nodefiles.render(plan, node, drawn)
