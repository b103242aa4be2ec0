"""A hostile machine behind SSH: each case declares what labctl must answer.

``ok`` is a usable answer; anything else is « non vérifiable » with that reason: no attack awards
or costs a point. Every visit ends by its deadline and a second, in bounded memory.
"""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import paramiko  # noqa: TID251  # the other side of the conversation
import pytest

from labctl.collect.visit import Visit
from labctl.connect.base import Transport
from labctl.connect.ssh.session import open_ssh
from labctl.core.deadline import Deadline
from tests.attacks.conftest import Keys
from tests.attacks.hostile import (
    DEADLINE_S,
    Cost,
    Hostile,
    Judge,
    Player,
    drip,
    flood,
    leave,
    measure,
    patience_of,
    say,
    serve,
    silence,
)
from tests.attacks.ssh_server import (
    Exec,
    Manners,
    play_ssh,
    run_honestly,
    send,
    send_in,
    string,
    trust_of,
)
from tests.fakes import ask, endpoint

QUESTION_S = 0.5


def visit(keys: Keys, hostile: Hostile, *declared: str) -> Cost:
    """Visit; what is declared to be late is not waited for, all else as long as it takes."""
    target = endpoint(
        "poste",
        Transport.SSH,
        address="127.0.0.1",
        port=hostile.port,
        credential=keys.user_path,
        trust=trust_of(keys.host),
    )
    one = Visit(target, open_ssh)
    waits = [QUESTION_S * patience_of(declared[at : at + 1]) for at in range(2)]
    questions = [
        ask("/bin/echo", word, timeout_s=wait)
        for word, wait in zip(("one", "two"), waits, strict=True)
    ]
    within_s = DEADLINE_S * patience_of(declared[-1:])
    cost = measure(lambda: one.ask(questions, Deadline.after(within_s)))
    one.close()
    return cost


def flood_packets(sock: socket.socket) -> None:
    sock.sendall(b"SSH-2.0-x\r\n")
    flood(b"\0\0\0\x0c\x0a\x02" * 900)(sock)


RAW: dict[str, tuple[Player, str]] = {
    "no banner": (silence, "timeout"),
    "banner drips": (drip(b"SSH-2.0-OpenSSH_10"), "timeout"),
    "banner without end": (flood(b"x" * 65536), "output_limit"),
    "banner of a million lines": (flood(b"hello\r\n" * 9000), "protocol"),
    "leaves at once": (leave, "protocol"),
    "speaks HTTP": (say(b"HTTP/1.1 200 OK\r\n\r\nOK\n"), "timeout"),
    "speaks SSH 1": (say(b"SSH-1.5-old\r\n"), "protocol"),
    "garbage after the banner": (say(b"SSH-2.0-x\r\n" + b"\xff" * 4096), "protocol"),
    "key exchange drips": (
        drip(b"SSH-2.0-x\r\n\0\0\x0f\xfc\x04" + b"\0" * 4000),
        "timeout",
    ),
    "key exchange floods": (flood_packets, "protocol"),
}


@pytest.mark.parametrize(("player", "reason"), RAW.values(), ids=RAW)
def test_a_peer_that_speaks_no_ssh(judge: Judge, keys: Keys, player: Player, reason: str) -> None:
    with serve(player) as hostile:
        cost = visit(keys, hostile, reason, reason)

    judge(cost, reason, reason)


@dataclass(frozen=True)
class Attack:
    """Manners of a server that passes for the machine, and what must come of it."""

    expected: tuple[str, str]
    changes: dict[str, object]
    on_exec: Exec | None = None


@contextmanager
def attack(keys: Keys, case: Attack) -> Iterator[tuple[Hostile, Manners]]:
    manners = replace(
        Manners(keys.host, keys.user),
        on_exec=case.on_exec,
        **case.changes,  # type: ignore[arg-type]
    )
    with serve(play_ssh(manners)) as hostile:
        yield hostile, manners


