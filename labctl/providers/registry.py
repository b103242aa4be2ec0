"""Providers by name: a profile each, imported when used; ``parts`` gives what they are made of."""

from importlib import import_module
from typing import cast

from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.providers.profile import Ability, Profile
from labctl.spec.hosting import RoomRules

PROVIDERS = {
    "embedded": "labctl.providers.embedded.profile:PROFILE",
    "libvirt": "labctl.providers.libvirt.profile:PROFILE",
    "incus": "labctl.providers.incus.profile:PROFILE",
}


def find(name: str) -> Profile:
    """Return what a provider says of itself; ProviderError names the known ones."""
    if name not in PROVIDERS:
        message = _("fournisseur inconnu : « %(name)s »") % {"name": name}
        known = ", ".join(sorted(PROVIDERS))
        raise ProviderError(message, hint=_("connus : %(known)s") % {"known": known})
    return cast("Profile", import_part(name, PROVIDERS[name]))


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


def import_part(name: str, part: str) -> object:
    """Return a part, ``"module:Name"``; ProviderError says which module is not installed."""
    module_name, inside = part.split(":")
    try:
        module = import_module(module_name)
    except ImportError as exc:
        message = _("le fournisseur « %(name)s » a besoin de %(module)s")
        values = {"name": name, "module": exc.name}
        raise ProviderError(message % values, hint="docs/install.md") from exc
    found: object = getattr(module, inside)
    return found
