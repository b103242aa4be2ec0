"""Who runs the command, for what is recorded with a name."""

import os
import pwd
from contextlib import suppress
from pathlib import Path

LOGIN = Path("/proc/self/loginuid")
"""The account that was logged in to, whatever it became since: the kernel keeps it."""


def name_author() -> str:
    """Return the login name of the person: that of whoever became root, by sudo or otherwise."""
    asked = os.environ.get("SUDO_USER")
    if asked:
        return asked
    for number in (*_read_login(), os.getuid()):
        with suppress(KeyError, OverflowError):  # nobody logged in, or the account has no name
            return pwd.getpwuid(number).pw_name
    return str(os.getuid())


def _read_login() -> tuple[int, ...]:
    try:
        return (int(LOGIN.read_text(encoding="ascii")),)
    except (OSError, ValueError):
        return ()
