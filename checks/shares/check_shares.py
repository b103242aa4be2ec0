"""Shares of the NAS: tried as each user, and read in its configuration."""

from collections.abc import Collection, Iterator
from enum import Enum

from checks.directory.demand import Directory
from checks.directory.facts.objects import Groups
from checks.shares.demand import Share, Shares
from checks.shares.facts.shares import (
    Access,
    ShareAccess,
    ShareDefinition,
    ShareDefinitions,
    ShareListing,
    Trial,
)
from checks.shares.principals import list_names, list_principals, only_reads, writes
from labctl.api import Expectation, Match, NodeName, NotAsked, Plan, _, check, mark, require, truth

ASKED = (Shares, Directory)
TRIED = (ShareAccess, Groups)
ACCOUNTS = ("K-072", "K-076", "K-084")
"""The checks that answer for accounts and groups: without them an access proves nothing here."""


ADMITTED = {"SMB2": ("SMB2", "SMB3"), "SMB3": ("SMB3",)}
"""How the names of protocols begin that are no older than the one asked: SMB2_02, SMB3_11…"""
HIDDEN = "$"
"""How a name ends that servers list and Windows shows to nobody (Microsoft, « net share »)."""


class Right(Enum):
    """What a principal may do on a share, in the subject's words."""

    WRITE = mark("lecture-écriture")
    READ = mark("lecture seule")
    NONE = mark("aucun accès")
    BLIND = mark("écriture seule")
    NO_SHARE = mark("partage absent")
    NO_ACCOUNT = mark("compte absent")

    def __str__(self) -> str:
        return _(self.value)


class Openness(Enum):
    """To whom a share is open besides those it names."""

    NAMED = mark("comptes nommés seulement")
    GUESTS = mark("ouvert aux invités")
    EVERYONE = mark("ouvert à « Tout le monde »")
    NO_SHARE = mark("partage absent")

    def __str__(self) -> str:
        return _(self.value)


