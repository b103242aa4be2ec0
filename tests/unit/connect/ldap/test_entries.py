"""How attributes are written down, and what goes into filters."""

import uuid

import pytest

from labctl.connect.ldap.entries import encode_password, escape
from labctl.connect.ldap.session import render_attribute
from labctl.core.secrets import Secret

SID = bytes.fromhex("010500000000000515000000010000000200000003000000f4010000")


def test_text_stays_text() -> None:
    assert render_attribute("cn", [b"Teva", "Éric".encode()]) == ("cn", ["Teva", "Éric"])


def test_a_sid_is_readable() -> None:
    assert render_attribute("objectSid", [SID]) == ("objectSid", ["S-1-5-21-1-2-3-500"])


def test_a_guid_is_readable() -> None:
    guid = uuid.UUID("12345678-1234-5678-1234-567812345678")

    assert render_attribute("objectGUID", [guid.bytes_le]) == ("objectGUID", [str(guid)])


@pytest.mark.parametrize("name", ["replPropertyMetaData", "nTSecurityDescriptor"])
def test_known_binary_attributes_are_base64(name: str) -> None:
    assert render_attribute(name, [b"abc"]) == (name, ["YWJj"])


@pytest.mark.parametrize(
    ("name", "value"), [("cn", b"\xff\xfe"), ("objectSid", b"\x01"), ("objectGUID", b"short")]
)
def test_what_is_no_text_says_so_in_its_name(name: str, value: bytes) -> None:
    key, _texts = render_attribute(name, [value])

    assert key == f"{name};base64"


def test_a_filter_cannot_be_broken_out_of() -> None:
    assert escape("a*)(cn=\\\0") == "a\\2a\\29\\28cn=\\5c\\00"


def test_a_password_is_quoted_utf16() -> None:
    assert encode_password(Secret("é1")) == '"é1"'.encode("utf-16-le")
