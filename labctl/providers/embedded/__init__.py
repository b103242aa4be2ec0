"""The reference provider: namespaces, overlays and real daemons on one machine."""
