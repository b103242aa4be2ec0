"""A guest image started by the emulator itself: no libvirt, no cable; asked over its port."""

import json
import os
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.progress import silent
from labctl.core.wait import until
from labctl.providers.libvirt import images, seed
from labctl.providers.roles import layers
from labctl.providers.roles.nodefiles import NodeFile
from labctl.spec.kind import load_chain

BOOT_S = 180.0
"""An emulated machine beside others, on few cores, takes its time."""
MANAGEMENT_MAC = "02:aa:00:00:00:01"


@dataclass(frozen=True, slots=True)
class BareGuest:
    """A guest that runs: its folder holds its disks, its ports and what it says."""

    folder: Path
    pid: int

    def ask(self, **request: object) -> dict[str, Any]:
        """Ask over the control port and return the reply."""
        with closing(socket.socket(socket.AF_UNIX)) as link:
            link.settimeout(BOOT_S)
            link.connect(str(self.folder / "control"))
            with link.makefile("rw") as stream:
                stream.write(json.dumps(request) + "\n")
                stream.flush()
                reply: dict[str, Any] = json.loads(stream.readline())
        return reply

    def run(self, *argv: str, seconds: float = 60) -> dict[str, Any]:
        """Run a program in the guest."""
        return self.ask(do="run", argv=argv, seconds=seconds)

    def start(self) -> None:
        """Tell the guest to start and wait until it is ready."""
        self.ask(do="start", clock=time.time())
        limit = Deadline.after(BOOT_S)
        if not until(lambda: self.ask(do="status")["state"] == "ready", limit, every_s=0.5):
            raise AssertionError((self.folder / "serial").read_text(errors="replace")[-3000:])

    def press_power(self) -> None:
        """Press the power button."""
        with closing(socket.socket(socket.AF_UNIX)) as link:
            link.connect(str(self.folder / "monitor"))
            link.sendall(b"system_powerdown\n")
            link.recv(4096)

    def is_running(self) -> bool:
        """Tell whether the guest is switched on."""
        with suppress(OSError):
            return b"qemu" in Path(f"/proc/{self.pid}/cmdline").read_bytes()
        return False

    def wait_off(self) -> bool:
        """Wait until it has switched itself off; tell whether it has."""
        return bool(until(lambda: not self.is_running(), Deadline.after(60), every_s=0.1))


@contextmanager
def bare_guest(
    folder: Path, role: str, files: Mapping[str, NodeFile], *macs: str
) -> Iterator[BareGuest]:
    """Boot the image of a role until it waits; give it these files and these cards."""
    stack = layers.resolve(load_chain(role))
    image = images.ensure_images({role: stack}, silent, Deadline.after(900))[role]
    seed.write_seed(files, folder / "seed")
    overlay = ("-f", "qcow2", "-F", "qcow2", "-b", str(image.disk), str(folder / "disk"))
    command.run(("qemu-img", "create", "-q", *overlay), Deadline.after(20))
    cards = [
        word
        for number, mac in enumerate((*macs, MANAGEMENT_MAC))
        for word in (
            *("-netdev", f"hubport,id=n{number},hubid={number}"),
            *("-device", f"virtio-net-pci,netdev=n{number},mac={mac}"),
        )
    ]
    argv = (
        *("qemu-system-x86_64", "-accel", "tcg,tb-size=128", "-m", "256", "-no-reboot"),
        *("-nodefaults", "-display", "none", "-daemonize", "-pidfile", f"{folder}/pid"),
        *("-kernel", str(image.kernel), "-initrd", str(image.initrd)),
        *("-append", images.KERNEL_ARGUMENTS),
        *("-drive", f"file={folder}/disk,if=virtio,format=qcow2,cache=unsafe"),
        *("-drive", f"file={folder}/seed,if=virtio,format=raw,readonly=on"),
        *("-serial", f"file:{folder}/serial", "-device", "virtio-serial-pci"),
        *("-chardev", f"socket,id=control,path={folder}/control,server=on,wait=off"),
        *("-device", "virtserialport,chardev=control,name=labctl.control"),
        *("-monitor", f"unix:{folder}/monitor,server,nowait"),
        *cards,
    )
    command.run(argv, Deadline.after(60))
    guest = BareGuest(folder, int((folder / "pid").read_text()))
    try:
        yield guest
    finally:
        if guest.is_running():
            os.kill(guest.pid, signal.SIGKILL)
            guest.wait_off()
