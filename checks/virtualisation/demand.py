"""The hypervisor to install on a machine, and the virtual machine to try."""

from typing import Annotated

from pydantic import Field

from labctl.api import Block, Demand, Machines, Name, SomeNames, key


class GuestMachine(Block):
    """The virtual machine to try."""

    name: Name = key("nom", "nom")
    ram_mib: Annotated[int, Field(ge=32, le=12_582_912)] = key("ram_mio", "mémoire, en Mio")
    vcpu: Annotated[int, Field(ge=1, le=2048)] = key("vcpu", "processeurs")
    network: Name = key("reseau", "réseau", observed=False)
    os: Name = key("os", "système", observed=False)


class Hypervisor(Demand):
    """The hypervisor to install."""

    on: Machines = key("sur", "machines concernées")
    optional: bool = key("optionnel", "facultatif", observed="windows")
    hypervisors: SomeNames = key("hyperviseur", "hyperviseurs admis", observed="windows")
    vm: GuestMachine = key("vm", "machine d'essai", observed="windows")
