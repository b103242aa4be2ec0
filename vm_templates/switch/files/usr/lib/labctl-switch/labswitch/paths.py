"""Where the switch keeps things."""

from pathlib import Path

RUN = Path("/run/labctl-switch")
NVRAM = Path("/var/lib/labctl-switch")
SOCKET = RUN / "switchd.sock"
STARTUP = NVRAM / "startup-config"
READY = Path("/run/labctl/ready")
