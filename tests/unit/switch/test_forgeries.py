"""Whatever a candidate writes in a free text, labctl reads no configuration in it."""

from collections.abc import Iterable
from ipaddress import IPv4Address

from hypothesis import given, settings
from hypothesis import strategies as st
from labswitch.errors import CliError
from labswitch.loading import load
from labswitch.render import render

from checks.device_admin.facts import parse_config
from checks.routing.facts.svis import refuse_unknown_svis
from checks.switching.facts.config_text import read_config
from checks.switching.facts.running import split_sections
from labctl.facts.probe import NotUnderstood
from tests.unit.switch.switches import FACTORY

GENUINE = {10: frozenset({IPv4Address("10.21.255.9")})}
CONFIGURATION = """\
version 15.2
hostname SW-ARU-01
interface GigabitEthernet1/0/5
 description %s
interface Vlan10
 ip address 10.21.10.1 255.255.255.224
 ip helper-address 10.21.255.9
%sline con 0
line vty 0 4
 transport input telnet ssh
end
"""
PIECES = (
    "^C", "\x03", "\n", " ", "@", "}", "!", "end", "#", "x", "^", "C", "\n^C", "^C\n",
    "\ninterface Vlan10", "\ninterface Vlan20", "\n ip helper-address 10.21.255.1",
    "\nline vty 0 4", "\n transport input ssh", "\nhostname X", "\nip routing",
    "\nbanner login ^C", "\nbanner motd ^C", "\nbanner exec #", "\nmenu x title ^C",
    "\nmacro name x", "\nmacro auto execute X {", "\nalias exec x", "\n vacant-message ^C",
    "\naaa authentication banner ^C", "\ncrypto pki certificate chain x", "\n certificate ca 01",
    "\n  quit", "\nstartup-config is not present", "\u2028interface Vlan20",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)
HEADS = ("banner exec ^C", "banner motd ^C", "menu x title ^C", "aaa authentication banner ^C")


def read_as_the_probe_does(text: str, svis: Iterable[int]) -> tuple[object, object] | None:
    """Return the relays and the ways in that are read; None when the text is not understood."""
    try:
        refuse_unknown_svis(split_sections(read_config(text).lines), frozenset(svis))
        found = parse_config(text, text)
    except NotUnderstood:
        return None
    assert found.running == found.startup
    return found.relays, found.vty_transports


@settings(max_examples=400, deadline=None)
@given(head=st.sampled_from(HEADS), text=texts, more=texts, description=texts)
def test_a_device_that_prints_a_text_as_it_is(
    head: str, text: str, more: str, description: str
) -> None:
    label = "".join(description.splitlines())
    second = f"banner login ^C{more}^C\n" if more else ""
    printed = CONFIGURATION % (label, f"{head}{text}^C\n{second}")

    assert read_as_the_probe_does(printed, {10}) in (None, (GENUINE, {"ssh", "telnet"}))


@settings(max_examples=200, deadline=None)
@given(text=texts, mark=st.sampled_from(["#", "^C", "x"]), kind=st.sampled_from(["exec", "motd"]))
def test_the_switch_of_the_bench(text: str, mark: str, kind: str) -> None:
    lines = (
        CONFIGURATION.split("%sline", maxsplit=1)[0] % "x" + f"banner {kind} {mark}{text}{mark}\n"
    )
    try:
        loaded = load(lines, FACTORY)
    except CliError:
        return
    typed = {10} | {svi for svi in loaded.config.svis if svi != 1}
    relays = {vid: frozenset(svi.helpers) for vid, svi in loaded.config.svis.items() if svi.helpers}

    found = read_as_the_probe_does(render(loaded.config), typed | {1})

    assert found is None or found[0] == relays
