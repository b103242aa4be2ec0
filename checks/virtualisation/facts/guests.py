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

SCRIPT = r"""$on = [bool](Get-Service vmms -ErrorAction Ignore)
@{ hyperv = $on; virtualbox = Test-Path "$env:ProgramFiles\Oracle\VirtualBox" }
if ($on) { Get-VM | ForEach-Object { @{ name = $_.Name; mib = $_.MemoryStartup / 1048576
vcpu = $_.ProcessorCount } } }"""
HYPERVISORS = {"hyperv": "hyper-v", "virtualbox": "virtualbox"}


@dataclass(frozen=True, slots=True)
class Guest:
    """A virtual machine."""

    name: str
    ram_mib: int
    vcpu: int


@dataclass(frozen=True, slots=True)
class Guests:
    """Hypervisors as a cahier names them, and what was made in them."""

    hypervisors: frozenset[str]
    guests: tuple[Guest, ...]


@fact(Guests, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[Guests]:
    """Ask Hyper-V; VirtualBox shows each user their own machines only (Microsoft, "Get-VM")."""
    (answer,) = yield from attempt(ask_part(at, "guests", SCRIPT, "Get-VM"))
    told = read_told(answer, "guests")
    if told.problem or not told.found:
        raise NotUnderstood(told.problem or "Get-VM")
    state, *guests = told.instances()
    return Guests(
        frozenset(word for name, word in HYPERVISORS.items() if flag_of(state, name)),
        tuple(
            Guest(text_of(one, "name"), number_of(one, "mib"), number_of(one, "vcpu"))
            for one in guests
        ),
    )
