"""A hostile network device: each case declares what labctl must answer."""

import threading
from collections.abc import Callable
from dataclasses import replace

import paramiko  # noqa: TID251  # the other side of the conversation
import pytest

from labctl.collect.visit import Visit
from labctl.connect.base import Question, Transport
from labctl.connect.cli.device import open_device, preload
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from tests.attacks.conftest import Keys
from tests.attacks.hostile import (
    Cost,
    Hostile,
    Judge,
    Player,
    drip,
    flood,
    leave,
    measure,
    patience_of,
    serve,
    silence,
)
from tests.attacks.ssh_server import Manners, play_ssh, trust_of
from tests.fakes import endpoint

DEADLINE_S = 4.0
PROMPT = b"SW-ARU-01#"
COMMANDS = ("show version", "show vlan brief")


@pytest.fixture(scope="module", autouse=True)
def library() -> None:
    preload()


def visit(keys: Keys, hostile: Hostile, *declared: str) -> Cost:
    target = endpoint(
        "commutateur",
        Transport.CLI,
        address="127.0.0.1",
        port=hostile.port,
        credential=keys.user_path,
        trust=trust_of(keys.host),
    )
    one = Visit(target, open_device)
    questions = [
        Question(NodeName("commutateur"), Transport.CLI, text, {"command": text}, 1.0, 65536)
        for text in COMMANDS
    ]
    deadline = Deadline.after(DEADLINE_S, patience=patience_of(declared))
    cost = measure(lambda: one.ask(questions, deadline))
    one.close()
    return cost


RAW: dict[str, tuple[Player, str]] = {
    "no banner": (silence, "timeout"),
    "banner drips": (drip(b"SSH-2.0-Cisco"), "timeout"),
    "banner floods": (flood(b"x" * 65536), "output_limit"),
    "leaves at once": (leave, "protocol"),
}


@pytest.mark.parametrize(("player", "reason"), RAW.values(), ids=RAW)
def test_a_peer_that_speaks_no_ssh(judge: Judge, keys: Keys, player: Player, reason: str) -> None:
    with serve(player) as hostile:
        judge(visit(keys, hostile, reason), reason, reason, within_s=DEADLINE_S)


Answering = Callable[[paramiko.Channel, bytes], None]


def shell(answer: Answering) -> Callable[[paramiko.Channel], None]:
    """Return an IOS-like dialogue that hands ``show`` commands to the attack."""

    def play(channel: paramiko.Channel) -> None:
        channel.sendall(b"\r\n" + PROMPT)
        line = b""
        while received := channel.recv(1024):
            line += received
            while b"\n" in line:
                command, _newline, line = line.partition(b"\n")
                channel.sendall(command.strip() + b"\r\n")
                if command.startswith(b"show"):
                    answer(channel, command.strip())
                else:
                    channel.sendall(PROMPT)

    return play


def be_honest(channel: paramiko.Channel, command: bytes) -> None:
    channel.sendall(b"answer to " + command + b"\r\n" + PROMPT)


def never_prompt(_channel: paramiko.Channel) -> None:
    threading.Event().wait(10)


def prompt_and_leave(channel: paramiko.Channel) -> None:
    channel.sendall(b"\r\n" + PROMPT)


def page_for_ever(channel: paramiko.Channel, _command: bytes) -> None:
    while True:
        channel.sendall(b"line\r\n --More-- ")
        threading.Event().wait(0.05)


def stop_answering(_channel: paramiko.Channel, _command: bytes) -> None:
    threading.Event().wait(10)


def flood_lines(channel: paramiko.Channel, _command: bytes) -> None:
    while True:
        channel.sendall(b"GigabitEthernet1/0/1 is up\r\n" * 500)


def escape_codes(channel: paramiko.Channel, _command: bytes) -> None:
    channel.sendall(b"VLAN 10\x1b[2K\x1b[1A conforme\r\n" + PROMPT)


def prompt_inside(channel: paramiko.Channel, command: bytes) -> None:
    channel.sendall(
        b"banner ^C\r\n" + PROMPT + b"\r\n^C\r\nanswer to " + command + b"\r\n" + PROMPT
    )


def one_page_more(channel: paramiko.Channel, _command: bytes) -> None:
    channel.sendall(b"line\r\n --More-- \r\n" + PROMPT)


def close(channel: paramiko.Channel, _command: bytes) -> None:
    channel.sendall(b"half an ans")
    channel.close()


def tell(text: bytes) -> Answering:
    """Return a device that tells the same to every command."""

    def answer(channel: paramiko.Channel, _command: bytes) -> None:
        channel.sendall(text + b"\r\n" + PROMPT)

    return answer


def pause_after_a_prompt(channel: paramiko.Channel, command: bytes) -> None:
    """Stop at a prompt inside the answer: what is left comes too late."""
    channel.sendall(b"banner motd ^C\r\n" + PROMPT)
    threading.Event().wait(0.4)
    channel.sendall(b"\r\n^C\r\nanswer to " + command + b"\r\n" + PROMPT)


