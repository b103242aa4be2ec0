"""Facts of switches, routers and of the wire."""
