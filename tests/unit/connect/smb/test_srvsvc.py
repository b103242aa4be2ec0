"""The list of shares as bytes."""

import struct

import pytest

from labctl.connect.smb import srvsvc


def text(value: str) -> bytes:
    raw = (value + "\0").encode("utf-16-le")
    count = len(raw) // 2
    return struct.pack("<III", count, 0, count) + raw + b"\0" * (-len(raw) % 4)


def stub_of(*names: str, status: int = 0) -> bytes:
    count = len(names)
    head = struct.pack("<5I", 1, 1, 1, count, 1) + struct.pack("<I", count)
    rows = b"".join(struct.pack("<III", 10 + at, 0, 20 + at) for at in range(count))
    strings = b"".join(text(name) + text("remark") for name in names)
    return head + rows + strings + struct.pack("<III", count, 0, status)


def fragment(body: bytes, flags: int = 3, kind: int = 2) -> bytes:
    return struct.pack("<BBBB4sHHI", 5, 0, kind, flags, b"\x10\0\0\0", 16 + len(body), 0, 1) + body


def test_names_come_in_the_order_of_the_server() -> None:
    assert srvsvc.parse_enum(stub_of("IPC$", "COMMUN", "Données")) == ("IPC$", "COMMUN", "Données")


def test_no_share_is_no_name() -> None:
    stub = struct.pack("<5I", 1, 1, 1, 0, 0) + struct.pack("<III", 0, 0, 0)

    assert srvsvc.parse_enum(stub) == ()


def test_a_refusal_is_an_error() -> None:
    with pytest.raises(srvsvc.RpcError, match="erreur 5"):
        srvsvc.parse_enum(stub_of(status=5))


@pytest.mark.parametrize("length", range(0, 120, 7))
def test_a_list_that_is_cut_is_an_error(length: int) -> None:
    with pytest.raises(srvsvc.RpcError):
        srvsvc.parse_enum(stub_of("IPC$", "COMMUN")[:length] + struct.pack("<I", 0))


def test_a_count_out_of_all_proportion_is_an_error() -> None:
    with pytest.raises(srvsvc.RpcError):
        srvsvc.parse_enum(struct.pack("<5I", 1, 1, 1, 2**31, 1) + struct.pack("<II", 0, 0))


def test_fragments_say_which_is_the_last() -> None:
    assert srvsvc.take_fragment(fragment(b"12345678abc", flags=1)) == (b"abc", False)
    assert srvsvc.take_fragment(fragment(b"12345678def", flags=2)) == (b"def", True)


@pytest.mark.parametrize(
    "message", [b"", b"\x05", fragment(b"12345678", kind=3), fragment(b"123"), b"\x04" * 30]
)
def test_another_message_is_an_error(message: bytes) -> None:
    with pytest.raises(srvsvc.RpcError):
        srvsvc.take_fragment(message)


def test_only_an_accepted_bind_passes() -> None:
    srvsvc.parse_bind(fragment(b"", kind=12))
    with pytest.raises(srvsvc.RpcError):
        srvsvc.parse_bind(fragment(b"", kind=13))
