# Names a volume.
[CmdletBinding()]
param([string]$Letter, [string]$Label)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$volume = Get-Volume -DriveLetter $Letter
$Ansible.Changed = $volume.FileSystemLabel -cne $Label
if ($Ansible.Changed) { Set-Volume -DriveLetter $Letter -NewFileSystemLabel $Label }
