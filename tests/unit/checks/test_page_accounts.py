"""What the program that runs on a router finds of the accounts of its page."""

from importlib import util
from pathlib import Path
from typing import Any

import pytest

from checks.internet.facts.login import PROGRAM


@pytest.fixture
def program(tmp_path: Path) -> Any:
    """Return the program as a module, with settings of lighttpd of its own."""
    spec = util.spec_from_file_location("on_router", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module)["SETTINGS"] = tmp_path
    return module


@pytest.mark.parametrize(
    ("setting", "accounts", "names"),
    [
        ('auth.backend.plain.userfile = "{file}"', "admin:admin\n", ["admin"]),
        ('auth.backend.htpasswd.userfile="{file}"', "a:$apr1$x\n# b:c\n\nd:e:f\n", ["a", "d"]),
        ('  auth.backend.htdigest.userfile += "{file}"', "a:x:1\na:y:2\n", ["a"]),
        ('# auth.backend.plain.userfile = "{file}"', "admin:admin\n", []),
        ('auth.backend.plain.userfile = "{file}.absent"', "admin:admin\n", []),
        ('auth.backend = "plain"', "admin:admin\n", []),
    ],
)
def test_accounts_are_those_of_the_files_that_lighttpd_is_given(
    program: Any, tmp_path: Path, setting: str, accounts: str, names: list[str]
) -> None:
    listed = tmp_path / "comptes"
    listed.write_text(accounts)
    (tmp_path / "conf-enabled").mkdir()
    written = setting.replace("{file}", str(listed))
    (tmp_path / "conf-enabled" / "10-auth.conf").write_text(f"server.port = 443\n{written}\n")
    assert program.list_names() == names


def test_a_password_is_quoted_as_curl_reads_it(program: Any) -> None:
    assert program.quote('a"b\\c') == 'a\\"b\\\\c'
