"""What labctl itself needs in the jury's instance: its Python with libraries, its code and content.

Libraries go into the image of the instance: they are large and change seldom. Code and content are
sent beside, as often as they change: who looks at a bench is the labctl that gave the order.
"""

import hashlib
import io
import json
import os
import re
import shutil
import sys
import sysconfig
import tarfile
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from importlib.util import cache_from_source
from pathlib import Path

from labctl.core import paths
from labctl.core.errors import ProviderError
from labctl.core.i18n import _

PLACE = "opt/labctl"
CODE, OWN_CONTENT = f"{PLACE}/code", f"{PLACE}/own"
STATE = "/var/lib/labctl"
STATE_FOLDER = Path(STATE)
_CONTENT = ("checks", "playbooks", "vm_templates", "inventories")
_NOT_THERE = frozenset(
    {
        *("markdown-it-py", "rich", "typst"),
        *("pyrage", "websockets"),  # a console is carried where labctl was called
    }
)
"""What labctl requires for what is never done beside a bench. An image of many files is slow."""
_LEFT_OUT = frozenset(
    {
        *("site-packages", "dist-packages", "test", "tests", "ensurepip"),
        *("distutils", "idlelib", "lib2to3", "pydoc_data", "tkinter", "turtledemo"),
    }
)
"""What nobody runs of Python's own library."""
_COLLECTIONS = "ansible_collections"
_NOT_RUN = frozenset({"ansible_test"})
"""The same, of the libraries."""
_OPTIMISED = (".opt-1.pyc", ".opt-2.pyc")
_PATHS = "../../../code\n../../../libraries\n"
"""Where this Python finds modules by itself (module "site"): a program that is started apart from
whatever its surroundings say (-I) is told nothing."""
_PROGRAM = """\
#!/{python}
import sys

from {module} import {function}

sys.exit({function}())
"""
_REQUIRED = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)\s*(?:\[(?P<extras>[^]]*)\])?[^;]*(?:;(?P<marker>.*))?$"
)
_EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)")


def environment() -> dict[str, str]:
    """Return the environment in which labctl runs there."""
    return {
        "PATH": f"/{PLACE}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "PYTHONHOME": f"/{PLACE}",
        "PYTHONPATH": f"/{CODE}:/{PLACE}/libraries",
        "LD_LIBRARY_PATH": f"/{PLACE}/lib",
        "LABCTL_STATE_DIR": STATE,
        "HOME": "/root",
        "LC_ALL": "C.UTF-8",
        **({"LABCTL_CONTENT_DIR": f"/{OWN_CONTENT}"} if len(_list_roots()) > 1 else {}),
    }


def command() -> tuple[str, ...]:
    """Return the command that runs this Python there."""
    return (f"/{PLACE}/bin/python",)


def name_libraries() -> str:
    """Return a digest of what ``lay_libraries`` lays."""
    found = [(name, one.version) for name, one in sorted(_list_libraries().items())]
    more = sorted(path.read_text("utf-8") for path in _find_collections().glob("*/*/MANIFEST.json"))
    return hashlib.sha256(json.dumps([sys.version, found, more]).encode()).hexdigest()


def lay_libraries(root: Path) -> None:
    """Copy the interpreter, its own library and what labctl runs below a root."""
    home = root / PLACE
    (home / "bin").mkdir(parents=True)
    shutil.copy(Path(sys.executable).resolve(), home / "bin" / "python")
    own = Path(sysconfig.get_path("stdlib"))
    shutil.copytree(own, home / "lib" / own.name, symlinks=True, ignore=_leave_out)
    site = home / "lib" / own.name / "site-packages"
    site.mkdir()
    (site / "labctl.pth").write_text(_PATHS, encoding="utf-8")
    shared = Path(sysconfig.get_config_var("LIBDIR") or "")
    name = str(sysconfig.get_config_var("INSTSONAME"))
    if (shared / name).is_file():
        shutil.copy(shared / name, home / "lib" / name)
    for one in _list_libraries().values():
        for file in one.files or ():
            source = Path(str(file.locate()))
            if _NOT_RUN.isdisjoint(file.parts) and ".." not in file.parts and source.is_file():
                target = home / "libraries" / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)
        for each in one.entry_points.select(group="console_scripts"):
            _lay_program(home / "bin" / each.name, each.module, each.attr)
    if _find_collections().is_dir():
        shutil.copytree(_find_collections(), site / _COLLECTIONS, ignore=_leave_out)


