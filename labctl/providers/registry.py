"""Providers by name, imported when used."""

from importlib import import_module
from typing import cast

from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.providers.base import Provider

PROVIDERS = {
    "embedded": "labctl.providers.embedded.provider:EmbeddedProvider",
}


def load(name: str) -> Provider:
    """Return a new provider of the given kind; ProviderError names the known ones."""
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
    return cast("Provider", getattr(module, class_name)())
