"""What a Windows 11 is installed with."""

from checks.installation.answers import answer as answer_installation
from checks.storage.answers import answer as answer_storage
from labctl.api import Node, Plan


def answers(plan: Plan) -> dict[str, str]:
    """Return what its answer files say, of the subject."""
    return answer_installation(plan) | answer_storage(plan)


def parameters(plan: Plan, _node: Node) -> dict[str, object]:
    """Return what its answer files say, for the disc that makes it itself."""
    return {"answers": answers(plan)}