def _find_collections() -> Path:
    """Return where `make setup-windows` lays what the solution of a real Windows needs."""
    return Path(sysconfig.get_path("purelib")) / _COLLECTIONS


def _lay_program(path: Path, module: str, function: str) -> None:
    """Write a program of a library, as its installation would."""
    words = {"python": f"{PLACE}/bin/python", "module": module, "function": function}
    path.write_text(_PROGRAM.format(**words), encoding="utf-8")
    path.chmod(0o755)


def identify_code() -> bytes:
    """Return a digest of labctl's code and content: what ``pack_code`` packs of them."""
    seen = hashlib.sha256()
    for source, target in _list_code():
        content = os.fsencode(source.readlink()) if source.is_symlink() else source.read_bytes()
        seen.update(f"{target}\0{source.lstat().st_mode:o}\0".encode())
        seen.update(hashlib.sha256(content).digest())
    return seen.hexdigest().encode()


def pack_code() -> bytes:
    """Return an archive of labctl's code and content, for the root of the instance.

    What Python compiled of them here comes along: it is the same Python there.
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        for source, target in _list_code():
            archive.add(source, target, recursive=False, filter=_make_ours)
            compiled = Path(cache_from_source(str(source)))
            if source.suffix == ".py" and compiled.is_file():
                place = f"{Path(target).parent}/__pycache__/{compiled.name}"
                archive.add(compiled, place, recursive=False, filter=_make_ours)
    return packed.getvalue()


def _list_code() -> Iterator[tuple[Path, str]]:
    """Yield the files and where each goes, a folder before what is in it."""
    folders = [(paths.PACKAGE, f"{CODE}/{paths.PACKAGE.name}")]
    *own, shipped = _list_roots()
    for root, place in [(shipped, CODE), *((each, OWN_CONTENT) for each in own)]:
        folders += [(root / name, f"{place}/{name}") for name in _CONTENT if (root / name).is_dir()]
    for folder, place in folders:
        for path in sorted(folder.rglob("*")):
            if "__pycache__" not in path.parts and (path.is_file() or path.is_symlink()):
                yield path, f"{place}/{path.relative_to(folder)}"


def _list_roots() -> tuple[Path, ...]:
    return tuple(paths.content_roots())


def _make_ours(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def _leave_out(_folder: str, names: list[str]) -> set[str]:
    return {
        name
        for name in names
        if name in _LEFT_OUT or name.startswith("config-") or name.endswith(_OPTIMISED)
    }


@cache
def _list_libraries() -> dict[str, metadata.Distribution]:
    """Return what labctl requires beside a bench, and what that requires, by name."""
    found: dict[str, metadata.Distribution] = {}
    waiting = [one for one in _list_required("labctl", "") if one[0] not in _NOT_THERE]
    while waiting:
        name, extras = waiting.pop()
        if name not in found or extras:
            try:
                found[name] = metadata.distribution(name)
            except metadata.PackageNotFoundError:
                continue  # of another system, or of another Python
            waiting += _list_required(name, extras)
    return found


def _list_required(name: str, extras: str) -> list[tuple[str, str]]:
    """Return what a distribution requires, and with which extras (PEP 508)."""
    try:
        lines = metadata.distribution(name).requires or []
    except metadata.PackageNotFoundError as exc:
        said = _("ce labctl ne dit pas de quelles bibliothèques il est fait")
        raise ProviderError(said, hint=_("installez-le avec pip : voir docs/install.md")) from exc
    found = []
    for each in filter(None, map(_REQUIRED.match, lines)):
        extra = _EXTRA.search(each["marker"] or "")
        if extra is None or extra[1] in extras.split(","):
            found.append((re.sub(r"[-_.]+", "-", each["name"]).lower(), each["extras"] or ""))
    return found
