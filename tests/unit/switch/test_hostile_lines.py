"""Whatever is typed, a line is accepted or refused, never a crash; and what is accepted renders."""

from hypothesis import given, settings
from hypothesis import strategies as st
from labswitch.assistance import explain, finish
from labswitch.commands.outcome import Scope
from labswitch.commands.table import apply
from labswitch.errors import CliError
from labswitch.grammar import Mode
from labswitch.lldp import decode
from labswitch.loading import load
from labswitch.names import port, vlan
from labswitch.relay import Relay, route
from labswitch.render import render

from tests.unit.switch.switches import EXAMPLE, FACTORY, HELPER

WORDS = (
    "no", "do", "vlan", "interface", "range", "switchport", "trunk", "allowed", "native", "access",
    "mode", "ip", "address", "route", "access-list", "extended", "permit", "deny", "tcp", "any",
    "host", "eq", "10.0.0.1", "255.255.255.0", "gi1/0/5", "gi1/0/3-4,gi1/0/6", "10", "10,20-30",
    "username", "banner", "motd", "#x", "#x#", "^C", "line", "vty", "0", "4", "15",
    "transport", "input", "ssh", "description", "name", "shutdown", "spanning-tree", "portfast",
    "\x1b[2J", "é", "|", "$(reboot)", ";", "!", "hostname", "A", "log", "established", "remark",
)  # fmt: skip
SCOPES = (
    Scope(Mode.CONFIG),
    Scope(Mode.INTERFACE, interfaces=(port(5),)),
    Scope(Mode.RANGE, interfaces=(port(5), port(6))),
    Scope(Mode.INTERFACE, interfaces=(vlan(10),)),
    Scope(Mode.VLAN, vlans=frozenset({10})),
    Scope(Mode.LINE, line="vty", first=0, last=4),
    Scope(Mode.EXTENDED_ACL, acl="INVITES"),
)
lines = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join) | st.text(
    max_size=60
)


@settings(max_examples=300, deadline=None)
@given(scope=st.sampled_from(SCOPES), line=lines)
def test_a_line_is_accepted_or_refused(scope: Scope, line: str) -> None:
    try:
        outcome = apply(EXAMPLE, scope, line)
    except CliError:
        return
    text = render(outcome.config)
    assert "\x1b" not in text
    again = load(text, FACTORY)
    assert again.refused == ()
    assert render(again.config) == text


@settings(max_examples=200, deadline=None)
@given(mode=st.sampled_from(list(Mode)), line=lines)
def test_help_answers_anything(mode: Mode, line: str) -> None:
    assert isinstance(explain(mode, line, ports=12), str)
    assert isinstance(finish(mode, line, ports=12), str)


@given(frame=st.binary(max_size=300))
def test_any_frame_is_a_neighbor_or_nothing(frame: bytes) -> None:
    neighbor = decode(b"\0" * 12 + b"\x88\xcc" + frame, 1)

    assert neighbor is None or neighbor.port == 1


@given(message=st.binary(min_size=240, max_size=600), index=st.integers(1, 9))
def test_any_datagram_goes_nowhere_or_somewhere_known(message: bytes, index: int) -> None:
    relay = Relay("vlan40", 7, HELPER, (HELPER,))

    assert all(packet.relay is relay for packet in route(message, index, (relay,)))
