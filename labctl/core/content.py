"""Topics as Python packages: ``checks.<topic>`` is the folder of that name in every content root.

A centre's file replaces the shipped file of the same name. A centre whose folder has its own
``topic.yml`` owns the topic: the shipped folder of that name is then left out. Content folders
hold no ``__init__.py``, so a topic is a namespace package over its folders (PEP 420).
"""

import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from labctl.core.errors import Mistake
from labctl.core.once import read_once
from labctl.core.paths import content_roots

PACKAGE = "checks"
OWNER = "topic.yml"
"""The file by which a content root takes a topic over."""
CHECKS = "**/check_*.py"
"""The files that declare the checks of a topic."""
DECLARED = "declared/*.yml"
"""Checks that a file declares, without Python."""
SABOTAGES = "sabotages/*.yml"
"""What ``prove`` breaks to see each check of a topic fail."""
INCIDENTS = "incidents/*.yml"
"""What a candidate diagnoses and repairs."""
SECURITY = "security.yml"
"""What a repair must not lower."""
_COMPILED = "__pycache__"


class TopicFinder:
    """Finds ``checks`` and ``checks.<topic>``; Python finds the modules below by itself."""

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG002  # the protocol of a finder
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Return the package of all topics, of one topic, or None for any other module."""
        package, _dot, topic = name.partition(".")
        if package != PACKAGE or "." in topic:
            return None
        folders = [str(folder) for folder in find_folders(topic)]
        if not folders:
            return None
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = folders
        return spec


def install() -> None:
    """Let Python import topics; calling it again changes nothing.

    The finder comes first: another package named ``checks`` may be installed.
    """
    if not any(isinstance(finder, TopicFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, TopicFinder())


def find_folders(topic: str = "") -> Iterator[Path]:
    """Yield the folders of a topic (of all topics: ``checks`` itself), the centre's own first."""
    for root in content_roots():
        folder = root / PACKAGE / topic
        if folder.is_dir():
            yield folder
            if topic and (folder / OWNER).exists():
                return


def line_of(exc: BaseException, path: Path) -> int:
    """Return the line of a content file that an error comes from, or leads to."""
    if isinstance(exc, SyntaxError) and exc.filename == str(path) and exc.lineno:
        return exc.lineno
    line, trace = 1, exc.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


@read_once
def list_topics() -> tuple[str, ...]:
    """Return the names of all topics, sorted: folders whose name is a Python identifier.

    A folder of which only compiled files are left is no topic: git leaves it when a topic goes.
    """
    names = {
        path.name
        for folder in find_folders()
        for path in folder.iterdir()
        if path.name.isidentifier() and path.name != _COMPILED and _holds_files(path)
    }
    return tuple(sorted(names))


def _holds_files(folder: Path) -> bool:
    return folder.is_dir() and any(path.name != _COMPILED for path in folder.iterdir())


def list_files(pattern: str) -> dict[str, Path]:
    """Return the files of all topics by name below ``checks``; the first folder that has one wins.

    ``pattern`` is relative to the folder of a topic: ``check_*.py``, ``sabotages/*.yml``.
    """
    found: dict[str, Path] = {}
    for topic in list_topics():
        found.update(list_topic_files(topic, pattern))
    return found


def list_own_files(pattern: str) -> tuple[Path, ...]:
    """Return the files of topics that are the centre's own, not labctl's."""
    *own, _shipped = content_roots()
    return tuple(path for root in own for path in sorted((root / PACKAGE).glob(f"*/{pattern}")))


def find_owner(topic: str) -> Path | None:
    """Return the ``topic.yml`` of a topic, the centre's own first; None for one without."""
    paths = (root / PACKAGE / topic / OWNER for root in content_roots())
    return next((path for path in paths if path.is_file()), None)


def list_topic_files(topic: str, pattern: str) -> dict[str, Path]:
    """Return the files of one topic, as ``list_files`` does."""
    found: dict[str, Path] = {}
    for folder in find_folders(topic):
        for path in sorted(folder.glob(pattern)):
            found.setdefault(f"{topic}/{path.relative_to(folder)}", path)
    return found


def load_module(name: str, path: Path) -> ModuleType | Mistake:
    """Import a file of a topic, known by its name below ``checks``; or say where it is wrong."""
    try:
        return import_module(f"{PACKAGE}.{name.removesuffix('.py').replace('/', '.')}")
    except (Exception, SystemExit) as exc:  # noqa: BLE001  # a file that anybody wrote is run
        return Mistake(str(path), line_of(exc, path), f"{type(exc).__name__}: {exc}")
