"""Bytes of a stranger → an envelope, or a named refusal."""

import pytest

from labctl.connect.cim.wsman.xml import decode, parse_envelope
from labctl.core.errors import ConnectError, OutputLimit
from tests.wsman_server import envelope

PLAIN = envelope("<p:Été/>").decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_both_charsets_are_read(encoding: str) -> None:
    charset = "utf-16" if "16" in encoding else "UTF-8"

    assert parse_envelope(PLAIN.encode(encoding), charset)[1][0].tag.endswith("}Été")
    assert parse_envelope(PLAIN.encode(encoding), "")[1][0].tag.endswith("}Été")


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        (PLAIN.encode("latin-1"), "utf-8"),
        (PLAIN.encode("utf-16"), "utf-8"),
        (PLAIN.encode(), "utf-16"),
        (PLAIN.encode("utf-16-be"), "us-ascii"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + PLAIN.encode(), "utf-8"),
        (b'<?xml version="1.0" encoding="utf-16"?>' + PLAIN.encode(), ""),
        (PLAIN.encode(), "windows-1252"),
        (PLAIN.encode(), "utf-7"),
    ],
)
def test_a_lie_about_the_charset_is_refused(content: bytes, charset: str) -> None:
    with pytest.raises(ConnectError):
        parse_envelope(content, charset)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0", b"<", b"ceci n'est pas du XML", b"<a/>", b"<s:Envelope/>", b"\xff\xfe\x3c",
        PLAIN.replace("<s:Body>", "<s:Corps>").replace("</s:Body>", "</s:Corps>").encode(),
        PLAIN.encode()[:-5],
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + PLAIN.encode(),
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd">' + PLAIN.encode(),
    ],
)  # fmt: skip
def test_what_is_no_envelope(content: bytes) -> None:
    with pytest.raises(ConnectError):
        parse_envelope(content, "utf-8")


def test_a_nest_and_a_swarm_are_refused() -> None:
    with pytest.raises(OutputLimit):
        parse_envelope(envelope("<p:a>" * 40 + "</p:a>" * 40), "utf-8")
    with pytest.raises(OutputLimit):
        parse_envelope(envelope("<p:b/>" * 45_001), "utf-8")
    with pytest.raises(OutputLimit):
        parse_envelope(envelope("<p:b x='' y=''/>" * 15_001), "utf-8")


def test_the_most_that_a_windows_sends_is_read() -> None:
    """The shortest of elements, in an envelope of 512,000 bytes."""
    many = (512_000 - len(envelope(""))) // len("<p:b>1</p:b>")

    parse_envelope(envelope("<p:b>1</p:b>" * many), "utf-8")


def test_a_declared_charset_that_is_true() -> None:
    text = '<?xml version="1.0" encoding="utf-8"?><a/>'

    assert decode(text.encode(), "UTF-8") == text
