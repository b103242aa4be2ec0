"""Who runs the command, for what is recorded with a name."""

import os
import pwd


def name_author() -> str:
    """Return the login name of the person: that of whoever became root with sudo."""
    try:
        return os.environ.get("SUDO_USER") or pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # an account that this machine has no name for
        return str(os.getuid())
