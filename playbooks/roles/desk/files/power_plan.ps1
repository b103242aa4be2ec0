# Chooses a power plan.
[CmdletBinding()]
param([guid]$Guid)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$Ansible.Changed = "$(& powercfg.exe /getactivescheme)" -notmatch "$Guid"
if ($Ansible.Changed) {
    & powercfg.exe /setactive "$Guid"
    if ($LASTEXITCODE -ne 0) { throw "powercfg: code $LASTEXITCODE" }
}
