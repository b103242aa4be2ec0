"""The inventory has the machines of the site, and what it says of the workstation is true."""

from collections.abc import Iterator

from checks.desk.demand import Personalisation
from checks.directory.demand import Directory, Person
from checks.tickets.book import is_named, is_same, require_tool
from checks.tickets.demand import Tickets
from checks.tickets.facts import SERVER, Asset, TicketBook
from labctl.api import Expectation, Match, Plan, _, check, require, say, truth

USER, STATUS = "utilisateur", "statut"
"""Fields whose value labctl knows; a number, a place and a date are the candidate's to read."""


@check("K-121", asks=(Tickets, Directory, Plan), needs=TicketBook, face=SERVER)
def check_inventory(asked: Tickets, directory: Directory, plan: Plan, book: TicketBook) -> Match:
    """L'inventaire a les machines demandées, et ce qu'il dit du poste est rempli et vrai."""
    require_tool(asked)
    desk = asked.opening.item
    names = (desk, *(plan.nodes[name].hostname for name in asked.inventory.machines))
    found = {name: _find(book, name) for name in names}
    points = [
        truth(
            _("%(name)s à l'inventaire, en service") % {"name": name},
            _("%(name)s n'est pas à l'inventaire, en service") % {"name": name},
            holds=asset is not None and asset.is_in_use,
        )
        for name, asset in found.items()
    ]
    owner = _find_user(directory, plan, desk)
    return require([*points, *_list_fields(asked, desk, found[desk], owner)])


def _find(book: TicketBook, name: str) -> Asset | None:
    """Return the asset of a machine: of two with one name, one in use, with more fields filled."""
    named = (asset for asset in book.assets if is_same(asset.name, name))
    return max(
        named,
        key=lambda one: (one.is_in_use, sum(map(bool, one.fields.values())), bool(one.users)),
        default=None,
    )


def _find_user(directory: Directory, plan: Plan, desk: str) -> Person | None:
    """Return the main user of the workstation, where the subject says who it is."""
    user = plan.find(Personalisation)
    if user is None or desk not in {plan.nodes[name].hostname for name in user.on}:
        return None
    return directory.person(user.user)


def _list_fields(
    asked: Tickets, desk: str, asset: Asset | None, owner: Person | None
) -> Iterator[Expectation]:
    """Judge what the inventory says of the workstation; in use or not is judged already."""
    for name in asked.inventory.fields:
        said = {"desk": desk, "field": name}
        if name == USER and owner is not None:
            users = asset.users if asset else frozenset()
            said |= {"owner": owner.display_name, "found": say(users)}
            yield truth(
                _("utilisateur de %(desk)s : %(owner)s") % said,
                _("utilisateur de %(desk)s : attendu %(owner)s, trouvé %(found)s") % said,
                holds=is_named(owner, users),
            )
        elif name != STATUS:
            value = "" if asset is None else _value_of(asset, name)
            yield truth(
                _("%(desk)s : %(field)s « %(value)s »") % {**said, "value": value},
                _("%(desk)s : le champ « %(field)s » est vide") % said,
                holds=bool(value),
            )


def _value_of(asset: Asset, name: str) -> str:
    return say(asset.users) if name == USER and asset.users else asset.fields.get(name, "")
