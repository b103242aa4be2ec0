# Adds a wireless network that the workstation joins by itself; nothing where there is no wireless card.
[CmdletBinding()]
param([string]$Ssid, [securestring]$Key)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$cards = @(Get-NetAdapter -Physical | Where-Object { "$($_.NdisPhysicalMedium)" -eq '9' })
$null = & netsh.exe wlan show profile "name=$Ssid"
$Ansible.Changed = $cards.Count -gt 0 -and $LASTEXITCODE -ne 0
if ($Ansible.Changed) {
    $plain = (New-Object -TypeName pscredential -ArgumentList 'x', $Key).GetNetworkCredential().Password
    $name, $secret = [Security.SecurityElement]::Escape($Ssid), [Security.SecurityElement]::Escape($plain)
    $text = @"
<?xml version="1.0"?>
<WLANProfile xmlns="http://www.microsoft.com/networking/WLAN/profile/v1">
  <name>$name</name>
  <SSIDConfig><SSID><name>$name</name></SSID></SSIDConfig>
  <connectionType>ESS</connectionType>
  <connectionMode>auto</connectionMode>
  <MSM><security>
    <authEncryption><authentication>WPA2PSK</authentication><encryption>AES</encryption><useOneX>false</useOneX></authEncryption>
    <sharedKey><keyType>passPhrase</keyType><protected>false</protected><keyMaterial>$secret</keyMaterial></sharedKey>
  </security></MSM>
</WLANProfile>
"@
    $file = Join-Path $Ansible.Tmpdir 'wlan.xml'
    [IO.File]::WriteAllText($file, $text)
    $null = & netsh.exe wlan add profile "filename=$file" user=all
    if ($LASTEXITCODE -ne 0) { throw "netsh: code $LASTEXITCODE" }
}
