"""What pyproject.toml cannot say: the wheel carries the content, as ``labctl/content``."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
CONTENT = ("checks", "inventories", "playbooks", "vm_templates")


class BuildWithContent(build_py):
    """Lay the content beside the modules, with its modes; left from an older build, nothing."""

    def run(self) -> None:
        """Build the package from scratch, then copy the content into it."""
        package = Path(self.build_lib) / "labctl"
        if not self.editable_mode:
            shutil.rmtree(package, ignore_errors=True)
        super().run()
        if not self.editable_mode:
            _copy_content(package / "content")


def _copy_content(target: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in CONTENT:
        shutil.copytree(HERE / name, target / name, symlinks=True, ignore=ignore)
    shutil.copy(HERE / "packages.apt", target)


setup(cmdclass={"build_py": BuildWithContent})
