"""People, units and groups that are none of the directory's, wherever a cahier names one."""

from collections.abc import Collection, Iterator

from checks.directory.demand import Directory
from labctl.api import Block, Remark, _


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