def answer_late(channel: paramiko.Channel, command: bytes) -> None:
    channel.sendall(PROMPT)
    threading.Event().wait(0.3)
    be_honest(channel, command)


def query_the_terminal(channel: paramiko.Channel, _command: bytes) -> None:
    channel.sendall(b"VLAN\x1b[6n\x05\x1b[c\r\n" + PROMPT)


def greet_with(text: bytes) -> Callable[[paramiko.Channel], None]:
    """Return an honest device that says something before its first prompt."""

    def play(channel: paramiko.Channel) -> None:
        channel.sendall(text)
        shell(be_honest)(channel)

    return play


def another_prompt(channel: paramiko.Channel, command: bytes) -> None:
    channel.sendall(b"answer to " + command + b"\r\nAUTRE#")


ATTACKS: dict[str, tuple[Callable[[paramiko.Channel], None], tuple[str, str]]] = {
    "rubs out": (
        shell(tell(b"VLAN 10 \x08\x08\x08\x0820")),
        ("ok", "ok"),
    ),  # the library leaves the signs out
    "writes over": (shell(tell(b"VLAN 10\rVLAN 20")), ("ok", "ok")),
    "codes of eight bits": (shell(tell("VLAN \x9b2K\x9b1A".encode())), ("protocol", "protocol")),
    "NUL": (shell(tell(b"VLAN\0 10")), ("protocol", "protocol")),
    "delimits a banner as it is": (shell(tell(b"banner motd \x03x\x03")), ("ok", "ok")),
    "no UTF-8": (shell(tell(b"VLAN \xff\xfe\xc3")), ("ok", "ok")),
    "a line of 60 KB": (shell(tell(b"x" * 60_000)), ("ok", "ok")),
    "pauses after a prompt inside": (shell(pause_after_a_prompt), ("ok", "ok")),
    "answers late": (shell(answer_late), ("ok", "ok")),
    "queries the terminal": (shell(query_the_terminal), ("protocol", "protocol")),
    "greets with its prompt": (greet_with(b"\r\nSW-ARU-01#"), ("ok", "ok")),
    "greets with another prompt": (greet_with(b"\r\nAUTRE#\r\n"), ("ok", "ok")),
    "greets with a pager": (greet_with(b"\r\n --More-- \r\n"), ("ok", "ok")),
    "greets at length": (greet_with(b"x" * 200_000 + b"\r\n"), ("ok", "ok")),
    "changes its prompt": (shell(another_prompt), ("timeout", "timeout")),
    "honest": (shell(be_honest), ("ok", "ok")),
    "never prompts": (never_prompt, ("timeout", "timeout")),
    "leaves after the prompt": (prompt_and_leave, ("protocol", "protocol")),
    "pages for ever": (shell(page_for_ever), ("timeout", "timeout")),
    "stops answering": (shell(stop_answering), ("timeout", "timeout")),
    "floods": (shell(flood_lines), ("output_limit", "output_limit")),
    "prints escape codes": (shell(escape_codes), ("protocol", "protocol")),
    "leaves its pager on": (shell(one_page_more), ("protocol", "protocol")),
    "closes in an answer": (shell(close), ("protocol", "protocol")),
}


@pytest.mark.parametrize(("play", "expected"), ATTACKS.values(), ids=ATTACKS)
def test_a_device_that_lets_labctl_in(
    judge: Judge, keys: Keys, play: Callable[[paramiko.Channel], None], expected: tuple[str, str]
) -> None:
    with serve(play_ssh(Manners(keys.host, keys.user, on_shell=play))) as hostile:
        judge(visit(keys, hostile, *expected), *expected, within_s=DEADLINE_S)


def test_a_prompt_inside_an_answer_ends_nothing(keys: Keys) -> None:
    manners = Manners(keys.host, keys.user, on_shell=shell(prompt_inside))

    with serve(play_ssh(manners)) as hostile:
        cost = visit(keys, hostile)

    assert [b"answer to" in one.output for one in cost.answers] == [True, True]


@pytest.mark.parametrize("play", [pause_after_a_prompt, answer_late])
def test_what_comes_late_is_in_no_other_answer(
    keys: Keys, play: Callable[[paramiko.Channel, bytes], None]
) -> None:
    """An answer may be cut so, and a configuration then has no end; none is put in another's."""
    with serve(play_ssh(Manners(keys.host, keys.user, on_shell=shell(play)))) as hostile:
        cost = visit(keys, hostile)

    assert COMMANDS[0].encode() not in cost.answers[1].output


def test_a_device_that_refuses_the_key(judge: Judge, keys: Keys) -> None:
    manners = Manners(keys.host, keys.user, refuses=True)

    with serve(play_ssh(manners)) as hostile:
        judge(visit(keys, hostile), "unreachable", "unreachable", within_s=DEADLINE_S)


def test_another_host_key_gets_no_login(judge: Judge, keys: Keys) -> None:
    manners = replace(Manners(keys.host, keys.user), host_key=keys.other)

    with serve(play_ssh(manners)) as hostile:
        judge(visit(keys, hostile), "tamper", "tamper", within_s=DEADLINE_S)

    assert manners.offered_keys == []
