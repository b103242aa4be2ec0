# Tells where a user's registry is: loaded while a session is open, else in a file that Ansible loads.
[CmdletBinding()]
param([string]$User)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$account = New-Object -TypeName System.Security.Principal.NTAccount -ArgumentList $User
$sid = $account.Translate([System.Security.Principal.SecurityIdentifier]).Value
if (Test-Path -LiteralPath "Registry::HKEY_USERS\$sid") {
    $Ansible.Result = @{ root = "HKU:\$sid"; file = '' }
}
else {
    $profiles = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList'
    $folder = (Get-ItemProperty -LiteralPath "$profiles\$sid").ProfileImagePath
    $Ansible.Result = @{ root = 'HKLM:\ANSIBLE'; file = "$folder\NTUSER.DAT" }
}
