"""Plan → machines."""
