# Defender: protection in real time as asked, signatures no older than asked.
[CmdletBinding()]
param([bool]$RealTime, [int]$MostDays)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$Ansible.Changed = $false
$status = Get-MpComputerStatus
if ($status.RealTimeProtectionEnabled -ne $RealTime) {
    Set-MpPreference -DisableRealtimeMonitoring (-not $RealTime)
    $Ansible.Changed = $true
}
if ($status.AntivirusSignatureAge -gt $MostDays) {
    Update-MpSignature
    $Ansible.Changed = $true
}
