# Finds the group of administrators by its SID, and the SIDs of those who must be in it: local accounts by name,
# those of the domain by RID, and the built-in one, whom Windows never lets out.
[CmdletBinding()]
param([string]$Computer, [string[]]$Local, [string[]]$Rids)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$users = Get-LocalUser
$members = @($users | Where-Object { $_.SID.Value.EndsWith('-500') -or $_.Name -in $Local } | ForEach-Object { $_.SID.Value })
$absent = @($Local | Where-Object { $_ -notin $users.Name })
if ($absent) { throw "no local account: $absent" }
$account = New-Object -TypeName System.Security.Principal.NTAccount -ArgumentList $Computer
$domain = $account.Translate([System.Security.Principal.SecurityIdentifier]).AccountDomainSid.Value
$members += @($Rids | ForEach-Object { "$domain-$_" })
$Ansible.Result = @{ group = (Get-LocalGroup -SID 'S-1-5-32-544').Name; members = $members }
