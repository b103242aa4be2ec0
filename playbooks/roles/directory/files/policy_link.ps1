# Links a policy that exists to a unit, and enables the link.
[CmdletBinding()]
param([string]$Name, [string]$Target)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$link = (Get-GPInheritance -Target $Target).GpoLinks | Where-Object { $_.DisplayName -eq $Name }
$Ansible.Changed = -not $link -or -not $link.Enabled
if (-not $link) { $null = New-GPLink -Name $Name -Target $Target -LinkEnabled Yes }
elseif (-not $link.Enabled) { $null = Set-GPLink -Name $Name -Target $Target -LinkEnabled Yes }
