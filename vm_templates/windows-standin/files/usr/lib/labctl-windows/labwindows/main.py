"""The service of one machine: both ports, until the machine ends."""

from pathlib import Path
from threading import Thread

from labwindows import auth, paths, server
from labwindows.commands import Commands
from labwindows.machine import Local
from labwindows.negotiate import Users, warm
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
    store = Store()
    commands = Commands(machine, lambda: store.current().script)
    service = Service(Wmi(store, machine, REAL), Shells(commands.run), lambda: read_name(machine))
    password = auth.read_password()
    open_door, secured_door = server.open_doors(password, Users(machine, password))
    plain = Server(HTTP_PORT, service, open_door)
    secured = Server(HTTPS_PORT, service, secured_door)
    Thread(target=plain.serve_forever, daemon=True).start()
    Path(paths.READY).touch()
    Thread(target=warm, daemon=True).start()
    secured.serve_forever()
