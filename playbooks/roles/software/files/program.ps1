# Installs a program with winget, or removes one by its own uninstaller. Windows lists it under its name and a version.
[CmdletBinding()]
param([string]$Name, [string]$Package, [bool]$Present)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$pattern = '^' + [regex]::Escape($Name) + '( [0-9][0-9A-Za-z.]*)?( \([^()]*\))*$'

function Find-Program {
    foreach ($view in 'SOFTWARE', 'SOFTWARE\WOW6432Node') {
        foreach ($key in Get-ChildItem -Path "HKLM:\$view\Microsoft\Windows\CurrentVersion\Uninstall") {
            if ("$($key.GetValue('DisplayName'))" -match $pattern) { $key }
        }
    }
}

function Install-Program {
    if (-not $Package) { throw "${Name}: the subject names no package" }
    # The alias of winget is for people who log on: over the network its own path is needed.
    $winget = Get-Item -Path "$env:ProgramFiles\WindowsApps\Microsoft.DesktopAppInstaller_*_x64__8wekyb3d8bbwe\winget.exe" |
        Sort-Object -Property LastWriteTime | Select-Object -Last 1
    & $winget.FullName install --exact --id $Package --scope machine --silent --disable-interactivity --accept-package-agreements --accept-source-agreements
    if ($LASTEXITCODE -ne 0) { throw "winget: $Package, code $LASTEXITCODE" }
}

function Uninstall-Program {
    foreach ($key in Find-Program) {
        $quiet = $key.GetValue('QuietUninstallString')
        $command = if ($quiet) { $quiet } else { $key.GetValue('UninstallString') }
        $done = Start-Process -FilePath "$env:ComSpec" -ArgumentList '/c', "`"$command`"" -Wait -PassThru
        if ($done.ExitCode -notin 0, 3010) { throw "${Name}: uninstaller, code $($done.ExitCode)" }
    }
}

# Uninstallers leave tasks and commands of logons behind: what still names the program starts no more.
function Remove-Startup {
    $named = [regex]::Escape($Name)
    $tasks = @(Get-ScheduledTask | Where-Object -FilterScript { $_.TaskPath -notlike '\Microsoft\*' })
    foreach ($task in $tasks) {
        $commands = $task.Actions | Select-Object -Property 'Execute', 'Arguments' | ForEach-Object -Process { $_.Execute, $_.Arguments }
        if ("$($task.TaskPath)$($task.TaskName) $commands" -match $named) {
            $task | Unregister-ScheduledTask -Confirm:$false
            $Ansible.Changed = $true
        }
    }
    foreach ($view in 'SOFTWARE', 'SOFTWARE\WOW6432Node') {
        $key = Get-Item -Path "HKLM:\$view\Microsoft\Windows\CurrentVersion\Run" -ErrorAction SilentlyContinue
        $values = @(if ($key) { $key.GetValueNames() })
        foreach ($value in $values) {
            if ("$value $($key.GetValue($value))" -match $named) {
                Remove-ItemProperty -Path $key.PSPath -Name $value
                $Ansible.Changed = $true
            }
        }
    }
}

$found = @(Find-Program)
$Ansible.Changed = $Present -ne ($found.Count -gt 0)
if ($Ansible.Changed -and $Present) { $null = Install-Program }
if ($Ansible.Changed -and -not $Present) { Uninstall-Program }
if (-not $Present) { Remove-Startup }
