# Has Windows note who opens a session, or tries to: the subcategory by its GUID, the same in every language.
# auditpol tells its settings in words of that language, but for the number that ends each line of a copy.
[CmdletBinding()]
param([bool]$Success, [bool]$Failure)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$logon = '{0CCE9215-69AE-11D9-BED3-505054503030}'
$file = Join-Path $Ansible.Tmpdir 'audit.csv'
$null = & auditpol.exe /backup "/file:$file"
if ($LASTEXITCODE -ne 0) { throw "auditpol: code $LASTEXITCODE" }
$lines = @(Get-Content -LiteralPath $file | Where-Object { $_ -like "*,$logon,*" })
$found = [int]($lines[0].Split(',')[-1])
$wanted = [int]$Success + 2 * [int]$Failure
$Ansible.Changed = ($found -band $wanted) -ne $wanted
if ($Ansible.Changed) {
    if ($Success) { $null = & auditpol.exe /set "/subcategory:$logon" /success:enable }
    if ($LASTEXITCODE -eq 0 -and $Failure) { $null = & auditpol.exe /set "/subcategory:$logon" /failure:enable }
    if ($LASTEXITCODE -ne 0) { throw "auditpol: code $LASTEXITCODE" }
}
