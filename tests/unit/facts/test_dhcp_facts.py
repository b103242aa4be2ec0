"""Who could answer a DHCPDISCOVER, and whether a silence was waited for."""

import pytest

from checks.dhcp.demand import Dhcp
from checks.dhcp.facts import listeners as dhcp_listeners
from checks.dhcp.facts import offers_probe as dhcp_probe
from checks.dhcp.facts.offers import WAIT_S, DhcpOffers
from labctl.connect.base import Answer, Question, Transport
from labctl.core.ids import NodeName
from labctl.core.verdict import Reason, Unobserved
from tests.checking import PLAN, fact_of
from tests.plans import Desk, plan_of
from tests.unit.facts.answering import tried


def silent(question: Question) -> Answer:
    trouble = Unobserved(Reason.UNREACHABLE, "partie")
    return Answer(question, b"", None, trouble, "2026-01-01T00:00:00Z", 0.0)


def look_for_dhcp() -> list[Question]:
    return [one for one in dhcp_probe.ask(PLAN) if one.transport is Transport.WIRE]


def listen(question: Question, text: str) -> Answer:
    return Answer(question, text.encode(), 0, None, "2026-01-01T00:00:00Z", 0.1)


UDP = """\
   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
  264: 00000000:{port} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3 2 0
"""
CONFIG = "Building configuration...\n!\nhostname SW\n{line}\n{relays}end\n"
RELAYED = PLAN.demand(Dhcp).relay
assert RELAYED is not None
RELAY = RELAYED
RELAYS = "".join(
    f"interface Vlan{PLAN.segments[name].vid}\n ip helper-address {RELAY.to}\n"
    for name in sorted(RELAY.sources)
)


def hear_of(
    *, udp: str = UDP.format(port="0044"), config: str = "ip routing", relays: str = RELAYS
) -> DhcpOffers:
    """Return the offers of a bench on which nobody answers and machines say what listens."""
    texts = {Transport.CLI: CONFIG.format(line=config, relays=relays), Transport.SSH: udp}
    answers = [
        listen(one, texts[one.transport]) if one.transport in texts else tried(one, {"offers": []})
        for one in dhcp_probe.ask(PLAN)
    ]
    return dhcp_probe.parse(PLAN, tuple(answers))


def test_nobody_listens_and_the_silence_is_settled() -> None:
    found = hear_of()

    assert found.is_nobody_there
    assert set(found.listens) >= {"routeur", "nas", "dc", "poste", "commutateur"}
    assert "internet" not in found.listens
    assert dhcp_probe.is_settled(PLAN, found)


@pytest.mark.parametrize(
    "said",
    [
        {"udp": UDP.format(port="0043")},
        {"config": "ip dhcp pool LAN\n network 10.0.0.0 255.0.0.0"},
        {"udp": "cat: /proc/net/udp: No such file or directory\n"},
        {"udp": ""},
        {"config": "hostname SW\n% Invalid input detected at '^' marker."},
    ],
    ids=["a server", "a pool of the switch", "no table", "nothing", "a refusal"],
)
def test_a_silence_is_not_settled_where_somebody_may_answer(said: dict[str, str]) -> None:
    found = hear_of(**said)

    assert not found.is_nobody_there
    assert not dhcp_probe.is_settled(PLAN, found)


def test_a_machine_that_did_not_answer_may_be_a_server() -> None:
    asked = dhcp_probe.ask(PLAN)
    answers = tuple(
        tried(one, {"offers": []}) if one.transport is Transport.WIRE else silent(one)
        for one in asked
    )

    found = dhcp_probe.parse(PLAN, answers)

    assert set(found.listens.values()) == {None}
    assert not dhcp_probe.is_settled(PLAN, found)


def test_two_machines_listen_and_one_server_was_heard() -> None:
    (one,) = fact_of(DhcpOffers).offers["ADMIN"]
    listens: dict[NodeName, bool | None] = {NodeName("routeur"): True, NodeName("nas"): True}

    assert not dhcp_probe.is_settled(PLAN, DhcpOffers({"ADMIN": (one,)}, listens=listens))
    assert dhcp_probe.is_settled(
        PLAN, DhcpOffers({"ADMIN": (one,)}, listens={**listens, NodeName("nas"): False})
    )


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (b'{"instances": []}', False),
        (b'{"instances": [{"LocalPort": 67}]}', True),
        (b'{"absent": "class"}', None),
        (b"[]", None),
    ],
)
def test_a_windows_tells_what_listens(said: bytes, wanted: bool | None) -> None:
    plan = plan_of(1, Desk.WINDOWS)
    (asked,) = [one for one in dhcp_listeners.ask(plan) if one.transport is Transport.CIM]

    found = dhcp_listeners.parse((listen(asked, said.decode()),))

    assert found == {plan.desks[0].name: wanted}


def test_only_a_discover_is_sent_for_longer() -> None:
    first, *_others, last = dhcp_probe.ask(PLAN)

    longer = dhcp_probe.insist(first)

    assert longer is not None
    assert longer.body["trials"] == ({"kind": "dhcp", "interface": "eth0", "patient": True},)
    assert longer.timeout_s > WAIT_S
    assert dhcp_probe.insist(last) is None


def test_what_was_waited_for_is_known() -> None:
    first, *others = look_for_dhcp()
    answers = (
        tried(first, {"offers": [], "waited": True}),
        *(tried(question, {"offers": []}) for question in others),
    )

    assert dhcp_probe.parse(PLAN, answers).waited == {PLAN.demand(Dhcp).scopes[0].segment}


def test_a_switch_that_does_not_relay_is_not_waited_for() -> None:
    found = hear_of(udp=UDP.format(port="0043"), relays="")

    assert found.unrelayed == set(RELAY.sources)
    assert dhcp_probe.is_settled(PLAN, found)


def test_a_network_that_is_relayed_is_waited_for() -> None:
    first, *_others = RELAYS.split("interface ")[1:]

    found = hear_of(udp=UDP.format(port="0043"), relays=f"interface {first}")

    assert len(found.unrelayed) == len(RELAY.sources) - 1
    assert not dhcp_probe.is_settled(PLAN, found)