def _servers(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines that labctl asks: the file server, and the one that knows accounts."""
    return (plan.demand(Shares).on, plan.demand(Directory).on)


@check(
    "K-085",
    asks=(Shares, Directory),
    needs=(ShareAccess, Groups),
    partly_after=ACCOUNTS,
    over=_servers,
)
def check_writers_write(
    asked: Shares, directory: Directory, access: ShareAccess, groups: Groups
) -> Match:
    """Qui a la lecture-écriture sur un partage peut y créer, renommer et supprimer."""
    return require(
        _write_point(login, share, trial, causes=causes)
        for login, share, trial, causes in _list_trials(asked, directory, access, groups)
        if writes(directory, login, share)
    )


@check(
    "K-086",
    asks=(Shares, Directory),
    needs=(ShareAccess, Groups),
    partly_after=ACCOUNTS,
    over=_servers,
)
def check_readers_only_read(
    asked: Shares, directory: Directory, access: ShareAccess, groups: Groups
) -> Match:
    """Qui a la lecture seule sur un partage peut y lire, sans y écrire."""
    return require(
        _read_point(login, share, trial, causes=causes)
        for login, share, trial, causes in _list_trials(asked, directory, access, groups)
        if only_reads(directory, login, share)
    )


@check(
    "K-087",
    asks=(Shares, Directory),
    needs=(ShareAccess, Groups),
    partly_after=ACCOUNTS,
    over=_servers,
)
def check_others_kept_out(
    asked: Shares, directory: Directory, access: ShareAccess, groups: Groups
) -> Match:
    """Qui n'a aucun droit sur un partage n'y accède pas."""
    return require(
        _closed_point(login, share, trial, causes=causes)
        for login, share, trial, causes in _list_trials(asked, directory, access, groups)
        if not writes(directory, login, share) and not only_reads(directory, login, share)
    )


@check("K-088", asks=Shares, needs=ShareDefinitions)
def check_nothing_for_everyone(asked: Shares, definitions: ShareDefinitions) -> Match:
    """Aucun partage n'est ouvert aux invités ni à « Tout le monde », ni par un SMB trop ancien."""
    names = {name.upper(): name for name in asked.names}
    names |= {key: share.name for key, share in definitions.shares.items() if key not in names}
    return require(
        [
            *(_open_point(name, definitions) for _key, name in sorted(names.items())),
            *_protocol_points(asked, definitions),
        ]
    )


def _protocol_points(asked: Shares, definitions: ShareDefinitions) -> Iterator[Expectation]:
    """Judge the oldest SMB that the server admits; where the server does not say, nothing is."""
    said = {"asked": f"{asked.smb_min[:-1]} {asked.smb_min[-1]}", "found": definitions.oldest}
    if definitions.oldest:
        yield truth(
            _("%(asked)s au moins") % said,
            _("le serveur admet %(found)s, plus ancien que %(asked)s") % said,
            holds=definitions.oldest.startswith(ADMITTED[asked.smb_min]),
            gate=True,
            earns=False,
        )


@check("K-089", asks=ASKED, needs=(ShareAccess, ShareListing), after=("K-084",), over=_servers)
def check_hidden_shares_closed(
    asked: Shares, directory: Directory, access: ShareAccess, listed: ShareListing
) -> Match:
    """Le partage des sauvegardes est caché, et réservé au compte de sauvegarde."""
    shares = [share for share in asked.shares if share.is_hidden]
    if not shares:
        raise NotAsked(_("aucun partage n'est à cacher"))
    shown = {name.upper() for name in listed.names}
    return require(
        point for share in shares for point in _hidden_points(directory, share, access, shown)
    )


def _hidden_points(
    directory: Directory, share: Share, access: ShareAccess, shown: Collection[str]
) -> Iterator[Expectation]:
    for login in list_principals(directory):
        trial = access.trial(login, share.name)
        if writes(directory, login, share):
            yield _write_point(login, share, trial, gate=True)
        elif login not in access.missing:
            yield _closed_point(login, share, trial)
    yield truth(
        _("partage %(share)s caché") % {"share": share.name},
        _("le partage %(share)s est visible dans la liste des partages") % {"share": share.name},
        holds=share.name.upper() not in shown or share.name.endswith(HIDDEN),
    )


def _list_trials(
    asked: Shares, directory: Directory, access: ShareAccess, groups: Groups
) -> Iterator[tuple[str, Share, Trial | None, tuple[str, ...]]]:
    """Yield what each principal came to on each share that is shown, and who answers for it."""
    for share in asked.shares:
        for login in () if share.is_hidden else list_principals(directory):
            trial = access.trial(login, share.name)
            yield login, share, trial, _list_causes(directory, groups, login, share, trial)


def _list_causes(
    directory: Directory, groups: Groups, login: str, share: Share, trial: Trial | None
) -> tuple[str, ...]:
    """Return the check that answers for a wrong access: no account, or not in the right groups."""
    if trial is None:
        return ("K-084",) if login in directory.services else ("K-072",)
    named = share.trustees
    found = {name for name in named if _is_member(groups, name, login)}
    return ("K-076",) if found != (list_names(directory, login) - {login}) & named else ()


def _is_member(groups: Groups, name: str, login: str) -> bool:
    return any(
        login.casefold() in {member.casefold() for member in group.members}
        for found, group in groups.groups.items()
        if found.casefold() == name.casefold()
    )


def _write_point(
    login: str,
    share: Share,
    trial: Trial | None,
    *,
    gate: bool = False,
    causes: tuple[str, ...] = (),
) -> Expectation:
    found = _state(trial)
    return Expectation(
        f"{login}, {share.name}",
        Right.WRITE,
        found,
        _("%(login)s ne peut pas écrire dans %(share)s (%(found)s)")
        % {"login": login, "share": share.name, "found": found},
        gate=gate,
        hindered_by=causes,
    )


def _read_point(
    login: str, share: Share, trial: Trial | None, *, causes: tuple[str, ...]
) -> Expectation:
    found = _state(trial)
    text = (
        _("%(login)s peut écrire dans %(share)s au lieu d'y lire seulement")
        if found is Right.WRITE
        else _("%(login)s ne peut pas lire dans %(share)s (%(found)s)")
    )
    return Expectation(
        f"{login}, {share.name}",
        Right.READ,
        found,
        text % {"login": login, "share": share.name, "found": found},
        hindered_by=causes,
    )


def _closed_point(
    login: str, share: Share, trial: Trial | None, *, causes: tuple[str, ...] = ()
) -> Expectation:
    found = _state(trial)
    text = (
        _("%(login)s dans %(share)s : %(found)s")
        if found in {Right.NO_SHARE, Right.NO_ACCOUNT}
        else _("%(login)s accède à %(share)s sans y avoir droit (%(found)s)")
    )
    return Expectation(
        f"{login}, {share.name}",
        Right.NONE,
        found,
        text % {"login": login, "share": share.name, "found": found},
        hindered_by=causes,
    )


def _state(trial: Trial | None) -> Right:
    """Put one cell of the matrix in words."""
    if trial is None:
        return Right.NO_ACCOUNT
    if trial.connect is Access.ABSENT:
        return Right.NO_SHARE
    if trial.write is Access.ALLOWED:
        return Right.WRITE if trial.read is Access.ALLOWED else Right.BLIND
    return Right.READ if trial.read is Access.ALLOWED else Right.NONE


def _open_point(name: str, definitions: ShareDefinitions) -> Expectation:
    found = _openness(definitions.shares.get(name.upper()))
    return Expectation(
        name,
        Openness.NAMED,
        found,
        _("partage %(name)s : %(found)s") % {"name": name, "found": found},
    )


def _openness(definition: ShareDefinition | None) -> Openness:
    if definition is None:
        return Openness.NO_SHARE
    if definition.guest_ok:
        return Openness.GUESTS
    return Openness.EVERYONE if definition.everyone else Openness.NAMED
