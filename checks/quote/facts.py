"""The catalogue and the rates that were given with the subject."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from checks.quote.demand import Quote
from labctl.api import Answer, Plan, Probe, Question, read_given

TOPIC = "quote"


@dataclass(frozen=True, slots=True)
class Product:
    """A line of the catalogue: its price without taxes, and the rate of its tax in percent."""

    category: str
    price: Decimal
    rate_pct: Decimal


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What may be sold, by reference, as it was given for this run."""

    products: dict[str, Product]


def load_catalogue(currency: str) -> Catalogue:
    """Return the catalogue of a currency; NotUnderstood when none is given."""
    rates = {
        line["code_taxe"]: Decimal(line["taux_pct"]) for line in _read(f"taxes-{currency}.csv")
    }
    return Catalogue(
        {
            line["reference"]: Product(
                line["categorie"],
                Decimal(line[f"prix_ht_{currency.lower()}"]),
                rates[line["code_taxe"]],
            )
            for line in _read(f"catalogue-{currency}.csv")
        }
    )


def _read(name: str) -> Iterator[Mapping[str, str]]:
    return iter(csv.DictReader(io.StringIO(read_given(TOPIC, name)), delimiter=";"))


def ask(_plan: Plan) -> tuple[Question, ...]:
    """Ask nothing: the files are labctl's own."""
    return ()


def parse(plan: Plan, _answers: tuple[Answer, ...]) -> Catalogue:
    """Return the catalogue of the currency of the subject."""
    return load_catalogue(plan.demand(Quote).currency)


CATALOGUE = Probe(Catalogue, ask, parse)
