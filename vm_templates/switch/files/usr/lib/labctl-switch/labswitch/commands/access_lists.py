"""Numbered and named access lists."""

from dataclasses import replace

from labswitch.acl import Acl, Entry, kind_of, parse_entry
from labswitch.arguments import Args
from labswitch.commands.outcome import ConfigCommand, Outcome, Scope
from labswitch.config import Config
from labswitch.errors import CliError
from labswitch.grammar import Mode
from labswitch.words import Word, split

_MOST_ENTRIES = 512


def _named(config: Config, _scope: Scope, args: Args) -> Outcome:
    name, extended = args.text("acl"), args.text("kind") == "extended"
    if args.negated:
        return _delete(config, name)
    _refuse_other_kind(config, name, extended=extended)
    acl = config.acls.get(name) or Acl(name, extended)
    mode = Mode.EXTENDED_ACL if extended else Mode.STANDARD_ACL
    return Outcome(_store(config, acl), Scope(mode, acl=name))


def _numbered(config: Config, _scope: Scope, args: Args) -> Outcome:
    name = str(args.number("number"))
    if args.negated:
        return _delete(config, name)
    extended = bool(kind_of(name))
    acl = config.acls.get(name) or Acl(name, extended)
    entry = parse_entry(args.words("rule"), acl.next_sequence(), extended=extended)
    return Outcome(_store(config, _with(acl, entry)))


def _delete(config: Config, name: str) -> Outcome:
    return Outcome(
        replace(config, acls={key: acl for key, acl in config.acls.items() if key != name})
    )


def _refuse_other_kind(config: Config, name: str, *, extended: bool) -> None:
    known = config.acls.get(name)
    if (known and known.extended is not extended) or (
        name.isdigit() and kind_of(name) is not extended
    ):
        raise CliError(
            "% A named IP access list with this name already exists"
            if known
            else "% Invalid access list name."
        )


def _store(config: Config, acl: Acl) -> Config:
    return replace(config, acls={**config.acls, acl.name: acl})


def _rule(config: Config, scope: Scope, args: Args) -> Outcome:
    acl = config.acls.get(scope.acl) or Acl(scope.acl, scope.mode is Mode.EXTENDED_ACL)
    if args.negated and not args.has("rule"):
        return _remove_number(config, acl, args.number("sequence"))
    sequence = args.number("sequence", acl.next_sequence())
    entry = parse_entry(_rule_words(args), sequence, extended=acl.extended)
    if args.negated:
        return _remove(config, acl, entry)
    return Outcome(_store(config, _with(acl, entry)))


def _rule_words(args: Args) -> tuple[Word, ...]:
    words = split(args.line)
    return words[int(args.negated) + int(args.has("sequence")) :]


def _with(acl: Acl, entry: Entry) -> Acl:
    """Return the list with an entry more, in its place; the same rule is not kept twice."""
    same = next(
        (known for known in acl.entries if replace(known, sequence=entry.sequence) == entry), None
    )
    if same is not None and not entry.remark:
        return acl
    if any(known.sequence == entry.sequence for known in acl.entries):
        raise CliError("% Duplicate sequence number")
    if len(acl.entries) >= _MOST_ENTRIES:
        raise CliError("% Access list is full")
    entries = sorted((*acl.entries, entry), key=lambda known: known.sequence)
    return replace(acl, entries=tuple(entries))


def _remove(config: Config, acl: Acl, entry: Entry) -> Outcome:
    kept = tuple(known for known in acl.entries if replace(known, sequence=entry.sequence) != entry)
    if len(kept) == len(acl.entries):
        raise CliError("% Specified access list entry does not exist")
    return Outcome(_store(config, replace(acl, entries=kept)))


def _remove_number(config: Config, acl: Acl, sequence: int) -> Outcome:
    kept = tuple(known for known in acl.entries if known.sequence != sequence)
    return Outcome(_store(config, replace(acl, entries=kept)))


GLOBAL: tuple[ConfigCommand, ...] = (
    ("[no] ip access-list {kind:standard|extended} <acl:acl>", _named),
    ("[no] access-list <number:1-2699> <rule:rest>", _numbered),
)
ENTRIES: tuple[ConfigCommand, ...] = (
    ("[no] {action:permit|deny|remark} <rule:rest>", _rule),
    ("[no] <sequence:1-2147483647> <rule:rest>", _rule),
)
