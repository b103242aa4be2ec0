"""The parts of a provider, imported when used: what makes, observes, seals and opens benches."""

from contextlib import suppress
from typing import cast

from labctl.core.errors import ProviderError
from labctl.providers.base import Doorkeeper, Observer, Provider, Sealer, Setup
from labctl.providers.profile import Ability
from labctl.providers.registry import find, import_part, require


def load(name: str) -> Provider:
    """Return a new provider of the given kind; ProviderError names the known ones."""
    return cast("Provider", _make(name, find(name).provider))


def load_observer(name: str) -> Observer:
    """Return a provider as one that changes nothing."""
    return cast("Observer", _make(name, find(name).provider))


def load_setup(name: str) -> Setup:
    """Return what prepares a machine for the benches of a provider."""
    return cast("Setup", _make(name, find(name).setup))


def load_sealer(name: str) -> Sealer:
    """Return what seals the benches of a provider; ProviderError for one that cannot."""
    require(name, Ability.SEAL)
    return cast("Sealer", _make(name, find(name).sealer))


def load_doorkeeper(name: str) -> Doorkeeper:
    """Return what lets a candidate in to a provider's benches; ProviderError when nothing does."""
    require(name, Ability.WAY_IN)
    return cast("Doorkeeper", _make(name, find(name).doorkeeper))


def preload(name: str) -> None:
    """Import what makes, observes and opens benches; what is missing is told when it is used."""
    with suppress(ProviderError):
        profile = find(name)
        for part in filter(None, (profile.provider, profile.doorkeeper)):
            import_part(name, part)


def _make(name: str, part: str) -> object:
    return cast("type[object]", import_part(name, part))()
