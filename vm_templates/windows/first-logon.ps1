# Lays down the jury's way in, once, then erases what Setup kept. Run at the first logon, from the disc LABCTL.
# Everything that differs from one machine to the next is in labctl.json, beside this file.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$values = Get-Content -LiteralPath (Join-Path $PSScriptRoot 'labctl.json') -Raw -Encoding UTF8 | ConvertFrom-Json
$secrets = Get-Content -LiteralPath (Join-Path $PSScriptRoot 'secrets.json') -Raw -Encoding UTF8 | ConvertFrom-Json

function Import-Identity {
    # The certificate of this machine, signed by the bench's authority: labctl accepts no other.
    $null = Import-Certificate -FilePath (Join-Path $PSScriptRoot 'ca.cer') -CertStoreLocation 'Cert:\LocalMachine\Root'
    $password = ConvertTo-SecureString -String $secrets.certificate_password -AsPlainText -Force
    $certificate = Import-PfxCertificate -FilePath (Join-Path $PSScriptRoot 'host.pfx') -CertStoreLocation 'Cert:\LocalMachine\My' -Password $password
    return $certificate.Thumbprint
}

function Set-ManagementAddress {
    # The card of the management network is told by its MAC: the candidate leaves it alone.
    $mac = $values.management.mac.Replace(':', '-')
    $card = Get-NetAdapter | Where-Object { $_.MacAddress -eq $mac }
    Rename-NetAdapter -InputObject $card -NewName 'mgmt0'
    Set-NetIPInterface -InterfaceAlias 'mgmt0' -Dhcp Disabled
    $null = New-NetIPAddress -InterfaceAlias 'mgmt0' -IPAddress $values.management.address -PrefixLength $values.management.prefix
    Set-DnsClient -InterfaceAlias 'mgmt0' -RegisterThisConnectionsAddress $false
}

function Enable-Audit {
    param([string]$Thumbprint)
    $password = ConvertTo-SecureString -String $secrets.audit_password -AsPlainText -Force
    Set-LocalUser -Name $values.audit_account -Password $password -PasswordNeverExpires $true
    Set-Service -Name 'WinRM' -StartupType Automatic
    Start-Service -Name 'WinRM'
    Get-ChildItem -Path 'WSMan:\localhost\Listener' | Remove-Item -Recurse -Force
    $null = New-Item -Path 'WSMan:\localhost\Listener' -Transport HTTPS -Address '*' -CertificateThumbPrint $Thumbprint -Force
    Set-Item -Path 'WSMan:\localhost\Service\AllowUnencrypted' -Value $false
    Set-Item -Path 'WSMan:\localhost\Service\Auth\Basic' -Value $false
    Set-Item -Path 'WSMan:\localhost\Service\Auth\CbtHardeningLevel' -Value 'Strict'
    # Without it a local administrator is filtered to a plain user over the network.
    $policies = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System'
    Set-ItemProperty -Path $policies -Name 'LocalAccountTokenFilterPolicy' -Value 1 -Type DWord
    $null = New-NetFirewallRule -Name 'labctl-audit' -DisplayName 'labctl-audit' -Direction Inbound -Protocol TCP -LocalPort 5986 -RemoteAddress $values.management.network -Profile Any -Action Allow
}

function Clear-Setup {
    # Setup's own copies of the answers, and the password of the automatic logon.
    $logon = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon'
    foreach ($name in 'AutoAdminLogon', 'AutoLogonCount', 'DefaultUserName', 'DefaultPassword') {
        Remove-ItemProperty -Path $logon -Name $name -ErrorAction SilentlyContinue
    }
    $kept = @(
        "$env:windir\Panther\unattend.xml",
        "$env:windir\Panther\unattend-original.xml",
        "$env:windir\Panther\Unattend\unattend.xml",
        "$env:windir\System32\Sysprep\unattend.xml"
    )
    foreach ($file in $kept) {
        if (Test-Path -LiteralPath $file) { Remove-Item -LiteralPath $file -Force }
    }
    foreach ($file in $kept) {
        if (Test-Path -LiteralPath $file) { throw "still there: $file" }
    }
}

try {
    Set-ManagementAddress
    Enable-Audit -Thumbprint (Import-Identity)
    if ($values.role -eq 'windows-server') { & (Join-Path $PSScriptRoot 'promote-dc.ps1') }
}
finally {
    Clear-Setup
}
$null = New-Item -Path 'HKLM:\SOFTWARE\Labctl' -Force
Set-ItemProperty -Path 'HKLM:\SOFTWARE\Labctl' -Name 'FirstLogon' -Value 'done'
Restart-Computer -Force
