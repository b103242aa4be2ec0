"""The simulated Windows on the loopback: its own server, over TLS, for real clients."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

from labwindows.negotiate import Users
from labwindows.server import Door, Server

from labctl.connect.base import Endpoint
from tests.attacks.certificates import Authority
from tests.unit.windows.simulated import Simulated, simulate
from tests.winrm_visit import endpoint_of
from tests.wsman_server import PASSWORD

NAME = "localhost"


@dataclass(frozen=True)
class Served:
    """A simulated Windows that listens."""

    windows: Simulated
    port: int
    plain_port: int
    authority: Authority

    def endpoint(self, folder: Path, **changes: Any) -> Endpoint:
        """Return labctl's way in."""
        fields = {"trust": self.authority.path, "server_name": NAME}
        return endpoint_of(self.port, folder, **(fields | changes))


@contextmanager
def serve_windows(authority: Authority, folder: Path) -> Iterator[Served]:
    """Yield the Windows of the factory, listening on a port of its own."""
    windows = simulate(folder)
    users = Users(windows.machine, PASSWORD, str(folder / "users"))
    with ExitStack() as stack:
        secured = stack.enter_context(
            _listen(windows, Door(PASSWORD, users, authority.serve_as(NAME)))
        )
        plain = stack.enter_context(_listen(windows, Door(PASSWORD, users)))
        yield Served(windows, secured, plain, authority)


@contextmanager
def _listen(windows: Simulated, door: Door) -> Iterator[int]:
    server = Server(0, windows.service, door)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
