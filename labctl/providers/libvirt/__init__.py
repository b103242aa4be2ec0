"""The libvirt provider: virtual machines, one domain a node."""
