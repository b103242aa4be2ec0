# Defender: protection in real time as asked, signatures no older than asked, tried once with the EICAR test file (a text
# that every antivirus takes for a threat; in two halves here, so that none takes this script for it).
[CmdletBinding()]
param([bool]$RealTime, [int]$MostDays, [bool]$Trial)
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
$eicar = 2147519003
if ($Trial -and -not @(Get-MpThreatDetection | Where-Object { $_.ThreatID -eq $eicar })) {
    $file = Join-Path $env:TEMP 'essai-antivirus.com'
    try { Set-Content -LiteralPath $file -NoNewline -Value ('X5O!P%@AP[4\PZX54(P^)7CC)7}' + '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*') }
    catch { Write-Verbose 'Defender was faster' }
    $Ansible.Changed = $true
}
