"""What a console is: a terminal, or one command as the machine takes it, and what is said first."""

from dataclasses import replace

import pytest

from labctl.core import i18n
from labctl.core.ids import NodeName
from labctl.pipeline import console
from tests.plans import plan_of


@pytest.fixture(autouse=True)
def _language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(i18n.VARIABLE, "fr")


def test_a_command_for_a_device_is_one_line_of_its_own() -> None:
    argv = console.choose_argv("switch", ["show", "version"])

    assert argv == ("/usr/bin/labctl-switch", "--audit", "-c", "show version")


def test_a_command_for_any_other_machine_is_a_program_and_its_arguments() -> None:
    assert console.choose_argv("router", ["ls", "a b"]) == ("ls", "a b")


def test_without_a_command_a_device_shows_its_own_terminal() -> None:
    assert console.choose_argv("switch", []) == ("/usr/lib/labctl-switch/console",)


def test_without_a_command_another_machine_shows_a_shell_that_knows_the_language() -> None:
    argv = console.choose_argv("router", [])

    assert argv == ("/usr/bin/env", "LABCTL_LANG=fr", "/bin/bash", "-l")


def test_a_person_reads_where_they_are_and_how_to_leave() -> None:
    told = console.describe(plan_of(1), NodeName("routeur"))

    assert told == (
        "machine « routeur » du banc 01, variante A\n"
        "isolation : espaces de noms du noyau de l'hôte (formation, jamais une barrière de"
        " sécurité)\n"
        "pour sortir : « exit » ou Ctrl-D\n"
    )


def test_a_device_is_left_at_its_first_level() -> None:
    told = console.describe(plan_of(1), NodeName("commutateur"))

    assert told.endswith("pour sortir : « exit » au premier niveau (« end » y ramène), ou Ctrl-D\n")


def test_a_machine_of_labctl_is_told_apart() -> None:
    told = console.describe(plan_of(1), NodeName("sonde_wan"))

    assert "machine de labctl : le candidat n'y a pas accès" in told


def test_virtual_machines_are_called_so() -> None:
    plan = replace(plan_of(1), provider="libvirt")

    assert "isolation : machines virtuelles" in console.describe(plan, NodeName("routeur"))


def test_the_other_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(i18n.VARIABLE, "en")

    told = console.describe(plan_of(1), NodeName("routeur"))

    assert told.startswith("machine “routeur” of bench 01, variant A\nisolation: ")
