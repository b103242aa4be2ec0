"""People, units, groups and servers of a cahier that are none of its directory's."""

from collections.abc import Collection, Iterator

from checks.directory.demand import Directory
from labctl.api import Block, Remark, View, _

BLOCK = "annuaire"


def is_ill_formed(view: View) -> bool:
    """Tell whether there is a directory of which nothing is known: what is wrong is said there."""
    return view.find(Directory) is None and BLOCK in view.blocks


def find_unnamed_server(
    view: View, owner: Block, named: tuple[str, str], example: str, alone: str
) -> Iterator[Remark]:
    """Yield that no DNS of the bench gives the name of a server of the bench.

    ``named`` is the field that has it and the name, ``example`` one that would do, and ``alone``
    what is said where there is no directory at all.
    """
    directory, (field, name) = view.find(Directory), named
    if directory is not None and not name.endswith(f".{directory.domain}"):
        said = _("« %(name)s » n'est pas un nom de %(domain)s : aucun DNS du banc ne le donne")
        values = {"name": name, "domain": directory.domain}
        yield Remark(owner, field, said % values, example % values)
    if directory is None and not is_ill_formed(view):
        yield Remark(owner, "hosted_on", alone, _("ajoutez un bloc annuaire"))


def find_unknown_person(asked: Directory, owner: Block, field: str, key: str) -> Iterator[Remark]:
    """Yield that a key is nobody's."""
    said = _("personne « %(name)s » inconnue")
    yield from _unknown((owner, field), key, asked.names, said, _("personnes : %(names)s"))


def find_unknown_ou(asked: Directory, owner: Block, field: str, name: str) -> Iterator[Remark]:
    """Yield that a unit is not one of the directory."""
    said = _("OU « %(name)s » inconnue")
    yield from _unknown((owner, field), name, asked.ous, said, _("OU : %(names)s"))


def find_unknown_group(
    asked: Directory, owner: Block, field: str, name: str, inside: tuple[int, ...] = ()
) -> Iterator[Remark]:
    """Yield that a group is not one of the directory."""
    known = [group.name for group in asked.groups]
    said = _("groupe « %(name)s » inconnu")
    yield from _unknown((owner, field), name, known, said, _("groupes : %(names)s"), inside)


def _unknown(
    place: tuple[Block, str],
    name: str,
    known: Collection[str],
    said: str,
    hint: str,
    inside: tuple[int, ...] = (),
) -> Iterator[Remark]:
    if name not in known:
        values = {"names": ", ".join(known)}
        yield Remark(*place, said % {"name": name}, hint % values, inside)
