"""Objects of the directory, read over LDAPS in one connection."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from checks.directory.facts.entries import Entry
from checks.directory.facts.probes import ask_objects, read_objects
from labctl.api import Answer, NotUnderstood, Plan, Probe, _


@dataclass(frozen=True, slots=True)
class GpoLink:
    """A link of a policy; ``options`` bit 1: disabled, bit 2: enforced."""

    gpo: str  # displayName
    target: str  # DN
    options: int


@dataclass(frozen=True, slots=True)
class GpoLinks:
    """Every policy link, and the policies that exist."""

    links: tuple[GpoLink, ...]
    existing: frozenset[str]  # displayName


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


def read_links(plan: Plan, answers: tuple[Answer, ...]) -> GpoLinks:
    """Read policies and their links."""
    return parse_links(read_objects(plan, answers[0]))


LINKS = Probe(GpoLinks, ask_objects, read_links)
