"""Services of a machine without systemd: its unit files, read, started, watched and listed."""
