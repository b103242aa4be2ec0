# Applies the policies of the domain and wants to find each of those that are meant for this machine.
[CmdletBinding()]
param([string[]]$Names)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$null = & gpupdate.exe /target:computer /force /wait:60
$list = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Group Policy\State\Machine\GPO-List'
$applied = @(Get-ChildItem -Path $list | ForEach-Object { $_.GetValue('DisplayName') })
$missing = @($Names | Where-Object { $_ -notin $applied })
if ($missing) { throw "not applied: $missing" }
