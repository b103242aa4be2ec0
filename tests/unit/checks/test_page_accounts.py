"""What the program that runs on a router finds of the accounts of its page."""

from importlib import util
from pathlib import Path
from typing import Any

import pytest

from checks.internet.facts.login import PROGRAM


@pytest.fixture(scope="module")
def program() -> Any:
    """Return the program as a module."""
    spec = util.spec_from_file_location("on_router", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PLAIN = '    auth.backend                = "plain"\n'
FILE = '    auth.backend.plain.userfile = "{file}"\n'


@pytest.mark.parametrize(
    ("shown", "accounts", "names", "is_whole"),
    [
        (PLAIN + FILE, "admin:admin\n", ["admin"], True),
        (PLAIN + FILE, "a:$apr1$x\n# b:c\n\nd:e:f\na:y\n", ["a", "d"], True),
        (FILE + '    auth.backend = "htdigest"\n', "admin:admin\n", [], False),
        (PLAIN + FILE + '  auth.backend = "ldap"\n', "admin:admin\n", ["admin"], False),
        (PLAIN + FILE.replace("{file}", "{file}.absent"), "admin:admin\n", [], True),
        (PLAIN, "admin:admin\n", [], False),
        ("", "admin:admin\n", [], False),
    ],
)
def test_accounts_are_those_of_the_files_in_force(
    program: Any, tmp_path: Path, shown: str, accounts: str, names: list[str], *, is_whole: bool
) -> None:
    listed = tmp_path / "comptes"
    listed.write_text(accounts)
    told = shown.replace("{file}", str(listed))
    assert (program.list_names(told), program.has_files_alone(told)) == (names, is_whole)


def test_a_password_is_quoted_as_curl_reads_it(program: Any) -> None:
    assert program.quote('a"b\\c') == 'a\\"b\\\\c'
