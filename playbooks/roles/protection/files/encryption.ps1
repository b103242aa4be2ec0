# Encrypts a volume, and tells how far it is: the system with the TPM, the others opened by the system's key. Its recovery
# key goes to the directory, once the policies of the machine admit it.
[CmdletBinding()]
param([string]$Letter, [string]$Method, [bool]$InDirectory)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$Ansible.Changed = $false
$volume = Get-BitLockerVolume -MountPoint $Letter
if ("$($volume.VolumeStatus)" -eq 'FullyDecrypted') {
    $how = @{ MountPoint = $Letter; EncryptionMethod = $Method; UsedSpaceOnly = $true; WarningAction = 'SilentlyContinue' }
    if ("$($volume.VolumeType)" -eq 'OperatingSystem') {
        $null = Add-BitLockerKeyProtector -MountPoint $Letter -RecoveryPasswordProtector -WarningAction SilentlyContinue
        $null = Enable-BitLocker @how -TpmProtector -SkipHardwareTest
    }
    else {
        $null = Enable-BitLocker @how -RecoveryPasswordProtector
        $null = Enable-BitLockerAutoUnlock -MountPoint $Letter
    }
    $Ansible.Changed = $true
}
$volume = Get-BitLockerVolume -MountPoint $Letter
if ("$($volume.VolumeStatus)" -eq 'FullyEncrypted' -and "$($volume.ProtectionStatus)" -ne 'On') {
    $null = Resume-BitLocker -MountPoint $Letter
    $Ansible.Changed = $true
}
if ($InDirectory) {
    foreach ($key in @($volume.KeyProtector | Where-Object { "$($_.KeyProtectorType)" -eq 'RecoveryPassword' })) {
        $null = Backup-BitLockerKeyProtector -MountPoint $Letter -KeyProtectorId $key.KeyProtectorId
    }
}
$Ansible.Result = "$($volume.VolumeStatus)"
