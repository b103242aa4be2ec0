# Makes the server the controller of the bench's domain: fixed address, Active Directory, DNS, time, LDAPS.
# Called by first-logon.ps1, which restarts the machine afterwards.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$values = Get-Content -LiteralPath (Join-Path $PSScriptRoot 'labctl.json') -Raw -Encoding UTF8 | ConvertFrom-Json
$secrets = Get-Content -LiteralPath (Join-Path $PSScriptRoot 'secrets.json') -Raw -Encoding UTF8 | ConvertFrom-Json
$domain = $values.domain

$mac = $domain.mac.Replace(':', '-')
$card = Get-NetAdapter | Where-Object { $_.MacAddress -eq $mac }
Set-NetIPInterface -InterfaceIndex $card.ifIndex -Dhcp Disabled
$null = New-NetIPAddress -InterfaceIndex $card.ifIndex -IPAddress $domain.address -PrefixLength $domain.prefix -DefaultGateway $domain.gateway
Set-DnsClientServerAddress -InterfaceIndex $card.ifIndex -ServerAddresses '127.0.0.1'

# The certificate that first-logon.ps1 imported into LocalMachine\My is the one LDAPS serves.
$password = ConvertTo-SecureString -String $secrets.domain_admin_password -AsPlainText -Force
Set-LocalUser -SID (Get-LocalUser | Where-Object { $_.SID.Value.EndsWith('-500') }).SID -Password $password
$null = Install-WindowsFeature -Name 'AD-Domain-Services', 'DNS' -IncludeManagementTools
$forest = @{
    DomainName                    = $domain.name
    DomainNetbiosName             = $domain.netbios
    SafeModeAdministratorPassword = ConvertTo-SecureString -String $secrets.domain_restore_password -AsPlainText -Force
    InstallDns                    = $true
    CreateDnsDelegation           = $false
    NoRebootOnCompletion          = $true
    Force                         = $true
}
$null = Install-ADDSForest @forest
& w32tm.exe /config /reliable:yes /update
