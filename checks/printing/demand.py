"""Which printer prints, under which name, and what it can do."""

from typing import Annotated, Literal

from pydantic import Field

from labctl.api import Block, Demand, Machine, Machines, Name, key


class TestPage(Block):
    """The page that shows that printing works."""

    on: Machines = key("sur", "machines qui l'impriment", observed=False)


class Printing(Demand):
    """The network printer and its queue."""

    on: Machine = key("sur", "machine qui imprime")
    queue: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = key(
        "file", "file d'impression", observed_with="publiee_ad"
    )
    test_page: TestPage | None = key("page_essai", "page d'essai", default=None)
    protocol: Literal["ipp", "ipps"] = key(
        "protocole", "protocole d'impression", default="ipp", observed=False
    )
    published: bool = key("publiee_ad", "publiée dans l'annuaire", default=False)
    duplex: bool = key("recto_verso", "recto verso", default=False, observed=False)
    scan_to: Name | None = key(
        "numerisation_vers",
        "partage qui reçoit les numérisations",
        default=None,
        observed=False,
    )
