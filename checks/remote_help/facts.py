"""What a session from afar leaves on a Windows workstation.

Remote Assistance: one log for each. Remote Desktop: events, with the address it came from, and the
consent that was given to who wanted to watch a session. VNC: nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from checks.desk.people import authority_of, login_of
from checks.installation.facts.operating_system import ask_system
from labctl.api import (
    NodeName,
    Plan,
    Reading,
    Told,
    ask_cim,
    ask_part,
    attempt,
    fact,
    moment_of,
    number_of,
    read_instances,
    read_one,
    read_told,
    refuse_trouble,
    text_of,
)

LOGS = "documents\\remote assistance logs"
CONSENTS = frozenset({20508, 20510})
"""The user let somebody watch the session, or take it."""
HERE = frozenset({"", "local"})
"""Addresses that an event of a session opened on the machine itself has."""
SCRIPT = r"""
$logs = @{ RemoteConnectionManager = 1149, 20508, 20510; LocalSessionManager = 21, 24, 25 }
foreach ($log in $logs.Keys) {
$wanted = @{ LogName = "Microsoft-Windows-TerminalServices-$log/Operational"; Id = $logs[$log] }
try { Get-WinEvent -FilterHashtable $wanted -MaxEvents 200 | ForEach-Object {
$told = ([xml]$_.ToXml()).Event.UserData.EventXML
@{ id = $_.Id; at = $_.TimeCreated.ToUniversalTime().ToString('s') + 'Z'
from = "$($told.Address)$($told.Param3)" }
} } catch { if ($_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound*') { throw } }
}"""


@dataclass(frozen=True, slots=True)
class RemoteSession:
    """An event of a session from afar; ``address`` is empty in those that tell of a consent."""

    event: int
    at: datetime
    address: str


@dataclass(frozen=True, slots=True)
class RemoteHelp:
    """The logs in the main user's documents, and the events since Windows was installed.

    ``problem`` says why the events are not known.
    """

    logs: frozenset[str]
    sessions: tuple[RemoteSession, ...] = ()
    problem: str = ""


@fact(RemoteHelp, kind="windows")
def from_windows(plan: Plan, at: NodeName) -> Reading[RemoteHelp]:
    """Read the names of the logs, which are XML, and the events that are not of a session here.

    The profile of a user who had a namesake ends with the domain (Microsoft, "Remote Assistance
    logs", "Shadow events 20508 and 20510").
    """
    user = login_of(plan)
    profiles = (user, f"{user}.{authority_of(plan, at)}")
    wanted = (_where(rf"\users\{profile}\{LOGS}\ ".rstrip()) for profile in profiles)
    *others, script = yield from attempt(
        *(ask_cim(at, "CIM_DataFile", "Name", where=where) for where in wanted),
        ask_system(at),
        ask_part(at, "sessions", SCRIPT, "Get-WinEvent"),
    )
    for answer in others:
        refuse_trouble(answer)
    *folders, system = others
    files = (text_of(one, "Name") for answer in folders for one in read_instances(answer))
    told = read_told(script, "sessions")
    return RemoteHelp(
        frozenset(name for name in files if name.casefold().endswith(".xml")),
        tuple(_sessions(told, moment_of(read_one(system), "InstallDate"))),
        told.problem,
    )


def _sessions(told: Told, installed_at: datetime) -> Iterator[RemoteSession]:
    for event in told.instances():
        code, address = number_of(event, "id"), text_of(event, "from")
        session = RemoteSession(code, moment_of(event, "at"), address)
        is_remote = code in CONSENTS or address.casefold() not in HERE
        if is_remote and session.at >= installed_at:
            yield session


def _where(folder: str) -> str:
    """Return the condition that names one folder: without it every file of the disk is read."""
    escaped = folder.lower().replace("\\", "\\\\").replace("'", "\\'")
    return f"Drive='C:' AND Path='{escaped}'"
