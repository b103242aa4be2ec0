"""Another machine, as far as labctl can tell: an SSH server on loopback, a labctl of its own.

The server is dropbear, which comes without a service that would start on this machine.
"""

import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from labctl.core.command import run
from labctl.core.deadline import Deadline

PROGRAM = """\
#!/bin/sh
# labctl as the other machine has it: nothing of the caller's environment, a state of its own.
export LABCTL_STATE_DIR={state} LABCTL_LANG=en
cd /
{settings}exec {enter}{python} -m labctl "$@"
"""


@dataclass(frozen=True)
class FarHost:
    """How to reach the other machine, and what it keeps for itself."""

    folder: Path
    port: int

    @property
    def state(self) -> Path:
        """Return the state folder of its labctl."""
        return self.folder / "state"

    @property
    def program(self) -> Path:
        """Return its labctl."""
        return self.folder / "labctl"

    @property
    def query(self) -> str:
        """Return what an address needs besides to be trusted, and let in."""
        return f"keyfile={self.folder}/user_key&known_hosts={self.folder}/known_hosts"

    @property
    def access(self) -> str:
        """Return its ssh address."""
        return f"ssh://root@127.0.0.1:{self.port}?{self.query}"

    def uri(self, socket_path: str = "/nonexistent/libvirt-sock") -> str:
        """Return the address of its libvirt."""
        return f"qemu+ssh://root@127.0.0.1:{self.port}/system?{self.query}&socket={socket_path}"

    def as_line(self, name: str, own: str) -> str:
        """Return it as a room has it, with its provider's own keys and room for a few benches."""
        return (
            f'  - {{nom: {name}, {own}, commande: "{self.program}",'
            f" memoire_mib: 60000, disque_mib: 160000, coeurs: 8}}\n"
        )


@contextmanager
def open_far_host(folder: Path, enter: str = "") -> Iterator[FarHost]:
    """Give another machine; ``enter`` is what puts labctl where it lives (``nsenter … ``)."""
    host = FarHost(folder, _free_port())
    folder.mkdir(parents=True, exist_ok=True)
    Path("/run/labctl").mkdir(exist_ok=True)
    keys = Path(tempfile.mkdtemp(dir="/run/labctl"))  # nobody else may write in what is above it
    _draw(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "user_key")))
    (keys / "authorized_keys").write_text((folder / "user_key.pub").read_text("utf-8"), "utf-8")
    (keys / "authorized_keys").chmod(0o600)
    said = _draw(("dropbearkey", "-t", "ed25519", "-f", str(folder / "host_key")))
    public = next(line for line in said.splitlines() if line.startswith("ssh-ed25519 "))
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{host.port} {public}\n", encoding="utf-8")
    write_program(host, enter=enter)
    argv = (
        *("dropbear", "-F", "-E", "-m", "-s", "-j", "-k", "-P", str(folder / "pid")),
        *("-p", f"127.0.0.1:{host.port}", "-r", str(folder / "host_key"), "-D", str(keys)),
    )
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(argv, stderr=log) as server,  # noqa: TID251  # a test is outside the product
    ):
        try:
            _await(host.port)
            yield host
        finally:
            server.terminate()
            shutil.rmtree(keys)


def write_program(host: FarHost, settings: str = "", enter: str = "") -> None:
    """Lay down the labctl of the other machine; ``settings`` are lines that come before it."""
    state, python = shlex.quote(str(host.state)), shlex.quote(sys.executable)
    host.program.write_text(
        PROGRAM.format(state=state, python=python, settings=settings, enter=enter),
        encoding="utf-8",
    )
    host.program.chmod(0o755)


def _draw(argv: tuple[str, ...]) -> str:
    return run(argv, Deadline.after(20)).stdout


def _free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _await(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            os.sched_yield()
    raise AssertionError(f"no sshd on port {port}")
