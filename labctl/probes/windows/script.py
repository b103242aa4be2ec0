"""The one script of a visit: what no CIM class of Windows tells."""

from labctl.connect.base import Question
from labctl.plan.model import Plan
from labctl.probes.windows.asking import ask_script

SCRIPT = """\
$ErrorActionPreference = 'Stop'
$facts = @{ channel = $false; channel_error = $null }
try { $facts.channel = [bool](Test-ComputerSecureChannel) }
catch { $facts.channel_error = [string]$_.Exception.Message }
ConvertTo-Json -Compress -Depth 4 -InputObject $facts
"""


def ask_facts(plan: Plan) -> Question:
    """Ask the workstation for all that only PowerShell can tell."""
    return ask_script(plan, SCRIPT, "PowerShell : Test-ComputerSecureChannel")
