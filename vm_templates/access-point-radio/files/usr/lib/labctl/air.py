"""The air of an access point: a guest with simulated radios, for as long as somebody tries them.

The guest is restored from a state that the build of this kind saved (``guest/save``), runs the
shell lines it is sent, and is gone with the process that started it. It has no disk and no network.
"""

import os
import select
import socket
import subprocess
import time
from collections.abc import Sequence

FOLDER = "/usr/lib/labctl-air"
STATE = f"{FOLDER}/state.gz"
POINTS, STATIONS, APART = range(3), range(3, 11), 11
"""Radios of the guest, which all hear each other: those of access points, of stations in the
network namespace « stations », and of one that stands apart, in « apart » (``guest/init``)."""
IP = "/usr/bin/ip"
"""Of iproute2: the shell of the guest has one of its own."""
EMULATOR = (
    f"{FOLDER}/qemu-system-x86_64",
    *("-nodefaults", "-no-user-config", "-nographic", "-L", f"{FOLDER}/roms"),
    *("-M", "pc-i440fx-10.0,usb=off,vmport=off,smbus=off,graphics=off", "-m", "160"),
    *("-accel", "tcg,thread=single,tb-size=32", "-cpu", "max", "-global", "apic.vapic=off"),
    *("-bios", f"{FOLDER}/roms/qboot.rom", "-device", "virtio-serial-pci"),
    *("-device", "virtserialport,chardev=port,name=labctl.air"),
)
"""What a saved state is of: another machine, or another emulator, cannot take it up."""
RESTORED = ("-serial", "null", "-incoming", f"exec:exec gzip -dc {STATE}")
OUTPUT_CAP = 256 * 1024
BOUND = ("/usr/bin/setpriv", "--pdeathsig", "KILL", "--")
"""The emulator goes with who started it, whatever ends that."""


class Air:
    """A running guest. It ends with the block, and with its process whatever ends that."""

    def __init__(self, seconds: float, start: Sequence[str] = RESTORED) -> None:
        """Start a guest that is spoken to for so many seconds in all."""
        self._limit = time.monotonic() + seconds
        self._number = 0
        self._pending = b""
        self._socket, theirs = socket.socketpair()
        with theirs:
            port = ("-chardev", f"socket,id=port,fd={theirs.fileno()}")
            self._process = subprocess.Popen(
                (*BOUND, *EMULATOR, *port, *start),
                stdin=subprocess.DEVNULL,
                stdout=2,
                env={"LD_LIBRARY_PATH": f"{FOLDER}/lib", "PATH": os.defpath},
                pass_fds=(theirs.fileno(),),
            )

    def __enter__(self) -> "Air":
        return self

    def __exit__(self, *_exc: object) -> None:
        self._process.kill()
        self._process.wait()
        self._socket.close()

    @property
    def left_s(self) -> float:
        """Return the seconds that the guest may still be spoken to."""
        return self._limit - time.monotonic()

    def run(self, script: str) -> tuple[int, str]:
        """Run shell lines in the guest; return the exit code of the last one and what was said.

        TimeoutError when time is up, EOFError or ConnectionError when the guest is gone.
        """
        self._number += 1
        self._socket.sendall(f"{script}\necho labctl-{self._number}-end-$?.\n".encode())
        said = self.read_until(f"labctl-{self._number}-end-".encode())
        return int(self.read_until(b".\n")), said.decode("utf-8", "replace")

    def read_until(self, mark: bytes) -> bytes:
        """Return what the guest says before a mark."""
        while mark not in self._pending:
            left = self.left_s
            if left <= 0 or not select.select((self._socket,), (), (), left)[0]:
                raise TimeoutError(mark.decode())
            part = self._socket.recv(65536)
            if not part:
                raise EOFError("the guest is gone")
            self._pending = (self._pending + part)[-OUTPUT_CAP:]
        said, _mark, self._pending = self._pending.partition(mark)
        return said
