"""Discovery frames, ours and those of others."""

from labswitch.lldp import decode, encode

FRAME = encode(
    mac=bytes.fromhex("021a00010000"),
    source=bytes.fromhex("021a00010005"),
    hostname="SW-ARU-01",
    port_name="Gi1/0/5",
    description="ARU-B1-P1-05",
    routes=True,
)


def test_a_frame_of_ours_is_understood() -> None:
    neighbor = decode(FRAME, 3)

    assert neighbor is not None
    assert (neighbor.port, neighbor.name, neighbor.port_id) == (3, "SW-ARU-01", "Gi1/0/5")
    assert (neighbor.capabilities, neighbor.hold_s) == ("B,R", 120)


def test_it_is_sent_to_the_nearest_bridge() -> None:
    assert FRAME[:6] == bytes.fromhex("0180c200000e")
    assert FRAME[12:14] == bytes.fromhex("88cc")


def test_a_frame_cut_anywhere_is_no_neighbor_or_a_neighbor() -> None:
    assert [decode(FRAME[:length], 1) for length in range(20)] == [None] * 20


def test_a_name_cannot_break_the_table() -> None:
    hostile = FRAME.replace(b"SW-ARU-01", b"A\nB \x1b[2Jx")

    neighbor = decode(hostile, 1)

    assert neighbor is not None
    assert neighbor.name == "A_B__[2Jx"
