"""Facts of the directory."""
