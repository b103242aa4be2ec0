"""A share of the family."""

from labctl.api import Demand, Machine, Name, key


class Files(Demand):
    """One share, for those who have an account."""

    on: Machine = key("sur", "serveur de fichiers")
    share: Name = key("partage", "nom du partage")
    seen_from: Machine = key("depuis", "poste d'où on l'essaie")
