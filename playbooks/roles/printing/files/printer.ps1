# Installs a network printer by IPP, for everybody, and prints a page on it once. Windows names it after what the printer
# says of itself, whatever it is told, and not always at once.
[CmdletBinding()]
param([string]$Name, [string]$Url, [string]$Test)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$before = @(Get-Printer | ForEach-Object { $_.Name })
$Ansible.Changed = $Name -notin $before
if ($Ansible.Changed) {
    Add-Printer -IppURL $Url
    $limit = (Get-Date).AddSeconds(60)
    do {
        Start-Sleep -Milliseconds 500
        $added = @(Get-Printer | Where-Object { $_.Name -notin $before })
    } until ($added.Count -gt 0 -or (Get-Date) -gt $limit)
    if ($added.Count -ne 1) { throw "$($added.Count) printers appeared for $Url" }
    if ($added[0].Name -ne $Name) { Rename-Printer -Name $added[0].Name -NewName $Name }
    $Test | Out-Printer -Name $Name
}
