"""Facts of Linux machines."""
