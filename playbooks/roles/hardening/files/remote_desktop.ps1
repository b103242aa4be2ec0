# Opens or closes the firewall for the remote desktop: its group of rules by its resource, the same in every language.
[CmdletBinding()]
param([bool]$Allowed)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$wanted = if ($Allowed) { 'True' } else { 'False' }
$rules = @(Get-NetFirewallRule -Group '@FirewallAPI.dll,-28752' | Where-Object { "$($_.Enabled)" -ne $wanted })
$Ansible.Changed = $rules.Count -gt 0
if ($Ansible.Changed) { $rules | Set-NetFirewallRule -Enabled $wanted }
