"""Whether a Windows workstation notes who opens a session, as its audit policy is in force."""

from dataclasses import dataclass

from labctl.api import NodeName, NotUnderstood, Plan, Reading, _, ask_part, attempt, fact, read_told

LOGON = "{0CCE9215-69AE-11D9-BED3-505054503030}"
"""The subcategory of logons, which every Windows knows by this GUID."""
SCRIPT = rf"""$file = Join-Path $env:TEMP "$([guid]::NewGuid()).csv"
try {{
auditpol /backup /file:$file | Out-Null
Get-Content $file | ConvertFrom-Csv -Header 'a', 'b', 'c', 'id', 'd', 'e', 'n' |
Where-Object id -eq '{LOGON}' | Select-Object -First 1 | ForEach-Object {{ [int]$_.n }}
}} finally {{ Remove-Item $file -ErrorAction Ignore }}"""
SUCCESS, FAILURE = 1, 2
"""Bits of a setting of auditpol, the same in every language."""


@dataclass(frozen=True, slots=True)
class LogonAudit:
    """What is noted of logons; ``problem`` says why it is not known."""

    success: bool = False
    failure: bool = False
    problem: str = ""


@fact(LogonAudit, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[LogonAudit]:
    """Read the bits of the subcategory of logons: no class of Windows holds them.

    Microsoft, "auditpol backup".
    """
    (answer,) = yield from attempt(ask_part(at, "audit", SCRIPT, "auditpol"))
    told = read_told(answer, "audit")
    if told.problem:
        return LogonAudit(problem=told.problem)
    if len(told.found) != 1 or type(told.found[0]) is not int:
        raise NotUnderstood(_("auditpol : aucun réglage des ouvertures de session"))
    (bits,) = told.found
    return LogonAudit(bool(bits & SUCCESS), bool(bits & FAILURE))
