"""Jinja filters: addresses as devices and daemons write them."""

from ipaddress import IPv4Interface, IPv4Network


def mask(network: str) -> str:
    """Return ``255.255.255.0`` for ``10.0.0.0/24``."""
    return str(IPv4Network(network).netmask)


def wildcard(network: str) -> str:
    """Return ``10.0.0.0 0.0.0.255`` for ``10.0.0.0/24``."""
    parsed = IPv4Network(network)
    return f"{parsed.network_address} {parsed.hostmask}"


def address_and_mask(interface: str) -> str:
    """Return ``10.0.0.1 255.255.255.0`` for ``10.0.0.1/24``."""
    parsed = IPv4Interface(interface)
    return f"{parsed.ip} {parsed.netmask}"


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"mask": mask, "wildcard": wildcard, "address_and_mask": address_and_mask}
