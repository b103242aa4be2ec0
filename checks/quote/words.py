"""What a subject says of a quote, and how the solution fills it in."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from checks.documents.demand import Documents, list_pieces
from checks.quote.demand import Quote
from checks.quote.facts import Catalogue, load_catalogue
from labctl.api import Filled, Given, NotUnderstood, Plan

_CURRENCIES = {"XPF": "F CFP", "EUR": "€"}


def fields(asked: Quote, _plan: Plan) -> dict[str, object]:
    """Return the budget, in words."""
    amount = f"{asked.budget_max:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return {
        "budget": f"{amount}\N{NO-BREAK SPACE}{_CURRENCIES.get(asked.currency, asked.currency)}",
    }


def given(asked: Quote, _plan: Plan) -> Iterator[Given]:
    """Yield the catalogue and the rates, for a currency in which there are some."""
    for name in ("catalogue", "taxes"):
        yield Given(f"fichiers/{name}.csv", file=f"{name}-{asked.currency}.csv")


def filled(asked: Quote, plan: Plan) -> Iterator[Filled]:
    """Yield the quote filled in: one product of each line that is asked for, the cheapest."""
    documents = plan.find(Documents)
    pieces = list_pieces(documents, plan) if documents else []
    try:
        catalogue = load_catalogue(asked.currency)
    except NotUnderstood:  # a currency without a catalogue: there is nothing to sell
        return
    for piece in pieces:
        if piece.control == "arithmetique":
            yield Filled(piece.name, _write(asked, plan, catalogue))


def _write(asked: Quote, plan: Plan, catalogue: Catalogue) -> str:
    chosen = [
        min(
            (one for one in catalogue.products.items() if one[1].category == category),
            key=lambda one: one[1].price,
        )
        for category in asked.required_lines
    ]
    net = sum((product.price for _name, product in chosen), Decimal(0))
    taxes = sum(
        (
            (product.price * product.rate_pct / 100).quantize(Decimal(1), ROUND_HALF_UP)
            for _name, product in chosen
        ),
        Decimal(0),
    )
    lines = "\n".join(
        f"| {name} | {product.category} | 1 | {product.price} | {product.price} |"
        for name, product in chosen
    )
    return (
        f"| | |\n|---|---|\n| Client | {plan.company} |\n| Devis numéro | 2026-001 |\n"
        f"| Date | 15/06/2026 |\n| Validité | {asked.validity_days} jours |\n\n"
        f"# Le besoin du client\n\n{asked.request}\n\n# Proposition\n\n"
        "| Référence | Désignation | Quantité | Prix unitaire HT | Montant HT |\n"
        f"|---|---|---|---|---|\n{lines}\n\n"
        f"| | |\n|---|---|\n| Total HT | {net} |\n| Taxes | {taxes} |\n"
        f"| Total toutes taxes comprises | {net + taxes} |\n\n"
        "Garantie et délai : ceux du catalogue, livraison sous 10 jours\n"
    )
