"""How a user's screen may be taken over from afar."""

from labctl.api import Demand, Machines, SomeNames, key


class RemoteSupport(Demand):
    """How a user is helped from afar, and the machines whose screen is taken over."""

    on: Machines = key("sur", "machines prises en main")
    tools: SomeNames = key("outils", "outils admis", observed=False)
    consent: bool = key("consentement_obligatoire", "consentement de l'utilisateur")