def flood_output(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    channel.sendall(honest[: honest.index(b"h ") + 8])
    while True:
        channel.sendall(b"y" * 32768)


def flood_noise(channel: paramiko.Channel, _command: str) -> None:
    while True:
        channel.sendall(b"y" * 32768)


def flood_errors(channel: paramiko.Channel, _command: str) -> None:
    while True:
        channel.sendall_stderr(b"y" * 32768)


def drip_output(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    for at in range(len(honest)):
        channel.sendall(honest[at : at + 1])
        threading.Event().wait(0.1)


def cut_after_first(channel: paramiko.Channel, command: str) -> None:
    channel.sendall(first_frame(run_honestly(channel, command)))
    threading.Event().wait(0.05)
    channel.get_transport().close()


def close_after_first(channel: paramiko.Channel, command: str) -> None:
    channel.sendall(first_frame(run_honestly(channel, command)))


def first_frame(stream: bytes) -> bytes:
    end = b" 0 0\n"
    return stream[: stream.index(end) + len(end)]


def exit_255(channel: paramiko.Channel, _command: str) -> None:
    channel.sendall(b"OK PASS\n")
    channel.send_exit_status(255)


def no_status_at_all(channel: paramiko.Channel, command: str) -> None:
    channel.sendall(run_honestly(channel, command))


def forge_frames(channel: paramiko.Channel, _command: str) -> None:
    channel.sendall(b"\n" + b"0" * 32 + b" h 400\none\n\n" + b"0" * 32 + b" 0 0\n")
    channel.send_exit_status(0)


def frames_out_of_order(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    channel.sendall(honest.replace(b" 0 0\n", b" 9 0\n"))


def kill_everything(channel: paramiko.Channel, command: str) -> None:
    nonce = channel.recv(1024).strip()
    assert command
    channel.sendall(b"\n" + nonce + b" h 1\n" + b"one\n\n" + nonce + b" 0 0\n")
    channel.send_exit_status(0)


def endless_mark(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    hello, mark = honest[: honest.index(b" h ") + 8], honest.split(b" ")[0]
    channel.sendall(hello + b"\n" + mark + b" " + b"0" * 4096)
    threading.Event().wait(5)


def hang_once(channel: paramiko.Channel, command: str) -> None:
    """Hang at the first script, answer the second."""
    if "/bin/echo one" in command:
        honest = run_honestly(channel, command)
        channel.sendall(honest[: honest.index(b"one")])
        threading.Event().wait(5)
    channel.sendall(run_honestly(channel, command))


def say_all_twice(channel: paramiko.Channel, command: str) -> None:
    channel.sendall(run_honestly(channel, command) * 2)
    channel.send_exit_status(0)


def long_status(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    channel.sendall(honest.replace(b" 0 0\n", b" 0 " + b"9" * 20 + b"\n"))
    channel.send_exit_status(0)


def negative_status(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    channel.sendall(honest.replace(b" 0 0\n", b" 0 -1\n"))
    channel.send_exit_status(0)


def huge_process_number(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    channel.sendall(re.sub(rb" h \d+\n", b" h " + b"9" * 24 + b"\n", honest))
    channel.send_exit_status(0)


def greet_in_binary(channel: paramiko.Channel, command: str) -> None:
    channel.sendall(bytes(range(256)) * 8 + run_honestly(channel, command))
    channel.send_exit_status(0)


def open_channels_back(channel: paramiko.Channel, command: str) -> None:
    transport = channel.get_transport()
    for number in range(20):
        with suppress(paramiko.SSHException):
            transport.open_channel("x11", src_addr=("127.0.0.1", number), timeout=0.01)
    channel.sendall(run_honestly(channel, command))


def ask_without_end(channel: paramiko.Channel, _command: str) -> None:
    while True:
        channel.get_transport().global_request("keepalive@openssh.com", wait=False)


def ignore_without_end(channel: paramiko.Channel, _command: str) -> None:
    while True:
        channel.get_transport().send_ignore(32_000)


DISCONNECT, EXT_INFO, KEXINIT, CHANNEL_OPEN = 1, 7, 20, 90
WINDOW_ADJUST, DATA, EXTENDED_DATA, EOF, CHANNEL_REQUEST = 93, 94, 95, 96, 98
MEBIBYTE = (1 << 20) - 1


def announce_output(channel: paramiko.Channel, command: str) -> None:
    """Send a few bytes as a mebibyte: the library would make the rest up."""
    honest = run_honestly(channel, command)
    channel.sendall(honest[: honest.index(b"h ") + 12])
    while True:
        send_in(channel, DATA, MEBIBYTE.to_bytes(4, "big") + b"x")


def announce_errors(channel: paramiko.Channel, _command: str) -> None:
    while True:
        send_in(channel, EXTENDED_DATA, b"\0\0\0\1" + MEBIBYTE.to_bytes(4, "big") + b"x")


def announce_extensions(channel: paramiko.Channel, command: str) -> None:
    """Name four thousand million extensions in a message of a dozen bytes."""
    send(channel, EXT_INFO, b"\xff\xff\xff\xff" + string(b"a") + string(b"b"))
    channel.sendall(run_honestly(channel, command))


def change_keys(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    for _time in range(3):
        channel.get_transport().renegotiate_keys()
    channel.sendall(honest)


def change_keys_without_end(channel: paramiko.Channel, _command: str) -> None:
    while True:
        channel.get_transport().renegotiate_keys()


def end_before_the_output(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    channel.send_exit_status(0)
    channel.send_exit_status(7)
    channel.sendall(honest)


def go_on_after_the_end(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    send_in(channel, EOF, b"")
    send_in(channel, DATA, string(honest))
    threading.Event().wait(0.2)


def end_by_a_signal(channel: paramiko.Channel, _command: str) -> None:
    fields = string(b"exit-signal") + b"\0" + string(b"KILL\0") + b"\0" + string(b"\xff") * 2
    send_in(channel, CHANNEL_REQUEST, fields)


def answer_in_another_channel(channel: paramiko.Channel, command: str) -> None:
    send(channel, DATA, (4711).to_bytes(4, "big") + string(run_honestly(channel, command)))


def say_goodbye(channel: paramiko.Channel, _command: str) -> None:
    words = "host key \x1b[2J\u202e conforme".encode() * 500
    send(channel, DISCONNECT, (11).to_bytes(4, "big") + string(words) + string(b"fr"))
    threading.Event().wait(0.3)


def open_a_window_too_far(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    for _time in range(50):
        send_in(channel, WINDOW_ADJUST, b"\xff\xff\xff\xff")
    channel.sendall(honest)


def ignore_the_window(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    channel.sendall(honest[: honest.index(b"h ") + 12])
    while True:
        send_in(channel, DATA, string(b"y" * 32_000))


def say_nothing_often(channel: paramiko.Channel, _command: str) -> None:
    while True:
        send_in(channel, DATA, string(b""))


def send_byte_by_byte(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    for at in range(len(honest)):
        channel.sendall(honest[at : at + 1])


def ask_for_the_agent(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    for kind in (b"auth-agent@openssh.com", b"forwarded-tcpip", b"session"):
        send(channel, CHANNEL_OPEN, string(kind) + bytes(4) + b"\x7f\xff\xff\xff" * 2)
    channel.sendall(honest)


def disorder_numbers(channel: paramiko.Channel, command: str) -> None:
    honest = run_honestly(channel, command)
    swapped = honest.replace(b" 0 0\n", b" X 0\n").replace(b" 1 0\n", b" 0 0\n")
    channel.sendall(swapped.replace(b" X 0\n", b" 1 0\n"))


GONE = "no_exit_status protocol"  # the library ends a conversation that it does not understand
ATTACKS: dict[str, Attack] = {
    "announces output": Attack((GONE, GONE), {}, announce_output),
    "announces errors": Attack((GONE, GONE), {}, announce_errors),
    "announces extensions": Attack((GONE, GONE), {}, announce_extensions),
    "changes keys": Attack(("ok", "ok"), {}, change_keys),
    "changes keys without end": Attack(("timeout", "timeout"), {}, change_keys_without_end),
    "ends twice before its output": Attack(("ok", "ok"), {}, end_before_the_output),
    "goes on after the end": Attack((f"ok {GONE}", f"ok {GONE}"), {}, go_on_after_the_end),
    "ends by a signal": Attack((GONE, GONE), {}, end_by_a_signal),
    "answers in another channel": Attack((GONE, GONE), {}, answer_in_another_channel),
    "says goodbye": Attack((GONE, GONE), {}, say_goodbye),
    "opens a window too far": Attack(("ok", "ok"), {}, open_a_window_too_far),
    "ignores the window": Attack(("output_limit", "output_limit"), {}, ignore_the_window),
    "says nothing, often": Attack(("timeout", "timeout"), {}, say_nothing_often),
    "byte by byte": Attack(("ok", "ok"), {}, send_byte_by_byte),
    "asks for the agent": Attack(("ok", "ok"), {}, ask_for_the_agent),
    "wants another proof": Attack(("unreachable", "unreachable"), {"wants_more": True}),
    "a banner of signs": Attack(
        ("ok", "ok"), {"banner": "\0\x1b[2J\u202e#" * 9000}, no_status_at_all
    ),
    "an old cipher": Attack(("protocol", "protocol"), {"offers": {"ciphers": ("3des-cbc",)}}),
    "an old digest": Attack(
        ("protocol", "protocol"),
        {"offers": {"digests": ("hmac-md5",), "ciphers": ("aes128-ctr",)}},
    ),
    "compresses": Attack(("protocol", "protocol"), {"offers": {"compression": ("zlib",)}}),
    "says all twice": Attack(("protocol", "protocol"), {}, say_all_twice),
    "a status of twenty digits": Attack(("protocol", "ok"), {}, long_status),
    "a negative status": Attack(("protocol", "ok"), {}, negative_status),
    "a huge process number": Attack(("protocol", "protocol"), {}, huge_process_number),
    "greets in binary": Attack(("ok", "ok"), {}, greet_in_binary),
    "opens channels back": Attack(("ok", "ok"), {}, open_channels_back),
    "asks without end": Attack(("timeout", "timeout"), {}, ask_without_end),
    "sends what is to be ignored": Attack(("output_limit", "output_limit"), {}, ignore_without_end),
    "answers in the other order": Attack(("protocol", "protocol"), {}, disorder_numbers),
    "honest": Attack(("ok", "ok"), {}, no_status_at_all),
    "refuses the key": Attack(("unreachable", "unreachable"), {"refuses": True}),
    "hangs at login": Attack(("timeout", "timeout"), {"hangs_at": "auth"}),
    "hangs after login": Attack(("timeout", "timeout"), {"hangs_at": "channel"}),
    "hangs at exec": Attack(("timeout", "timeout"), {"hangs_at": "exec"}),
    "runs nothing": Attack(("timeout", "timeout"), {}),
    "floods its output": Attack(("output_limit", "output_limit"), {}, flood_output),
    "floods before the script": Attack(("output_limit", "output_limit"), {}, flood_noise),
    "floods its errors": Attack(("output_limit", "output_limit"), {}, flood_errors),
    "drips": Attack(("timeout", "timeout"), {}, drip_output),
    "is cut after an answer": Attack(("ok", "protocol"), {}, cut_after_first),
    "ends after an answer": Attack(("ok", "no_exit_status"), {}, close_after_first),
    "says OK and exits 255": Attack(("no_exit_status", "no_exit_status"), {}, exit_255),
    "forges frames": Attack(("no_exit_status", "no_exit_status"), {}, forge_frames),
    "mixes frames up": Attack(("protocol", "ok"), {}, frames_out_of_order),
    "wants everything killed": Attack(("protocol", "protocol"), {}, kill_everything),
    "never ends a frame": Attack(("protocol", "protocol"), {}, endless_mark),
    "hangs once": Attack(("timeout", "ok"), {}, hang_once),
}


@pytest.mark.parametrize("case", ATTACKS.values(), ids=ATTACKS)
def test_a_machine_that_lets_labctl_in(judge: Judge, keys: Keys, case: Attack) -> None:
    with attack(keys, case) as (hostile, _manners):
        cost = visit(keys, hostile, *case.expected)

    judge(cost, *case.expected)


def test_what_was_answered_before_a_cut_is_kept(keys: Keys) -> None:
    with attack(keys, ATTACKS["is cut after an answer"]) as (hostile, _manners):
        cost = visit(keys, hostile)

    assert (cost.answers[0].output, cost.answers[0].exit_code) == (b"one\n", 0)


def test_what_a_loader_complains_of_is_in_no_answer(judge: Judge, keys: Keys) -> None:
    """Errors have a stream of their own, which comes when it likes."""

    def complain(channel: paramiko.Channel, command: str) -> None:
        stream = run_honestly(channel, command)
        hello = stream.index(b"\n", 1) + 1
        channel.sendall(stream[:hello])
        channel.sendall_stderr(b"ERROR: ld.so: object cannot be preloaded: ignored.\n")
        threading.Event().wait(0.1)
        channel.sendall(stream[hello:])

    with attack(keys, Attack(("ok", "ok"), {}, complain)) as (hostile, _manners):
        cost = visit(keys, hostile)

    judge(cost, "ok", "ok")
    assert [answer.output for answer in cost.answers] == [b"one\n", b"two\n"]


def test_another_host_key_gets_no_login(judge: Judge, keys: Keys) -> None:
    with attack(keys, Attack(("", ""), {"host_key": keys.other})) as (hostile, manners):
        cost = visit(keys, hostile)

    judge(cost, "tamper", "tamper")
    assert manners.offered_keys == []


class Forged:
    """The machine's own key as anybody can show it, with signatures of another one."""

    def __init__(self, shown: paramiko.PKey, held: paramiko.PKey) -> None:
        self._shown, self._held = shown, held

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held if name == "sign_ssh_data" else self._shown, name)


def test_a_host_key_that_is_shown_and_not_held_gets_no_login(judge: Judge, keys: Keys) -> None:
    forged = Forged(keys.host, keys.other)
    with attack(keys, Attack(("", ""), {"host_key": forged})) as (hostile, manners):
        cost = visit(keys, hostile)

    judge(cost, "tamper", "tamper")
    assert manners.offered_keys == []


@pytest.mark.parametrize("is_other_kind", [False, True])
def test_a_key_that_changes_on_reconnection_gets_no_login(
    judge: Judge, keys: Keys, is_other_kind: bool
) -> None:
    other_kind = paramiko.ECDSAKey.generate()
    with attack(keys, ATTACKS["honest"]) as (hostile, manners):
        judge(visit(keys, hostile), "ok", "ok")
        manners.host_key = other_kind if is_other_kind else keys.other
        manners.offered_keys.clear()
        judge(visit(keys, hostile), "tamper", "tamper")

    assert manners.offered_keys == []
