"""The architecture page: each package has its role where the page says."""

import re

import pytest

from tests.plans import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([a-z0-9-]+) \| [^|]+ \| `(labctl/[a-z_/]+\.py)` \|$", re.MULTILINE)
SPELLED = {
    "ansible-runner": "import ansible_runner",
    "ldap3": "import ldap3",
    "libvirt-python": 'import_module("libvirt")',
    "netmiko": "from netmiko",
    "paramiko": "import paramiko",
    "pytest": "import pytest",
    "pywinrm": '"ansible_connection": "winrm"',
}


def test_page_has_a_row_for_each_fixed_package() -> None:
    assert {name for name, _path in ROW.findall(PAGE)} == set(SPELLED)


@pytest.mark.parametrize(("name", "path"), ROW.findall(PAGE))
def test_package_is_used_where_the_page_says(name: str, path: str) -> None:
    assert SPELLED[name] in (ROOT / path).read_text(encoding="utf-8")
