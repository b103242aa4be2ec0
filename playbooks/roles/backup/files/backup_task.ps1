# Makes the daily backup. The task needs the password of its account, which nobody knows: it is given a new one first,
# by LDAP as the administrator of the domain. A task that is as asked is left alone, and so is the password. It is run
# twice, unless it runs or has done its work: robocopy says so with a number below 8. Each backup has a folder of its own,
# named after its moment; the oldest beyond those to keep are removed.
[CmdletBinding()]
param(
    [string]$Source, [string]$Target, [string]$At, [string]$Account, [string]$Object, [string]$Controller,
    [pscredential]$Administrator, [securestring]$Password, [int]$Keep
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$words = "robocopy '$Source' ('$Target\' + (Get-Date -Format yyyyMMdd-HHmmss)) /E /R:2 /W:5; `$code = `$LASTEXITCODE; " +
    "Get-ChildItem '$Target' -Directory | Sort-Object Name -Descending | Select-Object -Skip $Keep | Remove-Item -Recurse -Force; exit `$code"
$name, $arguments = 'Sauvegarde', "-NoProfile -Command `"$words`""
$task = Get-ScheduledTask -TaskPath '\' -TaskName $name -ErrorAction SilentlyContinue
$there = $false
if ($task) {
    $user = $task.Principal.UserId.Split('\')[-1]
    $trigger = @($task.Triggers)[0]
    $there = "$($task.State)" -ne 'Disabled' -and $task.Actions[0].Arguments -eq $arguments -and
        $user -eq $Account.Split('\')[-1] -and "$($trigger.StartBoundary)" -like "*T${At}:*"
}
$Ansible.Changed = -not $there
if ($Ansible.Changed) {
    $plain = (New-Object -TypeName pscredential -ArgumentList $Account, $Password).GetNetworkCredential().Password
    $login = $Administrator.GetNetworkCredential()
    $sealed = [DirectoryServices.AuthenticationTypes]'Secure, Sealing, Signing'
    $entry = New-Object -TypeName DirectoryServices.DirectoryEntry -ArgumentList "LDAP://$Controller/$Object", $Administrator.UserName, $login.Password, $sealed
    $null = $entry.Invoke('SetPassword', @($plain))
    $how = @{
        TaskPath = '\'
        TaskName = $name
        Action   = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument $arguments
        Trigger  = New-ScheduledTaskTrigger -Daily -At $At
        User     = $Account
        Password = $plain
        Force    = $true
    }
    $null = Register-ScheduledTask @how
}
$running, $failed = 267009, 8
$result = (Get-ScheduledTaskInfo -TaskPath '\' -TaskName $name).LastTaskResult
if ($result -ne $running -and $result -ge $failed) {
    $Ansible.Changed = $true
    foreach ($round in 1, 2) {
        Start-ScheduledTask -TaskPath '\' -TaskName $name
        $limit = (Get-Date).AddSeconds(120)
        do { Start-Sleep -Milliseconds 500 }
        until ("$((Get-ScheduledTask -TaskPath '\' -TaskName $name).State)" -ne 'Running' -or (Get-Date) -gt $limit)
    }
}
