"""Providers by name, imported when used."""

from importlib import import_module
from typing import cast

from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.providers.base import Observer, Provider

PROVIDERS = {
    "embedded": "labctl.providers.embedded.provider:EmbeddedProvider",
}


def load(name: str) -> Provider:
    """Return a new provider of the given kind; ProviderError names the known ones."""
    return cast("Provider", _make(name))


def load_observer(name: str) -> Observer:
    """Return a provider as one that changes nothing; ProviderError names the known ones."""
    return cast("Observer", _make(name))


def _make(name: str) -> object:
    try:
        module_name, class_name = PROVIDERS[name].split(":")
    except KeyError:
        known = ", ".join(sorted(PROVIDERS))
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
