"""What became of the directory since the bench was built, told from what was noted then.

Not counted as a change, since nobody decided it:

- the accounts of the machines that labctl joined (domain controller, NAS): tickets, passwords,
  logons;
- the bookkeeping of identifiers (``RID Manager$``, ``RID Set``);
- the accounts that labctl makes to try the shares;
- the printers that servers publish: each is written under the computer account of its server;
- a group that only lost the account of the person who left, which is what the subject asks;
- a logon of one of the system's own accounts (Administrator…): only what the journal of its
  attributes dates after the baseline counts, logon times left out.

An object that was there and is no more was deleted; one made and deleted since then was never
there, as far as the note knows.
"""

import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from checks.directory.demand import Directory
from checks.directory.facts.entries import Entry
from checks.directory.facts.memberships import link_members
from checks.directory.facts.objects import DirectoryChanges, Leaver
from labctl.api import Answer, NotUnderstood, Plan, _, read_json

DISABLED = 0x2
TWIN_PREFIX = "labctl-"
LOGON_TIMES = frozenset({0x906A0})  # lastLogonTimestamp, 1.2.840.113556.1.4.1696
_BOOKKEEPING = ("cn=rid set,", "cn=rid manager$,")
_JOURNAL_HEAD = struct.Struct("<IIII")
_JOURNAL_LINE = struct.Struct("<IIq16sQQ")
_JOURNAL_CAP = 1000


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was noted when the bench was built."""

    usn: int
    leaver: UUID
    objects: Mapping[UUID, str]  # GUID → DN
    leaver_groups: Mapping[UUID, frozenset[UUID]]  # members of the groups the leaver was in


def read_baseline(answer: Answer) -> Baseline:
    """Read the note; without it nothing can be compared."""
    if answer.exit_code != 0:
        raise NotUnderstood(_("l'état de l'annuaire n'a pas été noté à la construction du banc"))
    note = read_json(answer)
    try:
        objects = {UUID(guid): str(dn) for guid, dn in note["objects"].items()}
        groups = {
            UUID(group): frozenset(map(UUID, members))
            for group, members in note.get("leaver_groups", {}).items()
        }
        return Baseline(int(note["usn"]), UUID(note["leaver_guid"]), objects, groups)
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError) as exc:
        raise NotUnderstood(
            _("%(what)s : ce n'est pas la note de la construction") % {"what": answer.question.text}
        ) from exc


def parse_leaver(entries: Iterable[Entry], baseline: Answer) -> Leaver:
    """Find the account by its GUID: renamed or moved, it stays the same."""
    every = tuple(entries)
    guid = read_baseline(baseline).leaver
    for entry in every:
        if _guid(entry) == guid:
            groups = link_members(every).direct_groups_of(entry)
            enabled = not entry.number("userAccountControl") & DISABLED
            return Leaver(exists=True, dn=entry.dn, enabled=enabled, groups=groups)
    return Leaver(exists=False, dn="", enabled=False, groups=frozenset())


def parse_changes(
    plan: Plan, entries: Iterable[Entry], baseline: Answer, system: Iterable[Entry]
) -> DirectoryChanges:
    """Keep what changed since the baseline, and what is no more."""
    every, note = tuple(entries), read_baseline(baseline)
    journals = {entry.key: frozenset(_changed_attributes(entry, note.usn)) for entry in system}
    guids = {entry.key: guid for entry in every if (guid := _guid(entry))}
    changed = (
        entry.dn
        for entry in every
        if entry.number("uSNChanged") > note.usn
        and not _is_labctl(plan, entry)
        and not entry.is_a("printQueue")
        and not _is_logon(entry, journals)
        and not _lost_the_leaver(entry, note, guids)
    )
    living = frozenset(guids.values())
    gone = (_name(dn) for guid, dn in note.objects.items() if guid not in living)
    return DirectoryChanges(frozenset(changed), frozenset(gone))


def _is_labctl(plan: Plan, entry: Entry) -> bool:
    account = entry.text("sAMAccountName").lower()
    controller = plan.nodes[plan.demand(Directory).on]
    machines = {f"{controller.hostname}$", f"{controller.parameters.get('member')}$"}
    return (
        account.startswith(TWIN_PREFIX)
        or account in {name.lower() for name in machines}
        or entry.key.startswith(_BOOKKEEPING)
    )


def _is_logon(entry: Entry, journals: Mapping[str, frozenset[int]]) -> bool:
    """Tell whether the only trace in a system account is that it logged on."""
    attributes = journals.get(entry.key, frozenset())
    return bool(attributes) and attributes <= LOGON_TIMES


def _lost_the_leaver(entry: Entry, note: Baseline, guids: Mapping[str, UUID]) -> bool:
    """Tell whether a group is where it was, with the members it had but for the leaver."""
    guid = guids.get(entry.key)
    if guid is None or guid not in note.leaver_groups or note.objects.get(guid) != entry.dn:
        return False
    members = {guids.get(member.lower()) for member in entry.values("member")}
    return members == note.leaver_groups[guid] - {note.leaver}


def _changed_attributes(entry: Entry, usn: int) -> Iterator[int]:
    """Yield the ids of the attributes written after the baseline ([MS-DRSR] 5.8.1)."""
    blob = entry.binary("replPropertyMetaData")
    try:
        version, _reserved, count, _pad = _JOURNAL_HEAD.unpack_from(blob)
        if version != 1 or count > _JOURNAL_CAP:
            raise NotUnderstood(
                _("%(what)s : ce n'est pas un journal d'attributs") % {"what": entry.dn}
            )
        for line in range(count):
            at = _JOURNAL_HEAD.size + line * _JOURNAL_LINE.size
            attribute, *_others, local_usn = _JOURNAL_LINE.unpack_from(blob, at)
            if local_usn > usn:
                yield attribute
    except struct.error as exc:
        raise NotUnderstood(
            _("%(what)s : le journal d'attributs est coupé") % {"what": entry.dn}
        ) from exc


def _name(dn: str) -> str:
    """Return the name at the head of a DN, its escapes taken out."""
    head = re.split(r"(?<!\\),", dn, maxsplit=1)[0]
    return re.sub(r"\\(.)", r"\1", head.partition("=")[2])


def _guid(entry: Entry) -> UUID | None:
    text = entry.text("objectGUID")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotUnderstood(
            _("%(what)s : objectGUID incorrect : %(value)s")
            % {"what": entry.dn, "value": text[:60]}
        ) from None
