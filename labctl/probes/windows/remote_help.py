"""What Remote Assistance leaves on a Windows workstation: one log for each session."""

from dataclasses import dataclass

from labctl.connect.base import Answer, Question
from labctl.plan.model import Plan
from labctl.probes.base import Probe
from labctl.probes.windows.asking import ask_cim
from labctl.probes.windows.reading import read_instances, text_of

LOGS = "documents\\remote assistance logs"


@dataclass(frozen=True, slots=True)
class RemoteHelp:
    """The logs in the main user's documents, by name."""

    logs: frozenset[str]


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for the folder's files; the profile of a user who had a namesake ends with the domain."""
    user = plan.workstation.user
    profiles = (user, f"{user}.{plan.directory.netbios}")
    return tuple(
        ask_cim(plan, "CIM_DataFile", "Name", where=_where(rf"\users\{profile}\{LOGS}\ ".rstrip()))
        for profile in profiles
    )


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> RemoteHelp:
    """Read the names of the logs, which are XML."""
    files = (text_of(one, "Name") for answer in answers for one in read_instances(answer))
    return RemoteHelp(frozenset(name for name in files if name.casefold().endswith(".xml")))


def _where(folder: str) -> str:
    """Return the condition that names one folder: without it every file of the disk is read."""
    escaped = folder.lower().replace("\\", "\\\\").replace("'", "\\'")
    return f"Drive='C:' AND Path='{escaped}'"


PROBE = Probe(RemoteHelp, ask, parse)
