# Installs a network printer by IPP, for everybody, and prints a page on it once.
[CmdletBinding()]
param([string]$Name, [string]$Url, [string]$Test)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$Ansible.Changed = @(Get-Printer | Where-Object { $_.Name -eq $Name }).Count -eq 0
if ($Ansible.Changed) {
    Add-Printer -Name $Name -IppURL $Url
    $Test | Out-Printer -Name $Name
}
