"""Providers by name, imported when used."""

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.providers.base import Observer, Provider, Sealer
from labctl.spec.hosting import RoomRules

PROVIDERS = {
    "embedded": "labctl.providers.embedded.provider:EmbeddedProvider",
    "libvirt": "labctl.providers.libvirt.provider:LibvirtProvider",
}
ROOMS = {
    "embedded": "labctl.providers.embedded.rooms:EmbeddedRooms",
    "libvirt": "labctl.providers.libvirt.rooms:LibvirtRooms",
}
SEALERS = {
    "embedded": "labctl.providers.embedded.sealing:EmbeddedSealer",
    "libvirt": "labctl.providers.libvirt.sealing:LibvirtSealer",
}


def load(name: str) -> Provider:
    """Return a new provider of the given kind; ProviderError names the known ones."""
    return cast("Provider", _make(PROVIDERS, name))


def list_room_rules() -> dict[str, RoomRules]:
    """Return what each provider says of the rooms that name it."""
    return {name: cast("RoomRules", _make(ROOMS, name)) for name in ROOMS}


def load_sealer(name: str) -> Sealer:
    """Return what seals the benches of a provider; ProviderError names those that can."""
    return cast("Sealer", _make(SEALERS, name))


def load_observer(name: str) -> Observer:
    """Return a provider as one that changes nothing; ProviderError names the known ones."""
    return cast("Observer", _make(PROVIDERS, name))


def _make(table: Mapping[str, str], name: str) -> object:
    try:
        module_name, class_name = table[name].split(":")
    except KeyError:
        known = ", ".join(sorted(table))
        message = _("fournisseur inconnu : « %(name)s »") % {"name": name}
        raise ProviderError(message, hint=_("connus : %(known)s") % {"known": known}) from None
    try:
        module = import_module(module_name)
    except ImportError as exc:
        message = _("le fournisseur « %(name)s » a besoin de %(module)s")
        values = {"name": name, "module": exc.name}
        raise ProviderError(message % values, hint="docs/install.md") from exc
    provider: object = getattr(module, class_name)()
    return provider
