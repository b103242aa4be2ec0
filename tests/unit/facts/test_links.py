"""Links of a switch: a real one's answer, and that of ours with a port set by hand."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from labswitch.config import Config

from labctl.facts.probe import NotUnderstood
from tests.plans import plan_of
from tests.probes import probe_of
from tests.unit.facts.answering import answer_to
from tests.unit.switch.switches import EXAMPLE, show, view_of

REAL = Path(__file__).parents[2] / "recordings/switch/ntc-templates/show_interfaces/output.raw"
PLAN = plan_of(1)


def read(text: str) -> Any:
    probe = probe_of("Links")
    (question,) = probe.ask(PLAN)
    return probe.parse(PLAN, (answer_to(question, text),)).ports


def by_hand(config: Config, number: int, **changed: Any) -> Config:
    ports = {**config.ports, number: replace(config.ports[number], **changed)}
    return replace(config, ports=ports)


def test_ports_of_a_real_switch_are_counted() -> None:
    found = read(REAL.read_text())

    assert {one.duplex for one in found.values()} <= {"full", "half", "auto"}
    assert all(one.errors <= one.packets for one in found.values())


def test_our_ports_say_what_they_are_set_to() -> None:
    config = by_hand(EXAMPLE, 2, duplex="half", speed="100")
    found = read(show(view_of(config, (1, 2, 9)), "show interfaces"))

    first, second, third = (found[f"GigabitEthernet1/0/{number}"] for number in (1, 2, 3))
    assert (first.up, first.duplex) == (True, "full")
    assert (second.up, second.duplex) == (True, "half")
    assert (third.up, third.duplex) == (False, "auto")


def test_a_switch_that_shows_no_port_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        read("Vlan1 is up, line protocol is up\n  Hardware is EtherSVI\n")
