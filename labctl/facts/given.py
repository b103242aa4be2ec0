"""Files that a topic gives the candidate, for the facts that rest on what was given."""

from labctl.core import content
from labctl.core.i18n import _
from labctl.core.store import read_bytes
from labctl.core.verdict import Reason
from labctl.facts.probe import NotUnderstood

FOLDER = "given"


def read_given(topic: str, name: str) -> str:
    """Return a text of the folder ``given`` of a topic; NotUnderstood when there is none."""
    for path in content.list_topic_files(topic, f"{FOLDER}/{name}").values():
        return read_bytes(path).decode()
    said = _("le fichier « %(name)s » n'est pas fourni avec ce sujet") % {"name": name}
    raise NotUnderstood(said, Reason.SPEC)
