"""Images of machines: the layers of a kind in one archive, imported once into a cluster.

The archive is a "unified tarball" of Incus ("Image format"): ``metadata.yaml`` and ``rootfs/``. It
holds the layers as they are stacked, and the program that starts a machine.
"""

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from labctl.core import command, paths
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, ProviderError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.providers.incus import init, outfit
from labctl.providers.incus.client import NOT_FOUND, Client, Refused, locate
from labctl.providers.namespaces import processes, runtime
from labctl.providers.roles import builder, locks
from labctl.providers.roles.layers import Layer
from labctl.providers.windows.copies import Master
from labctl.spec.kind import inherit

_FORMAT = 4
"""Raised when the way images are made changes what is in them."""
_KEY_LENGTH = 16
PROGRAM = "usr/lib/labctl-incus/observers"
"""What starts in the jury's instance: it is given with the bench, as it says what the bench is."""
_PROGRAMS = "usr/lib/labctl-incus"
_ATTRIBUTES = ("security.capability", "system.posix_acl_*", "user.*")
"""Extended attributes kept in an image. An unprivileged container can set no other ``security.*``
attribute."""


def name_image(stack: Sequence[Layer], *, is_seat: bool = False) -> str:
    """Return the alias of the image of a stack of layers, the lowest first.

    Kinds whose layers have the same content share an image: ``node.json`` holds the differences.
    ``is_seat`` is that of the jury's instance, in which labctl itself runs.
    """
    program = hashlib.sha256(_read_program()).hexdigest()
    keys = [layer.name.rpartition("-")[2] for layer in stack]
    seat = (outfit.name_libraries(),) if is_seat else ()
    content = json.dumps((_FORMAT, keys, _find_start(stack), program, *seat))
    return f"labctl-{hashlib.sha256(content.encode()).hexdigest()[:_KEY_LENGTH]}"


def ensure_image(
    client: Client,
    stack: Sequence[Layer],
    report: Report,
    deadline: Deadline,
    *,
    is_seat: bool = False,
) -> str:
    """Import the image of a stack unless the cluster has it; return its alias."""
    alias = name_image(stack, is_seat=is_seat)
    with locks.hold(paths.cache_dir() / "locks" / alias, "images build", deadline):
        if not _has(client, "aliases", alias):
            builder.build(stack, report, deadline)
            report(_("image : envoi de %(name)s à la grappe Incus") % {"name": alias})
            with _export(stack, alias, deadline, is_seat=is_seat) as archive:
                _import(client, archive, alias)
    return alias


def ensure_master(client: Client, master: Master, report: Report, deadline: Deadline) -> str:
    """Import a master of Windows unless the cluster has it; return its alias."""
    alias = name_master(master)
    with locks.hold(paths.cache_dir() / "locks" / alias, "images build", deadline):
        if not _has(client, "aliases", alias):
            report(_("image : envoi de %(name)s à la grappe Incus") % {"name": master.name})
            with _pack_master(master, alias, deadline) as archive:
                _import(client, archive, alias)
    return alias


def name_master(master: Master) -> str:
    """Return the alias of the image of a master; its disk is too large to be read each time."""
    seen = master.disk.stat()
    content = json.dumps((_FORMAT, master.name, seen.st_size, seen.st_mtime_ns))
    return f"labctl-{hashlib.sha256(content.encode()).hexdigest()[:_KEY_LENGTH]}"


@contextmanager
def _pack_master(master: Master, alias: str, deadline: Deadline) -> Iterator[Path]:
    """Write the archive of a master for a while: as large as its disk is."""
    place = paths.cache_dir() / "building" / alias
    shutil.rmtree(place, ignore_errors=True)  # what a killed export left
    try:
        place.mkdir(parents=True)
        about = _describe(alias, "Windows")
        (place / "metadata.yaml").write_text(about, encoding="utf-8")
        disk = master.disk
        argv = (
            *("tar", "--create", "--file", str(place / "image.tar"), "--format=pax"),
            f"--transform=s,^{disk.name}$,rootfs.img,",
            *("-C", str(place), "metadata.yaml", "-C", str(disk.parent), disk.name),
        )
        try:
            command.run(argv, deadline)
        except CommandError as exc:  # no room, mostly
            message = _("image %(layer)s : échec de la construction") % {"layer": master.name}
            raise ProviderError(f"{message}\n{exc.message}") from exc
        yield place / "image.tar"
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _has(client: Client, *name: str) -> bool:
    try:
        client.read(locate("images", *name))
    except Refused as exc:
        if exc.code == NOT_FOUND:
            return False
        raise
    return True


