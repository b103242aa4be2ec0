"""Kerberos of the simulated Windows: which tokens are its, and what a ticket tells of groups."""

import base64
import struct
from pathlib import Path

import pytest
from labwindows import pac
from labwindows.auth import NotAllowed
from labwindows.kerberos import is_kerberos
from labwindows.negotiate import Negotiation, Users

from tests.unit.windows.simulated import Paper

NTLM = bytes.fromhex("2b06010401823702020a")
KERBEROS = bytes.fromhex("2a864886f712010202")
MICROSOFT = bytes.fromhex("2a864882f712010202")


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (b"\x60\x82" + KERBEROS, True),
        (b"\x60\x82" + MICROSOFT + KERBEROS + NTLM, True),
        (b"\x60\x82" + NTLM + KERBEROS, False),
        (b"\x60\x82" + NTLM, False),
        (b"NTLMSSP\0" + KERBEROS, False),
        (b"\x60", False),
        (b"", False),
    ],
)
def test_the_first_mechanism_that_a_token_names_decides(token: bytes, expected: bool) -> None:
    assert is_kerberos(token) is expected


@pytest.mark.parametrize(
    "token", [b"\x60\x0b\x06\x09" + KERBEROS, b"\x60\x82" + MICROSOFT, b"\xff\xff"]
)
@pytest.mark.parametrize("certificate", [None, b"certificate"])
def test_a_token_that_is_none_proves_nobody(
    token: bytes, certificate: bytes | None, tmp_path: Path
) -> None:
    users = Users(Paper(), "secret", str(tmp_path / "users"))
    negotiation = Negotiation(users, certificate)

    with pytest.raises(NotAllowed):
        negotiation.step(base64.b64encode(token).decode())
    assert negotiation.owner == ""


def test_the_groups_of_a_ticket_are_read() -> None:
    assert pac.read_groups(logon("Administrator", (513, 512, 520))) == {513, 512, 520}
    assert pac.read_groups(logon("", ())) == {513}


@pytest.mark.parametrize("kept", [0, 19, 100, 236, 270])
def test_what_is_cut_tells_of_no_administrator(kept: int) -> None:
    assert 512 not in pac.read_groups(logon("eleve", (513, 512))[:kept])


def test_a_count_that_lies_tells_of_no_group() -> None:
    whole = bytearray(logon("eleve", (512,)))
    struct.pack_into("<I", whole, 20 + 108, 2**31)

    assert pac.read_groups(bytes(whole)) == frozenset()


def logon(name: str, groups: tuple[int, ...]) -> bytes:
    """Write KERB_VALIDATION_INFO (MS-PAC 2.5) with one of its texts, the name."""
    fixed = bytearray(216)
    text = name.encode("utf-16-le")
    if name:
        struct.pack_into("<HHI", fixed, 48, len(text), len(text), 0x20004)
    pointer = 0x20020 if groups else 0
    struct.pack_into("<IIII", fixed, 100, 1105, 513, len(groups), pointer)
    told = struct.pack("<III", len(name), 0, len(name)) + text if name else b""
    told += b"\0" * (-len(told) % 4)
    if groups:
        told += struct.pack("<I", len(groups))
        told += b"".join(struct.pack("<II", group, 7) for group in groups)
    return bytes.fromhex("01100800cccccccc") + bytes(8) + struct.pack("<I", 0x20000) + fixed + told
