# Makes a browser the default one at the next logon: the policy names a file, the browser's ProgId is found in what it
# registered. Windows guards a user's own choice by a hash: only this way, or the user, changes it.
[CmdletBinding()]
param([string]$Browser)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$clients = Get-ChildItem -Path 'HKLM:\SOFTWARE\Clients\StartMenuInternet'
$found = foreach ($client in $clients) {
    $links = $client.OpenSubKey('Capabilities\URLAssociations')
    if ($links -and "$($links.GetValue('https'))".StartsWith($Browser)) {
        @{ ProgId = $links.GetValue('https'); Name = $client.GetValue('') }
    }
}
$found = @($found)
if ($found.Count -eq 0) { throw "no browser that registers $Browser" }
$lines = foreach ($what in '.htm', '.html', 'http', 'https') {
    '  <Association Identifier="{0}" ProgId="{1}" ApplicationName="{2}" />' -f $what, $found[0].ProgId, $found[0].Name
}
$text = (@('<?xml version="1.0" encoding="UTF-8"?>', '<DefaultAssociations>') + $lines + '</DefaultAssociations>') -join "`r`n"
$file = "$env:ProgramData\labctl-associations.xml"
$key = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\System'
$Ansible.Changed = -not (Test-Path -LiteralPath $file) -or [IO.File]::ReadAllText($file) -cne $text
if ($Ansible.Changed) { [IO.File]::WriteAllText($file, $text) }
if (-not (Test-Path -LiteralPath $key)) { $null = New-Item -Path $key -Force }
if ((Get-Item -LiteralPath $key).GetValue('DefaultAssociationsConfiguration') -ne $file) {
    Set-ItemProperty -LiteralPath $key -Name 'DefaultAssociationsConfiguration' -Value $file
    $Ansible.Changed = $true
}
