"""Hypervisors of a Windows workstation, and their virtual machines."""

from dataclasses import dataclass

from labctl.api import (
    NodeName,
    NotUnderstood,
    Plan,
    Reading,
    ask_part,
    attempt,
    fact,
    flag_of,
    number_of,
    read_told,
    text_of,
)

SCRIPT = r"""$hypervisors = @()
if (Get-Service vmms -ErrorAction SilentlyContinue) { $hypervisors += 'hyper-v' }
if (Test-Path "$env:ProgramFiles\Oracle\VirtualBox\VBoxManage.exe") { $hypervisors += 'virtualbox' }
@{ hypervisors = "$hypervisors" }
if ($hypervisors -contains 'hyper-v') {
$outside = @(Get-VMSwitch -SwitchType External | ForEach-Object Name)
Get-VM | ForEach-Object { @{ name = $_.Name; mib = [long]($_.MemoryStartup / 1MB)
vcpu = [int]$_.ProcessorCount
bridged = [bool]@($_.NetworkAdapters | Where-Object { $outside -contains $_.SwitchName }) } } }
Get-ChildItem "$env:SystemDrive\Users\*\VirtualBox VMs\*\*.vbox" -ErrorAction SilentlyContinue |
ForEach-Object { $machine = ([xml](Get-Content -LiteralPath $_.FullName -Raw)).VirtualBox.Machine
$parts = $machine.Hardware
$cards = @($parts.Network.Adapter | Where-Object { $_.enabled -eq 'true' -and $_.BridgedInterface })
@{ name = $machine.name; mib = [long]$parts.Memory.RAMSize; bridged = [bool]$cards
vcpu = $(if ($parts.CPU.count) { [int]$parts.CPU.count } else { 1 }) } }"""


@dataclass(frozen=True, slots=True)
class Guest:
    """A virtual machine; ``bridged``: one of its cards is in the network of the workstation."""

    name: str
    ram_mib: int
    vcpu: int
    bridged: bool


@dataclass(frozen=True, slots=True)
class Guests:
    """Hypervisors as a cahier names them, and what was made in them."""

    hypervisors: frozenset[str]
    guests: tuple[Guest, ...]


@fact(Guests, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[Guests]:
    """Ask Hyper-V; read the files of VirtualBox, which shows each user their own machines only.

    Microsoft, "Get-VM"; Oracle, "VirtualBox settings files".
    """
    (answer,) = yield from attempt(ask_part(at, "guests", SCRIPT, "Get-VM"))
    told = read_told(answer, "guests")
    if told.problem or not told.found:
        raise NotUnderstood(told.problem or "Get-VM")
    state, *guests = told.instances()
    return Guests(
        frozenset(text_of(state, "hypervisors").split()),
        tuple(
            Guest(
                text_of(one, "name"),
                number_of(one, "mib"),
                number_of(one, "vcpu"),
                flag_of(one, "bridged"),
            )
            for one in guests
        ),
    )
