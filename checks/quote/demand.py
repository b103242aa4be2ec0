"""The quote to prepare."""

from typing import Annotated, Literal

from pydantic import Field

from labctl.api import Demand, Name, Positive, SomeNames, Text, key


class Quote(Demand):
    """What the client wants, and what the quote must hold."""

    request: Text = key("demande", "ce que veut le client", observed=False)
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = key("devise", "devise (ISO 4217)")
    budget_max: Positive = key("budget_ttc_max", "budget, taxes comprises")
    catalogue: Literal["fourni"] = key("catalogue", "catalogue", observed=False)
    required_lines: SomeNames = key("lignes_obligatoires", "lignes obligatoires du devis")
    taxes: Name = key("taxes", "taux", observed=False)
    validity_days: Positive = key("validite_j", "validité, en jours")
