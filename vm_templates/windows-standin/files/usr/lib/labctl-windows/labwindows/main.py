"""The service of one machine: both ports, until the machine ends."""

from pathlib import Path
from threading import Thread

from labwindows import auth, paths, server
from labwindows.commands import Commands
from labwindows.machine import Local
from labwindows.real.classes import REAL
from labwindows.real.computer import read_name
from labwindows.scenario import Store
from labwindows.server import Server
from labwindows.service import Service
from labwindows.shells import Shells
from labwindows.wmi import Wmi

HTTP_PORT, HTTPS_PORT = 5985, 5986


def main() -> None:
    """Serve for ever."""
    machine = Local()
    wmi = Wmi(Store(), machine, REAL)
    service = Service(wmi, Shells(Commands(machine).run), lambda: read_name(machine))
    password = auth.read_password()
    plain = Server(HTTP_PORT, service, password, None)
    secured = Server(HTTPS_PORT, service, password, server.load_certificate())
    Thread(target=plain.serve_forever, daemon=True).start()
    Path(paths.READY).touch()
    secured.serve_forever()
