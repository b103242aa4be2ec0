# Stamps the master and seals it: generalised, it gives every machine made from it an identity of its own.
# Run at the first logon of the machine the master is made on, from the disc LABCTL.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$values = Get-Content -LiteralPath (Join-Path $PSScriptRoot 'labctl.json') -Raw -Encoding UTF8 | ConvertFrom-Json

$stamp = 'HKLM:\SOFTWARE\Labctl\Master'
$null = New-Item -Path $stamp -Force
foreach ($name in 'Version', 'Template', 'IsoSha256') {
    Set-ItemProperty -Path $stamp -Name $name -Value $values.$name
}

# A package that one user has and the others have not stops sysprep on Windows 11.
Get-AppxPackage | Where-Object { -not $_.NonRemovable -and -not $_.IsFramework } | Remove-AppxPackage -ErrorAction SilentlyContinue

# The password of the automatic logon, and Setup's copies of the answers.
$logon = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon'
foreach ($name in 'AutoAdminLogon', 'AutoLogonCount', 'DefaultPassword') {
    Remove-ItemProperty -Path $logon -Name $name -ErrorAction SilentlyContinue
}
foreach ($name in 'unattend.xml', 'unattend-original.xml') {
    $kept = Join-Path "$env:windir\Panther" $name
    if (Test-Path -LiteralPath $kept) { Remove-Item -LiteralPath $kept -Force }
}
# No answers are kept: those of each machine are on its own disc, where Windows looks for them when it has none.
$sysprep = "$env:windir\System32\Sysprep\sysprep.exe"
Start-Process -FilePath $sysprep -ArgumentList '/generalize', '/oobe', '/shutdown', '/mode:vm', '/quiet' -Wait
