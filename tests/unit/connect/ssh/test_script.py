"""The script of a visit and the frames that come back."""

import pytest

from labctl.connect.ssh.script import (
    Command,
    Frame,
    FrameError,
    FrameReader,
    render_clean,
    render_input,
    render_script,
)
from labctl.core.command import run
from labctl.core.deadline import Deadline

NONCE = "0123456789abcdef0123456789abcdef"
HELLO = f"\n{NONCE} h 4321\n".encode()


def end(number: int, status: int) -> bytes:
    return f"\n{NONCE} {number} {status}\n".encode()


def test_frames_come_out_whole_whatever_the_pieces() -> None:
    stream = HELLO + b"one\n" + end(0, 0) + b"\x00\xff\n\n" + end(1, 3)
    reader = FrameReader(NONCE)

    frames = [frame for at in range(len(stream)) for frame in reader.feed(stream[at : at + 1])]

    assert frames == [Frame(0, b"one\n", 0), Frame(1, b"\x00\xff\n\n", 3)]


def test_frames_come_out_of_one_piece() -> None:
    frames = FrameReader(NONCE).feed(HELLO + b"one" + end(0, 0) + end(1, 127))

    assert frames == [Frame(0, b"one", 0), Frame(1, b"", 127)]


def test_noise_before_the_script_speaks_is_no_output() -> None:
    frames = FrameReader(NONCE).feed(b"motd: OK\n" + HELLO + b"x" + end(0, 0))

    assert frames == [Frame(0, b"x", 0)]


def test_a_frame_with_another_nonce_is_output() -> None:
    forged = f"\n{'f' * 32} 0 0\n".encode()

    frames = FrameReader(NONCE).feed(HELLO + forged + end(0, 1))

    assert frames == [Frame(0, forged, 1)]


@pytest.mark.parametrize("group", ["1", "0", "-1", "x", "99999999999", "12 34"])
def test_a_process_group_that_must_not_be_killed_is_refused(group: str) -> None:
    with pytest.raises(FrameError):
        FrameReader(NONCE).feed(f"\n{NONCE} h {group}\n".encode())


@pytest.mark.parametrize("tail", [b"0\n", b"0 x\n", b"-1 0\n", b"0 1000\n", b"0 0 0\n", b"h 4\n"])
def test_an_end_that_makes_no_sense_is_refused(tail: bytes) -> None:
    with pytest.raises(FrameError):
        FrameReader(NONCE).feed(HELLO + b"\n" + NONCE.encode() + b" " + tail)


def test_an_end_that_never_ends_is_refused() -> None:
    reader = FrameReader(NONCE)
    reader.feed(HELLO + b"\n" + NONCE.encode() + b" 0")

    with pytest.raises(FrameError):
        reader.feed(b"0" * 40)


def test_what_waits_for_its_end_is_known() -> None:
    reader = FrameReader(NONCE)
    reader.feed(HELLO + b"half an answer")

    assert (reader.pending, reader.size) == (b"half an answer", 14)


def test_a_command_reads_its_own_lines_and_no_other_one_does() -> None:
    lines = (r"  a \\ $(reboot) 'b' ", "", "%s é")
    commands = [
        Command(7, ("/bin/cat",), keeps_stderr=False),
        Command(8, ("/bin/cat", "-"), keeps_stderr=True, lines=lines),
        Command(9, ("/bin/sh", "-c", "cat; exit 3"), keeps_stderr=False, lines=("last",)),
        Command(10, ("/bin/cat",), keeps_stderr=False),
    ]
    script = render_script(commands, 0)

    given = render_input(NONCE, commands).decode()
    done = run(("/bin/sh", "-c", script), Deadline.after(60), stdin=given)

    assert FrameReader(NONCE).feed(done.stdout.encode()) == [
        Frame(7, b"", 0),
        Frame(8, "".join(f"{line}\n" for line in lines).encode(), 0),
        Frame(9, b"last\n", 3),
        Frame(10, b"", 0),
    ]
    assert "reboot" not in script


def test_arguments_stay_what_they_are() -> None:
    script = render_script([Command(0, ("/bin/echo", "$(reboot)", "a'b; c"), False)], 0)

    assert """/bin/echo '$(reboot)' 'a'"'"'b; c' </dev/null 2>/dev/null""" in script


def test_errors_are_kept_when_asked() -> None:
    assert "/bin/true </dev/null 2>&1" in render_script([Command(0, ("/bin/true",), True)], 0)


def test_what_an_earlier_script_left_is_killed_first() -> None:
    lines = render_script([Command(4, ("/bin/true",), False)], 777).splitlines()

    assert lines[:2] == ["read -r N", "kill -s KILL -- -777 2>/dev/null"]


def test_a_command_runs_in_a_clean_environment_under_a_watch() -> None:
    assert render_clean(("/bin/cat", "a b"), 7) == (
        "exec /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C"
        " /usr/bin/timeout --signal=KILL 7.0 /bin/cat 'a b'"
    )
