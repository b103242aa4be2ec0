"""What every provider says of itself, and that its parts are what they must be: needs no root."""

import subprocess
import sys
from inspect import signature
from typing import Protocol

import pytest

from labctl.core.errors import ProviderError
from labctl.providers import parts, registry
from labctl.providers.base import Doorkeeper, Observer, Provider, Sealer, Setup
from labctl.providers.profile import Ability, Profile
from labctl.spec.hosting import Host, Need
from labctl.spec.kind import load_kind
from tests.plans import Desk, machines_with, plan_of

NAMES = tuple(registry.PROVIDERS)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def profile(name: str) -> Profile:
    return registry.find(name)


def methods(port: type) -> dict[str, list[str]]:
    """Return the methods of a port and the names of their arguments."""
    return {
        name: list(signature(method).parameters)
        for name, method in vars(port).items()
        if callable(method) and not name.startswith("_")
    }


def has_methods_of(part: object, port: type[Protocol]) -> bool:  # type: ignore[valid-type]  # any port
    own = type(part)
    return all(
        [each.lstrip("_") for each in signature(getattr(own, name)).parameters]
        == [each.lstrip("_") for each in arguments]
        for name, arguments in methods(port).items()
    )


def test_its_parts_have_the_methods_of_their_ports(name: str) -> None:
    provider = parts.load(name)

    assert has_methods_of(provider, Provider)
    assert has_methods_of(provider, Observer)
    assert has_methods_of(parts.load_setup(name), Setup)


def test_it_seals_or_says_in_a_sentence_that_it_cannot(name: str, profile: Profile) -> None:
    if Ability.SEAL in profile.abilities:
        assert has_methods_of(parts.load_sealer(name), Sealer)
    else:
        with pytest.raises(ProviderError, match=f"« {name} » ne sait pas sceller un banc"):
            parts.load_sealer(name)


def test_it_lets_a_candidate_in_or_says_in_a_sentence_that_it_cannot(
    name: str, profile: Profile
) -> None:
    if Ability.WAY_IN in profile.abilities:
        assert has_methods_of(parts.load_doorkeeper(name), Doorkeeper)
    else:
        with pytest.raises(ProviderError, match=f"« {name} » ne sait pas ouvrir une entrée"):
            parts.load_doorkeeper(name)


def test_reading_its_profile_imports_none_of_its_parts(name: str) -> None:
    program = (
        "import sys; from labctl.providers import registry; profile = registry.find(sys.argv[1]);"
        "parts = {profile.provider, profile.setup, profile.sealer, profile.doorkeeper};"
        "early = {part.split(':')[0] for part in parts} & set(sys.modules);"
        "sys.exit(str(early or 'libvirt' in sys.modules or '')or 0)"
    )
    done = subprocess.run(  # noqa: TID251  # a test is outside the product
        (sys.executable, "-c", program, name), capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_its_times_are_positive_and_undoing_is_longer_than_looking(profile: Profile) -> None:
    budget = profile.budget(node.kind for node in plan_of(1).nodes.values())

    assert min(budget.up_s, budget.reset_s, budget.seal_s, budget.unseal_s) > 0
    assert min(profile.down_s, profile.images_s) > 0
    assert profile.isolation


def test_its_hosts_have_the_keys_that_all_share(profile: Profile) -> None:
    keys = {field.alias for field in profile.rooms.host.model_fields.values()}

    assert issubclass(profile.rooms.host, Host)
    assert {field.alias for field in Host.model_fields.values()} <= keys


@pytest.mark.parametrize("kind", list(Desk))
def test_a_bench_needs_something_of_its_host_or_is_refused_with_what_to_write(
    profile: Profile, kind: Desk
) -> None:
    refusal = profile.rooms.refuse(load_kind(kind), ())

    assert profile.rooms.need(machines_with(kind)).holds(Need(1, 1, 1))
    assert refusal is None or (refusal.message and refusal.hint)


def test_it_names_the_images_that_a_plan_needs(name: str) -> None:
    setup = parts.load_setup(name)

    needed = setup.list_needed([plan_of(1)])

    assert needed
    assert set(needed.values()) & {node.kind for node in plan_of(1).nodes.values()}


def test_what_it_looks_at_on_a_machine_has_a_name_and_a_hint_when_it_lacks(name: str) -> None:
    findings = list(parts.load_setup(name).examine(()))

    assert findings
    assert [each for each in findings if not each.name or not (each.ok or each.hint)] == []


def test_an_unknown_provider_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ProviderError) as refused:
        parts.load("cloud")

    assert refused.value.exit_code == 5
    assert set(refused.value.hint.removeprefix("connus : ").split(", ")) == set(NAMES)


def test_what_no_provider_was_made_for_is_refused_with_those_that_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(registry.PROVIDERS, "paper", f"{__name__}:PAPER")
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])

    with pytest.raises(ProviderError) as refused:
        registry.require("paper", Ability.POWER_CUT)

    assert refused.value.message == (
        "le fournisseur « paper » ne sait pas couper le courant d'une machine"
    )
    assert "embedded" in refused.value.hint
    assert "paper" not in refused.value.hint


PAPER = Profile(
    rooms=registry.find("embedded").rooms,
    isolation="papier",
    budget=registry.find("embedded").budget,
    down_s=1.0,
    images_s=1.0,
    provider="nowhere:Paper",
    setup="nowhere:Paper",
)
