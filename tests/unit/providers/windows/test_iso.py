"""Reading a Windows installation ISO."""

import os
import struct
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.providers.windows.building import write_disc
from labctl.providers.windows.iso import (
    Edition,
    Iso,
    choose,
    inspect,
    parse_editions,
    read_wim_xml,
)

IMAGE = """<IMAGE INDEX="{index}"><WINDOWS><ARCH>{arch}</ARCH><EDITIONID>{edition}</EDITIONID>
<LANGUAGES><LANGUAGE>fr-FR</LANGUAGE><DEFAULT>fr-FR</DEFAULT></LANGUAGES>
<VERSION><MAJOR>10</MAJOR><BUILD>{build}</BUILD></VERSION></WINDOWS><NAME>{name}</NAME></IMAGE>"""
HOME = IMAGE.format(index=1, arch=9, edition="Core", build=26100, name="Windows 11 Famille")
PRO = IMAGE.format(
    index=6, arch=9, edition="Professional", build=26100, name="Windows 11 Professionnel"
)
XML = f"<WIM><TOTALBYTES>1</TOTALBYTES>{HOME}{PRO}</WIM>"
SOON = 60.0


def wim_of(xml: str) -> bytes:
    """Return an image that holds nothing but its header and its list of editions."""
    listed = xml.encode("utf-16")
    header = b"MSWIM\0\0\0".ljust(72, b"\0") + struct.pack("<QQQ", len(listed), 208, len(listed))
    return header.ljust(208, b"\0") + listed


def iso_of(*editions: Edition) -> Iso:
    return Iso(Path("windows.iso"), "0" * 64, editions)


def edition_of(xml: str) -> Edition:
    return next(parse_editions(xml))


def test_editions_are_listed() -> None:
    assert [(one.index, one.edition, one.language, one.build) for one in parse_editions(XML)] == [
        (1, "Core", "fr-FR", 26100),
        (6, "Professional", "fr-FR", 26100),
    ]


def test_what_is_no_number_is_no_edition() -> None:
    """A superscript is a digit for Python, and no number."""
    odd = IMAGE.format(index="²", arch=9, edition="Core", build=26100, name="x")

    assert list(parse_editions(f"<WIM>{odd}</WIM>")) == []


def test_the_list_is_read_from_the_end_of_an_image(tmp_path: Path) -> None:
    image = tmp_path / "install.wim"
    image.write_bytes(wim_of(XML))

    assert read_wim_xml(image) == XML


def test_an_image_cut_short_is_refused(tmp_path: Path) -> None:
    image = tmp_path / "install.wim"
    image.write_bytes(wim_of(XML)[:-10])

    with pytest.raises(ProviderError, match="image tronquée"):
        read_wim_xml(image)


def test_another_file_is_no_image(tmp_path: Path) -> None:
    image = tmp_path / "install.wim"
    image.write_bytes(b"PK" * 200)

    with pytest.raises(ProviderError, match="n'est pas une image de Windows"):
        read_wim_xml(image)


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE w [<!ENTITY a "aaaa">]><WIM>&a;</WIM>'

    with pytest.raises(ProviderError, match="éditions"):
        list(parse_editions(bomb))


def test_the_edition_asked_for_is_chosen() -> None:
    found = choose(iso_of(*parse_editions(XML)), "Professional", "fr-FR", 26100)

    assert found.index == 6


@pytest.mark.parametrize(
    ("edition", "language", "build"),
    [("Enterprise", "fr-FR", 26100), ("Professional", "en-US", 26100), ("Core", "fr-FR", 26200)],
)
def test_what_the_iso_lacks_is_refused_with_what_it_has(
    edition: str, language: str, build: int
) -> None:
    with pytest.raises(ProviderError, match=edition) as caught:
        choose(iso_of(*parse_editions(XML)), edition, language, build)

    assert "Professional fr-FR 26100" in caught.value.hint


def test_a_32_bit_edition_is_not_chosen() -> None:
    old = IMAGE.format(index=1, arch=0, edition="Professional", build=26100, name="x86")

    with pytest.raises(ProviderError):
        choose(iso_of(edition_of(f"<WIM>{old}</WIM>")), "Professional", "fr-FR", 26100)


def test_an_iso_is_read_whole(tmp_path: Path) -> None:
    iso = tmp_path / "windows.iso"
    write_disc(iso, {"sources/install.wim": wim_of(XML)}, Deadline.after(SOON))

    found = inspect(iso, tmp_path / "scratch", Deadline.after(SOON))

    assert len(found.sha256) == 64
    assert [one.edition for one in found.editions] == ["Core", "Professional"]
    assert list((tmp_path / "scratch").iterdir()) == []


def test_an_iso_of_something_else_is_refused(tmp_path: Path) -> None:
    iso = tmp_path / "other.iso"
    write_disc(iso, {"README.TXT": b"This disc contains a UDF file system"}, Deadline.after(SOON))

    with pytest.raises(ProviderError, match="n'est pas un ISO d'installation de Windows"):
        inspect(iso, tmp_path / "scratch", Deadline.after(SOON))


def test_a_file_that_is_no_iso_is_refused(tmp_path: Path) -> None:
    iso = tmp_path / "windows.iso"
    iso.write_bytes(b"\0" * 100)

    with pytest.raises(ProviderError, match=r"windows\.iso"):
        inspect(iso, tmp_path / "scratch", Deadline.after(SOON))


def test_an_absent_iso_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match=r"absent\.iso"):
        inspect(tmp_path / "absent.iso", tmp_path, Deadline.after(SOON))


@pytest.mark.parametrize("path", [Path("/dev/zero"), Path("pipe")])
def test_what_never_ends_is_not_read(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with pytest.raises(ProviderError, match="ce n'est pas un fichier ordinaire"):
        inspect(path, tmp_path, Deadline.after(SOON))
