"""The one script of a visit: what no CIM class of Windows tells, each fact by its name.

What a fact is made of is numbers, paths and moments: words of Windows are in its language. One that
could not be found out says why, and costs no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labctl.connect.base import Answer, Question
from labctl.core.i18n import _
from labctl.facts.cim import ask_script
from labctl.facts.instances import Instance, read_result
from labctl.facts.probe import NotUnderstood
from labctl.plan.model import Plan

LOGON = "{0CCE9215-69AE-11D9-BED3-505054503030}"
"""The subcategory of logons, which every Windows knows by this GUID."""
_SCRIPT = r"""$ErrorActionPreference = 'Stop'
$facts = @{}
function Fact($name, $find) {
try { $facts[$name] = @{ found = @(& $find) } }
catch { $facts[$name] = @{ error = [string]$_.Exception.Message } }
}
Fact channel { [bool](Test-ComputerSecureChannel) }
Fact audit {
$file = Join-Path $env:TEMP "$([guid]::NewGuid()).csv"
try {
auditpol /backup /file:$file | Out-Null
Get-Content $file | ConvertFrom-Csv -Header 'a', 'b', 'c', 'id', 'd', 'e', 'n' |
Where-Object id -eq '%(logon)s' | Select-Object -First 1 | ForEach-Object { [int]$_.n }
} finally { Remove-Item $file -ErrorAction Ignore }
}
Fact sessions {
$logs = @{ RemoteConnectionManager = 1149, 20508, 20510; LocalSessionManager = 21, 24, 25 }
foreach ($log in $logs.Keys) {
$wanted = @{ LogName = "Microsoft-Windows-TerminalServices-$log/Operational"; Id = $logs[$log] }
try { Get-WinEvent -FilterHashtable $wanted -MaxEvents 200 | ForEach-Object {
$told = ([xml]$_.ToXml()).Event.UserData.EventXML
@{ id = $_.Id; at = $_.TimeCreated.ToUniversalTime().ToString('s') + 'Z'
from = "$($told.Address)$($told.Param3)" }
} } catch { if ($_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound*') { throw } }
}
}
Fact tasks {
Get-ScheduledTask | Where-Object TaskPath -notlike '\Microsoft\*' | ForEach-Object {
@{ name = $_.TaskPath + $_.TaskName; result = ($_ | Get-ScheduledTaskInfo).LastTaskResult } }
}
Fact hashes {
%(files)s | Where-Object { Test-Path -LiteralPath $_ } | ForEach-Object {
@{ path = "$_"; sha256 = (Get-FileHash -LiteralPath $_ -Algorithm SHA256).Hash } }
}
Fact wifi {
Get-ChildItem "$env:ProgramData\Microsoft\Wlansvc\Profiles\Interfaces\*\*.xml" | ForEach-Object {
$told = ([xml](Get-Content $_.FullName -Raw)).WLANProfile
@{ name = "$($told.SSIDConfig.SSID.name)"; mode = "$($told.connectionMode)" } }
}
ConvertTo-Json -Compress -Depth 4 -InputObject $facts
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What the script found for a fact; ``problem`` says why it found nothing out."""

    found: tuple[Any, ...] = ()
    problem: str = ""

    def instances(self) -> tuple[Instance, ...]:
        """Return what was found, where it is objects."""
        if not all(isinstance(one, Mapping) for one in self.found):
            raise NotUnderstood(_("PowerShell : des objets étaient attendus"))
        return self.found


def ask_facts(plan: Plan) -> Question:
    """Ask the workstation for all that only PowerShell can tell."""
    backup = plan.windows.use.backup
    paths = (path.replace("'", "''") for path in (backup.original, backup.restored) if path)
    files = ", ".join(f"'{path}'" for path in paths)
    text = "PowerShell : Test-ComputerSecureChannel, auditpol, Get-WinEvent, Get-FileHash…"
    return ask_script(
        plan.workstation.node, _SCRIPT % {"logon": LOGON, "files": files or "@()"}, text
    )


def read_told(answer: Answer, name: str) -> Told:
    """Return what the script found for a fact; what hindered all of it is a problem of each."""
    if answer.trouble is not None:
        return Told(problem=answer.trouble.detail)
    told = read_result(answer).get(name)
    if isinstance(told, Mapping) and isinstance(told.get("found"), list):
        return Told(tuple(told["found"]))
    if isinstance(told, Mapping) and isinstance(told.get("error"), str):
        return Told(problem=told["error"] or "?")
    raise NotUnderstood(
        _("%(what)s : rien de compréhensible sur « %(name)s »")
        % {"what": answer.question.text, "name": name}
    )
