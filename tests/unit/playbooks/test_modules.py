"""The pure parts of the Ansible modules: what runs on machines is proved on a bench."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.plans import ROOT


def load(folder: str, name: str) -> Any:
    """Return a module of playbooks/, which is no package."""
    path = ROOT / "playbooks" / folder / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


files = load("library", "labctl_files")
directory = load("library", "labctl_directory")
shares = load("library", "labctl_shares")
addresses = load("filters", "labctl_addresses")


def test_a_file_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "dossier" / "fichier"

    assert files.set_file(str(path), "texte", "0640", "", dry=False)
    assert not files.set_file(str(path), "texte", "0640", "", dry=False)
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("texte", 0o640)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(("content", "mode"), [("autre", "0640"), ("texte", "0600")])
def test_another_content_or_mode_is_a_change(tmp_path: Path, content: str, mode: str) -> None:
    path = tmp_path / "fichier"
    files.set_file(str(path), "texte", "0640", "", dry=False)

    assert files.set_file(str(path), content, mode, "", dry=False)


def test_checking_writes_nothing(tmp_path: Path) -> None:
    assert files.set_file(str(tmp_path / "fichier"), "texte", "0644", "", dry=True)
    assert files.set_folder(tmp_path / "dossier", dry=True)
    assert files.set_link(tmp_path / "lien", "/cible", dry=True)
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_replaced_only_when_it_leads_elsewhere(tmp_path: Path) -> None:
    link = tmp_path / "lien"

    assert files.set_link(link, "/une", dry=False)
    assert files.set_link(link, "/autre", dry=False)
    assert not files.set_link(link, "/autre", dry=False)
    assert str(link.readlink()) == "/autre"


def test_links_of_policies_are_read_with_their_options() -> None:
    text = "[LDAP://CN={A},CN=Policies;0][LDAP://CN={B},CN=Policies;2]"

    assert list(directory.parse_links(text)) == [
        ("CN={A},CN=Policies", 0),
        ("CN={B},CN=Policies", 2),
    ]
    assert list(directory.parse_links(" ")) == []


def test_account_flags_change_only_the_bits_asked() -> None:
    entry = {"userAccountControl": 0x10202}

    assert directory.flags(entry, clear=directory.DISABLED) == {"userAccountControl": "66048"}
    assert directory.flags(entry, add=directory.DISABLED) == {}


def test_values_in_a_search_are_escaped() -> None:
    assert directory.escape("a*(b)\\") == "a\\2a\\28b\\29\\5c"


def test_a_drawn_password_meets_every_rule() -> None:
    first, second = directory.draw_password(), directory.draw_password()

    assert first != second
    assert len(first) >= 14


def test_a_share_names_who_reads_and_who_writes() -> None:
    rights = {"read_write": ["GG_COMPTA"], "read_only": ["GG_DIRECTION"]}
    share = {"name": "COMPTA", "is_hidden": False, **rights}
    known = {"GG_COMPTA": ("S-1", '@"M\\GG_COMPTA"'), "GG_DIRECTION": ("S-2", '@"M\\GG_DIRECTION"')}

    lines = shares.section(share, known, Path("/srv/partages/COMPTA")).splitlines()

    assert '   valid users = @"M\\GG_COMPTA" @"M\\GG_DIRECTION"' in lines
    assert '   write list = @"M\\GG_COMPTA"' in lines
    assert "   browseable = yes" in lines


def test_a_share_that_nobody_writes_has_no_writers() -> None:
    share = {"name": "LECTURE", "is_hidden": False, "read_write": [], "read_only": ["G"]}

    text = shares.section(share, {"G": ("S-1", '@"M\\G"')}, Path("/srv/partages/LECTURE"))

    assert "write list" not in text
    assert "read only = yes" in text


def test_a_share_to_hide_is_not_listed() -> None:
    share = {"name": "SAUVEGARDES$", "is_hidden": True, "read_write": ["svc"], "read_only": []}

    assert "browseable = no" in shares.section(share, {"svc": ("S-1", '"M\\svc"')}, Path("/x"))


def test_addresses_are_written_as_devices_write_them() -> None:
    assert addresses.mask("10.0.0.0/27") == "255.255.255.224"
    assert addresses.wildcard("10.0.0.0/27") == "10.0.0.0 0.0.0.31"
    assert addresses.address_and_mask("10.0.0.1/27") == "10.0.0.1 255.255.255.224"


def test_a_share_and_its_hidden_twin_have_a_folder_each() -> None:
    module = SimpleNamespace(params={"root": "/srv/partages"})

    folders = {shares.folder(module, {"name": name}) for name in ("ARCHIVES", "ARCHIVES$")}

    assert len(folders) == 2
