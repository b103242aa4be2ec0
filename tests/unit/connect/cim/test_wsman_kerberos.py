"""An account of a domain: Kerberos or nothing."""

import sys
from pathlib import Path

import pytest

from labctl.connect.cim.winrm import open_winrm
from labctl.connect.cim.wsman.kerberos import is_domain_account
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError
from tests.attacks.certificates import Authority
from tests.attacks.hostile import serve
from tests.winrm_visit import endpoint_of
from tests.wsman_server import Request, play_wsman, replay

ACCOUNT = "auditeur@moana.test"


@pytest.mark.parametrize(("account", "expected"), [(ACCOUNT, True), ("labctl-audit", False)])
def test_the_name_of_an_account_says_whose_it_is(account: str, expected: bool) -> None:
    assert is_domain_account(account) is expected


def test_without_the_modules_the_message_says_what_to_install(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "krb5", None)
    heard: list[Request] = []
    with serve(play_wsman(authority.serve_as("poste.test"), replay([]), heard)) as hostile:
        way = endpoint_of(
            hostile.port, tmp_path, trust=authority.path, account=ACCOUNT,
            server_name="poste.test",
        )  # fmt: skip
        with pytest.raises(ConnectError, match="pas installés") as caught:
            open_winrm(way, Deadline.after(60))

    assert "setup-kerberos" in caught.value.hint
    assert not heard, "neither NTLM nor the password in its place"
