"""Providers by name: a profile each, and their parts, imported when used."""

from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, cast

from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.providers.profile import Ability, Profile
from labctl.spec.hosting import RoomRules

if TYPE_CHECKING:  # rooms are read without any of it
    from labctl.providers.base import Doorkeeper, Observer, Provider, Sealer, Setup

PROVIDERS = {
    "embedded": "labctl.providers.embedded.profile:PROFILE",
    "libvirt": "labctl.providers.libvirt.profile:PROFILE",
}


def find(name: str) -> Profile:
    """Return what a provider says of itself; ProviderError names the known ones."""
    if name not in PROVIDERS:
        message = _("fournisseur inconnu : « %(name)s »") % {"name": name}
        known = ", ".join(sorted(PROVIDERS))
        raise ProviderError(message, hint=_("connus : %(known)s") % {"known": known})
    return cast("Profile", _import(name, PROVIDERS[name]))


def list_room_rules() -> dict[str, RoomRules]:
    """Return what each provider says of the rooms that name it."""
    return {name: find(name).rooms for name in PROVIDERS}


def require(name: str, ability: Ability) -> None:
    """Raise ProviderError, naming those that can, when a provider lacks an ability."""
    if ability not in find(name).abilities:
        able = [each for each in PROVIDERS if ability in find(each).abilities]
        said = _("le fournisseur « %(name)s » ne sait pas %(what)s")
        hint = _("fournisseurs qui le savent : %(names)s")
        raise ProviderError(
            said % {"name": name, "what": _(ability.value)},
            hint=hint % {"names": ", ".join(able) or "–"},
        )


def load(name: str) -> "Provider":
    """Return a new provider of the given kind; ProviderError names the known ones."""
    return cast("Provider", _make(name, find(name).provider))


def load_observer(name: str) -> "Observer":
    """Return a provider as one that changes nothing."""
    return cast("Observer", _make(name, find(name).provider))


def load_setup(name: str) -> "Setup":
    """Return what prepares a machine for the benches of a provider."""
    return cast("Setup", _make(name, find(name).setup))


def load_sealer(name: str) -> "Sealer":
    """Return what seals the benches of a provider; ProviderError for one that cannot."""
    require(name, Ability.SEAL)
    return cast("Sealer", _make(name, find(name).sealer))


def load_doorkeeper(name: str) -> "Doorkeeper":
    """Return what lets a candidate in to a provider's benches; ProviderError when nothing does."""
    require(name, Ability.WAY_IN)
    return cast("Doorkeeper", _make(name, find(name).doorkeeper))


def preload(name: str) -> None:
    """Import what makes, observes and opens benches; what is missing is told when it is used."""
    with suppress(ProviderError):
        profile = find(name)
        for part in filter(None, (profile.provider, profile.doorkeeper)):
            _import(name, part)


def _make(name: str, part: str) -> object:
    return cast("type[object]", _import(name, part))()


def _import(name: str, part: str) -> object:
    module_name, inside = part.split(":")
    try:
        module = import_module(module_name)
    except ImportError as exc:
        message = _("le fournisseur « %(name)s » a besoin de %(module)s")
        values = {"name": name, "module": exc.name}
        raise ProviderError(message % values, hint="docs/install.md") from exc
    found: object = getattr(module, inside)
    return found
