"""The program that reads a sealed disk on the member that has it, and the kit it travels in.

``python -m labctl.providers.incus.reader list FOLDER LEFT_OUT SECONDS`` writes every entry below a
folder, a line each, and at last how many. It runs in a container that was made of the disk, where
nothing may be trusted: a program of the disk is never run, nor a library of it loaded. So the kit
has a Python of its own, with all that it loads, and a folder that becomes its root.
"""

import gzip
import io
import json
import sys
import sysconfig
import tarfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TextIO

from labctl.core import command, paths
from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError, ProviderError, StoreError
from labctl.core.i18n import _
from labctl.seal.tree import Entry, Root, walk_tree

_MODULE = "labctl.providers.incus.reader"
_HOME, _CODE, _LIBRARIES, _LOADER = "py", "code", "lib", "ld.so"
_VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
_DESCRIBE_S = 60.0
MOST_BYTES = 256 << 20
"""Of the list of a disk: about a million files."""
_END_BYTES = 100
ENVIRONMENT = {
    "PYTHONHOME": f"/{_HOME}",
    "PYTHONPATH": f"/{_CODE}",
    "PYTHONUTF8": "1",
    "LC_ALL": "C",
    "PATH": "/",
}
"""In which the program runs, once the kit is its root."""


def name_command(folder: str, left_out: str, seconds: float) -> tuple[str, ...]:
    """Return the command that lists a folder, once the kit is the root: its loader is named."""
    python = (f"/{_LOADER}", "--library-path", f"/{_LIBRARIES}", f"/{_HOME}/bin/python", "-S", "-B")
    return (*python, "-m", _MODULE, "list", folder, left_out, str(seconds))


@cache
def pack_kit() -> bytes:
    """Return the kit, an archive for an empty folder: this Python, and what the program loads.

    What it loads is asked of a process that does what the program does.
    """
    argv = (sys.executable, "-P", "-m", _MODULE, "describe")
    found = json.loads(command.run(argv, Deadline.after(_DESCRIBE_S)).stdout)
    loaded = set(found["maps"]).difference(found["modules"])
    libraries = sorted(Path(each) for each in loaded if ".so" in Path(each).name)
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1, mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w") as archive,
    ):
        for target, source in sorted(_place(found["modules"], libraries).items()):
            archive.add(source, target, recursive=False, filter=_make_ours)
        for library in libraries:
            for alias in _list_aliases(library):
                archive.addfile(_link(f"{_LIBRARIES}/{alias}", library.name))
    return packed.getvalue()


def parse(lines: Iterable[str]) -> dict[str, Entry]:
    """Return the entries that the program wrote; ProviderError when one is missing or no entry."""
    found: dict[str, Entry] = {}
    try:
        for line in lines:
            name, *values = json.loads(line)
            if name is None:
                if values == [len(found)]:
                    return found
                break
            kind, mode, owner, size, changed_ns, content, attributes = values
            words = (name, kind, mode, owner, content, attributes)
            if not all(isinstance(word, str) for word in words):
                break
            found[name] = Entry(kind, mode, owner, int(size), int(changed_ns), content, attributes)
    except (ValueError, TypeError, OverflowError, RecursionError) as exc:
        raise _unread() from exc
    raise _unread()


def _unread() -> ProviderError:
    return ProviderError(_("la liste des fichiers d'un disque n'est pas arrivée entière"))


def _place(modules: Iterable[str], libraries: Iterable[Path]) -> dict[str, Path]:
    """Return what is where in the kit; a library is asked for by any of its names there."""
    homes = {
        Path(sysconfig.get_path("stdlib")): f"{_HOME}/lib/{_VERSION}",
        Path(sysconfig.get_path("platstdlib")): f"{_HOME}/lib/{_VERSION}",
        paths.PACKAGE: f"{_CODE}/{paths.PACKAGE.name}",
    }
    placed = {f"{_HOME}/bin/python": Path(sys.executable).resolve()}
    for name in map(Path, modules):
        for home, target in homes.items():
            if name.is_relative_to(home):
                placed[f"{target}/{name.relative_to(home)}"] = name
    for library in libraries:
        placed[f"{_LIBRARIES}/{library.name}"] = library
        if library.name.startswith("ld-"):
            placed[_LOADER] = library
    return placed


def _list_aliases(library: Path) -> Iterator[str]:
    for alias in library.parent.glob(f"{library.name.partition('.so')[0]}.so*"):
        if alias.name != library.name and alias.resolve() == library:
            yield alias.name


def _link(name: str, target: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, target
    return entry


def _make_ours(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mode = 0o755
    return entry


def write_list(root: Root, deadline: Deadline, out: TextIO) -> None:
    """Write the entries of a folder as ``parse`` reads them; LabctlError when one is unreadable.

    At most MOST_BYTES of them: the member keeps what is written until it is fetched.
    """
    count, size = 0, 0
    for name, entry in walk_tree(root, deadline):
        line = json.dumps([name, *(getattr(entry, field) for field in Entry.__slots__)]) + "\n"
        size += len(line)
        if size + _END_BYTES > MOST_BYTES:
            raise StoreError(_("plus de fichiers que permis : %(count)d lus") % {"count": count})
        out.write(line)
        count += 1
    out.write(json.dumps([None, count]) + "\n")


def _describe() -> None:
    """Write which files this process has loaded, after it did what the program does."""
    for _entry in walk_tree(Root(Path(__file__).parent), Deadline.after(_DESCRIBE_S)):
        pass
    files = list(_list_files())
    lines = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    maps = sorted({line[line.index("/") :] for line in lines if "/" in line})
    sys.stdout.write(json.dumps({"modules": files, "maps": maps}))


def _list_files() -> Iterator[str]:
    for module in list(sys.modules.values()):
        for name in (getattr(module, "__file__", None), getattr(module, "__cached__", None)):
            if isinstance(name, str) and Path(name).is_file():
                yield name


def main(act: str, *rest: str) -> int:
    """Do one act; its own errors are a sentence on standard error."""
    try:
        if act == "describe":
            _describe()
        else:
            folder, left_out, seconds = rest
            root = Root(Path(folder), frozenset({left_out}))
            write_list(root, Deadline.after(float(seconds)), sys.stdout)
    except LabctlError as exc:
        sys.stderr.write(f"{exc.message}\n")
        return exc.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