def _import(client: Client, archive: Path, alias: str) -> None:
    """Post the archive, then name it: an archive without its name is posted again."""
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        headers = {"Content-Length": str(size), "X-Incus-filename": archive.name}
        if not _has(client, digest):
            client.upload(locate("images"), file, headers)
    client.change("POST", locate("images", "aliases"), {"name": alias, "target": digest})


@contextmanager
def _export(
    stack: Sequence[Layer], alias: str, deadline: Deadline, *, is_seat: bool
) -> Iterator[Path]:
    """Write the archive of a stack for a while."""
    place = paths.cache_dir() / "building" / alias
    shutil.rmtree(place, ignore_errors=True)  # what a killed export left
    try:
        for name in ("upper", "work", "image/rootfs"):
            (place / name).mkdir(parents=True)
        _write_upper(place / "upper", f"/{PROGRAM}" if is_seat else _find_start(stack))
        if is_seat:
            outfit.lay_libraries(place / "upper")
        _open_folders(place / "upper")
        (place / "image" / "metadata.yaml").write_text(_describe(alias, "Debian"), encoding="utf-8")
        _pack(place, stack, deadline)
        yield place / "image.tar.gz"
    except CommandError as exc:
        message = _("image %(layer)s : échec de la construction") % {"layer": alias}
        raise ProviderError(f"{message}\n{exc.message}") from exc
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _write_upper(upper: Path, start: str | None) -> None:
    """Add what starts a machine: the program, and a link to that of its kind."""
    programs = upper / _PROGRAMS
    programs.mkdir(parents=True)
    (programs / "init").write_bytes(_read_program())
    (programs / "init").chmod(0o755)
    if start:
        (programs / "start").symlink_to(start)
    (upper / "usr/sbin").mkdir()
    (upper / "usr/sbin/init").symlink_to(f"/{_PROGRAMS}/init")


def _open_folders(upper: Path) -> None:
    for folder in (upper, *(path for path in upper.rglob("*") if path.is_dir())):
        folder.chmod(0o755)


def _pack(place: Path, stack: Sequence[Layer], deadline: Deadline) -> None:
    argv = (
        *("tar", "--create", "--file", str(place / "image.tar.gz"), "--format=pax"),
        "--use-compress-program=gzip -1n",  # three times less to send, without a date
        *("--numeric-owner", "--xattrs", *(f"--xattrs-include={each}" for each in _ATTRIBUTES)),
        *("--sort=name", "-C", str(place / "image"), "metadata.yaml", "rootfs"),
    )
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    step = {
        "argv": argv,
        "env": {"PATH": path, "LC_ALL": "C.UTF-8"},
        "copy": "",
        "is_inside": False,
        "has_network": False,
    }
    request = {
        "lower": [str(layer.root) for layer in reversed(stack)],
        "upper": str(place / "upper"),
        "work": str(place / "work"),
        "root": str(place / "image" / "rootfs"),
        "is_bare": True,
        "binds": (),
        "commands": [step],
    }
    command.run(
        runtime.child_argv("chroot"),
        deadline,
        stdin=json.dumps(request),
        env=runtime.child_environment(processes.instance_of(paths.cache_dir()), place.name),
    )


def _describe(alias: str, system: str) -> str:
    """Return ``metadata.yaml``: JSON is YAML. Incus treats a Windows as one by its ``os``."""
    about = {"os": system, "description": alias, "user.labctl.image": alias}
    date = 1  # an equal tree is an equal image; Incus takes 0 for a date that is missing
    return json.dumps(
        {"architecture": platform.machine(), "creation_date": date, "properties": about}
    )


def _find_start(stack: Sequence[Layer]) -> str | None:
    return inherit([layer.template for layer in stack]).start


def _read_program() -> bytes:
    return Path(init.__file__).read_bytes()
