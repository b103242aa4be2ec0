# Enables or disables an account that Windows comes with: known by its RID, its name depends on the language.
[CmdletBinding()]
param([int]$Rid, [bool]$Enabled)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$user = Get-LocalUser | Where-Object { $_.SID.Value.EndsWith("-$Rid") }
$Ansible.Changed = $user.Enabled -ne $Enabled
if ($Ansible.Changed -and $Enabled) { Enable-LocalUser -SID $user.SID }
if ($Ansible.Changed -and -not $Enabled) { Disable-LocalUser -SID $user.SID }
