"""What a subject says of a quote."""

from collections.abc import Iterator

from checks.quote.demand import Quote
from labctl.api import Given, Plan

_CURRENCIES = {"XPF": "F CFP", "EUR": "€"}
_LINES = {"ecran": "écran", "main_oeuvre": "main-d'œuvre"}


def fields(asked: Quote, _plan: Plan) -> dict[str, object]:
    """Return the budget and the lines, in words."""
    amount = f"{asked.budget_max:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return {
        "budget": f"{amount}\N{NO-BREAK SPACE}{_CURRENCIES.get(asked.currency, asked.currency)}",
        "lines": [_LINES.get(name, name) for name in asked.required_lines],
    }


def given(asked: Quote, _plan: Plan) -> Iterator[Given]:
    """Yield the catalogue and the rates, for a currency in which there are some."""
    for name in ("catalogue", "taxes"):
        yield Given(f"fichiers/{name}.csv", file=f"{name}-{asked.currency}.csv")
