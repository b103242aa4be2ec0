"""What a subject says of remote help."""

from checks.remote_help.demand import RemoteSupport
from labctl.api import Plan

_TOOLS = {"msra": "Assistance à distance", "rdp_shadow": "Bureau à distance en ombre", "vnc": "VNC"}


def fields(asked: RemoteSupport, _plan: Plan) -> dict[str, object]:
    """Return the tools, in words."""
    return {"tools": [_TOOLS.get(name, name) for name in asked.tools]}
