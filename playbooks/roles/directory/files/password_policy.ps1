# Sets the password and lock-out policy of the domain.
[CmdletBinding()]
param([string]$Domain, [int]$Length, [bool]$Complexity, [int]$History, [int]$Days, [int]$Threshold, [int]$Minutes)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$found = Get-ADDefaultDomainPasswordPolicy -Identity $Domain
$window = New-TimeSpan -Minutes $Minutes
$wanted = @{
    MinPasswordLength        = $Length
    ComplexityEnabled        = $Complexity
    PasswordHistoryCount     = $History
    MaxPasswordAge           = New-TimeSpan -Days $Days
    LockoutThreshold         = $Threshold
    LockoutDuration          = $window
    LockoutObservationWindow = $window
}
$different = @($wanted.Keys | Where-Object { $found.$_ -ne $wanted.$_ })
$Ansible.Changed = $different.Count -gt 0
if ($Ansible.Changed) { Set-ADDefaultDomainPasswordPolicy -Identity $Domain @wanted }
