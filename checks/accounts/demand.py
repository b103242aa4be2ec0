"""The accounts of a machine of its own, and who administers it."""

import re
from typing import Annotated

from labctl.api import Block, Demand, Machines, Name, SecretRef, SomeNames, key, one_of

STATES = {"desactive": False, "actif": True}
RID = re.compile(r"\(RID ([0-9]{3,10})\)")
"""How the subject words a group of the domain, whose name depends on the language."""


class LocalAdmin(Block):
    """Its local administrator."""

    name: Name = key("nom", "identifiant")
    password: SecretRef = key("mot_de_passe", "référence du mot de passe", observed=False)


class LocalAccounts(Demand):
    """The local accounts of a machine; the built-in ones are known by their RID, 500 and 501."""

    on: Machines = key("sur", "machines concernées")
    administrator_enabled: Annotated[bool, one_of(STATES)] = key(
        "administrateur_integre", "compte Administrateur"
    )
    admin: LocalAdmin = key("admin_local", "administrateur local")
    guest_enabled: Annotated[bool, one_of(STATES)] = key("invite", "compte Invité")
    administrators: SomeNames = key("administrateurs", "membres du groupe Administrateurs")
