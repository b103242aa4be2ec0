"""A window of a candidate on a machine of a cluster, on the terminal that the gate gave it.

``python -m labctl.providers.incus.window BENCH MACHINE ACCOUNT LANGUAGE PROGRAM ARGUMENT...`` runs
outside of the way in: it alone reads the certificate that opens the cluster. What is typed reaches
the machine as bytes and chooses nothing here. Why a window does not open is for the teacher, in the
journal of the way in; the candidate is told that the machine does not answer.
"""

import os
import select
import sys

from labctl.core.errors import LabctlError
from labctl.core.i18n import _
from labctl.core.ids import BenchId, NodeName
from labctl.core.untrusted import one_line
from labctl.providers.doors import documents, journal
from labctl.providers.doors.console import Login
from labctl.providers.incus import console
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench

_READ_S = 60.0
"""How long what went wrong stays on the screen: the menu would wipe it away."""


def main() -> int:
    """Open the login of the arguments in a machine; return 0 when it was there."""
    number, name, account, language, *argv = sys.argv[1:]
    place, login = Bench(BenchId(int(number))), Login(tuple(argv), account, language)
    try:
        body = _describe(login, os.environ.get("TERM", "xterm"))
        console.converse(benches.read_plan(place), NodeName(name), body)
    except LabctlError as exc:
        journal.note(str(documents.journal_of(place)), "trouble", f"{name} ({one_line(str(exc))})")
        return _tell_candidate()
    except OSError:  # the window was closed
        return 1
    return 0


def _describe(login: Login, terminal: str) -> dict[str, object]:
    """Return what Incus is asked to run ("Instance exec", REST API, in its documentation)."""
    return {
        "command": list(login.argv),
        "environment": login.environment(terminal),
        "user": login.uid,
        "group": login.uid,
        "cwd": login.home,
    }


def _tell_candidate() -> int:
    said = _("Cette machine ne répond pas : appelez le surveillant. (Entrée : le menu)")
    sys.stdout.write(f"{said}\r\n")
    sys.stdout.flush()
    select.select((0,), (), (), _READ_S)
    return 1


if __name__ == "__main__":
    sys.exit(main())
