"""Group policies and where they are linked."""

import re
from collections.abc import Iterable, Iterator, Mapping

from labctl.core.i18n import _
from labctl.probes.base import NotUnderstood
from labctl.probes.directory.entries import Entry
from labctl.probes.directory.objects import GpoLink, GpoLinks

_LINK = re.compile(r"\[LDAP://cn=(\{[0-9a-f-]{36}\}),[^;\]]*;([0-9]{1,9})\]", re.IGNORECASE)


def parse_links(entries: Iterable[Entry]) -> GpoLinks:
    """Read the links of every container; a policy that is no more keeps its GUID as name."""
    every = tuple(entries)
    names = {
        entry.text("cn").upper(): entry.text("displayName")
        for entry in every
        if entry.is_a("groupPolicyContainer")
    }
    links = (link for entry in every for link in _links_of(entry, names))
    ordered = sorted(links, key=lambda link: (link.target, link.gpo, link.options))
    return GpoLinks(tuple(ordered), frozenset(names.values()))


def _links_of(entry: Entry, names: Mapping[str, str]) -> Iterator[GpoLink]:
    text = entry.text("gPLink").strip()
    if _LINK.sub("", text).strip():
        raise NotUnderstood(
            _("%(what)s : gPLink n'est pas une liste de liens : %(value)s")
            % {"what": entry.dn, "value": text[:80]}
        )
    for guid, options in _LINK.findall(text):
        yield GpoLink(names.get(guid.upper(), guid), entry.dn, int(options))
