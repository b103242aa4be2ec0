"""The directory: people, groups, OUs and shares that exist, logins that differ."""

from collections.abc import Collection, Iterator

from labctl.core.i18n import _
from labctl.spec.devices import NAS
from labctl.spec.login import alike, build_login
from labctl.spec.own_share import OWN_SHARE, find_main_groups, find_own_share
from labctl.spec.rules.naming import DN_SIGNS, LOGIN_MAX
from labctl.spec.rules.taken import LOGINS
from labctl.spec.rules.view import Finding, View, select

_PEOPLE = (
    "annuaire.comptes_a_creer.*.cle",
    "annuaire.compte_a_desactiver.cle",
    "poste.utilisateur_principal",
)
_LINKS = ("annuaire.gpo.*.lier_a",)
_OUS = (
    "annuaire.comptes_a_creer.*.ou",
    "annuaire.compte_a_desactiver.deplacer_vers",
    "annuaire.comptes_service.*.ou",
    "poste.domaine.ou",
)
_GROUPS = ("annuaire.comptes_a_creer.*.groupes.*",)
_TRUSTEES = ("equipements.nas.partages.*.RW.*", "equipements.nas.partages.*.RO.*")
_SHARES = ("equipements.nas.quota_gio.@",)
_DRIVES = ("poste.personnalisation.lecteurs.*",)


def find_unknown_people(view: View) -> Iterator[Finding]:
    """Every person named is one of the variant."""
    known = tuple(view.values.people)
    said = _("personne « %(name)s » inconnue")
    yield from _unknown(view, _PEOPLE, known, said, _("personnes : %(names)s"))


def find_unknown_ous(view: View) -> Iterator[Finding]:
    """Every OU named is to be created."""
    known = view.subject.directory.ous
    said, hint = _("OU « %(name)s » inconnue"), _("OU : %(names)s")
    yield from _unknown(view, _OUS, known, said, hint)
    yield from _unknown(view, _LINKS, (*known, "."), said, hint)


def find_unknown_groups(view: View) -> Iterator[Finding]:
    """Every group named is to be created."""
    known = [group.name for group in view.subject.directory.groups]
    said, hint = _("groupe « %(name)s » inconnu"), _("groupes : %(names)s")
    yield from _unknown(view, _GROUPS, known, said, hint)


def find_unknown_trustees(view: View) -> Iterator[Finding]:
    """A share is for groups and service accounts that exist."""
    directory = view.subject.directory
    known = [group.name for group in directory.groups]
    known += [account.name for account in directory.service_accounts]
    said = _("« %(name)s » n'est ni un groupe ni un compte de service")
    yield from _unknown(view, _TRUSTEES, known, said, _("connus : %(names)s"))


def find_contradictory_rights(view: View) -> Iterator[Finding]:
    """Nobody both reads only and writes on a share."""
    for rank, share in enumerate(view.subject.devices.nas.shares):
        for name in sorted(set(share.read_write) & set(share.read_only)):
            said = _("« %(name)s » est à la fois en RW et en RO sur « %(share)s »")
            path = ("equipements", "nas", "partages", rank)
            yield Finding(path, said % {"name": name, "share": share.name})


def find_unknown_shares(view: View) -> Iterator[Finding]:
    """Every share named is one of the NAS."""
    known = [share.name for share in view.subject.devices.nas.shares]
    said, hint = _("partage « %(name)s » inconnu"), _("partages : %(names)s")
    yield from _unknown(view, _SHARES, known, said, hint)
    yield from _unknown(view, _DRIVES, (*known, OWN_SHARE), said, hint)
    target = view.subject.workstation.backup.target.split("\\")[3]
    if target not in known:
        path = ("poste", "sauvegarde", "cible")
        yield Finding(path, said % {"name": target}, hint % {"names": ", ".join(known)})


def find_powerless_accounts(view: View) -> Iterator[Finding]:
    """The account of the backup writes on its share."""
    workstation = view.subject.workstation
    account, target = workstation.backup.account, workstation.backup.target.split("\\")[3]
    known = [one.name for one in view.subject.directory.service_accounts]
    for share in view.subject.devices.nas.shares:
        if share.name == target and account in known and account not in share.read_write:
            said = _("« %(account)s » n'écrit pas sur « %(share)s », où va la sauvegarde")
            hint = _("ajoutez-le à RW du partage")
            values = {"account": account, "share": target}
            yield Finding(("poste", "sauvegarde", "compte"), said % values, hint)


def find_users_without_account(view: View) -> Iterator[Finding]:
    """The main user of the workstation has an account to be made, and the share of a service."""
    groups = find_main_groups(view.subject, view.values.people)
    user = view.subject.workstation.main_user
    if groups is None and user in view.values.people:
        said = _("« %(name)s », l'utilisateur du poste, n'a pas de compte à créer dans l'annuaire")
        values = {"name": " ".join(view.values.people[user])}
        hint = _("donnez-lui un compte dans « comptes_a_creer »")
        yield Finding(("poste", "utilisateur_principal"), said % values, hint)
    known = {group.name for group in view.subject.directory.groups}
    if groups is None or not known.issuperset(groups):
        return  # said elsewhere
    if find_own_share(view.subject.devices.nas.shares, groups):
        return
    personal = view.subject.workstation.personalisation
    if personal is not None and OWN_SHARE in personal.drives.values():
        said = _("aucun partage n'est celui du service de l'utilisateur, ou plusieurs le sont")
        hint = _("nommez le partage, au lieu de %(word)s") % {"word": OWN_SHARE}
        yield Finding(("poste", "personnalisation", "lecteurs"), said, hint)


def find_unknown_servers(view: View) -> Iterator[Finding]:
    """The backup goes to the NAS, the intranet is on a machine of the bench."""
    devices = view.subject.devices
    server = view.subject.workstation.backup.target.split("\\")[2]
    said = _("machine « %(name)s » inconnue")
    if server.casefold() != view.hostname(NAS).casefold():
        hint = _("le NAS s'appelle « %(name)s »") % {"name": view.hostname(NAS)}
        yield Finding(("poste", "sauvegarde", "cible"), said % {"name": server}, hint)
    if devices.intranet is not None and devices.intranet.on not in ("nas", "dc"):
        path = ("equipements", "intranet", "sur")
        yield Finding(path, said % {"name": devices.intranet.on}, _("machines : nas, dc"))


def find_unknown_accounts(view: View) -> Iterator[Finding]:
    """The backup runs as a service account of the directory."""
    known = [account.name for account in view.subject.directory.service_accounts]
    said, hint = _("compte de service « %(name)s » inconnu"), _("comptes : %(names)s")
    yield from _unknown(view, ("poste.sauvegarde.compte",), known, said, hint)


def find_double_logins(view: View) -> Iterator[Finding]:
    """No two people have the same login."""
    owners: dict[str, tuple[str, str]] = {}
    for key, person in view.values.people.items():
        login = build_login(*person)
        if owners.setdefault(login, person) != person:
            said = _("l'identifiant « %(login)s » de %(name)s est déjà celui de %(other)s")
            values = {
                "login": login,
                "name": " ".join(person),
                "other": " ".join(owners[login]),
            }
            yield Finding(view.of("personnes", key), said % values)
    yield from _find_namesakes(view)
    taken = {login: " ".join(person) for login, person in owners.items()}
    for kind in ("comptes_service", "groupes"):
        for path, name in select(view.subject, f"annuaire.{kind}.*.nom"):
            if alike(name) in taken:
                said = _("l'identifiant « %(login)s » est déjà celui de %(other)s")
                yield Finding(path, said % {"login": name, "other": taken[alike(name)]})
        taken |= {alike(name): name for _p, name in select(view.subject, f"annuaire.{kind}.*.nom")}


def _find_namesakes(view: View) -> Iterator[Finding]:
    """Yield people whose entries would have the same name: « Jean Paul » + « Martin »."""
    first: dict[str, tuple[str, str]] = {}
    for key, person in view.values.people.items():
        other = first.setdefault(alike(" ".join(person)), person)
        if other != person and build_login(*other) != build_login(*person):
            said = _("« %(name)s » est déjà le nom complet d'une autre personne")
            yield Finding(view.of("personnes", key), said % {"name": " ".join(person)})


def find_bad_logins(view: View) -> Iterator[Finding]:
    """Every name gives a login, of twenty characters at most."""
    for key, person in view.values.people.items():
        login = build_login(*person)
        values = {"login": login, "name": " ".join(person), "max": LOGIN_MAX}
        if len(login) > LOGIN_MAX:
            said = _("l'identifiant « %(login)s » de %(name)s dépasse %(max)d caractères")
            yield Finding(view.of("personnes", key), said % values)
        if login in LOGINS:
            said = _("l'identifiant « %(login)s » de %(name)s existe déjà dans tout annuaire")
            yield Finding(view.of("personnes", key), said % values)
        if len(login) < 2:
            said = _("le nom « %(name)s » ne donne pas d'identifiant")
            yield Finding(view.of("personnes", key), said % values)


def find_other_upns(view: View) -> Iterator[Finding]:
    """The form of UPNs is the one that accounts are judged by."""
    wanted = f"prenom.nom@{view.subject.directory.domain}"
    if view.subject.directory.upn_format != wanted:
        said = _("les UPN suivent « %(form)s », qui est ce que labctl contrôle")
        yield Finding(("annuaire", "format_upn"), said % {"form": wanted})


def find_bad_people(view: View) -> Iterator[Finding]:
    """Names of people are such that a directory can hold them."""
    for key, person in view.values.people.items():
        name = " ".join(person)
        if any(sign in DN_SIGNS for sign in name):
            said = _("« %(name)s » : un tel nom est refusé par Windows") % {"name": name}
            hint = _("aucun de ces signes : %(signs)s") % {"signs": " ".join(DN_SIGNS)}
            yield Finding(view.of("personnes", key), said, hint)


def find_leavers_kept(view: View) -> Iterator[Finding]:
    """Who left is not also to be created."""
    directory, people = view.subject.directory, view.values.people
    gone = directory.leaver.person
    for rank, account in enumerate(directory.accounts):
        who = account.person
        if who == gone or (who in people and people[who] == people.get(gone)):
            said = _("« %(name)s » est à la fois à créer et à désactiver")
            path = ("annuaire", "comptes_a_creer", rank, "cle")
            yield Finding(path, said % {"name": who})


def _unknown(
    view: View, patterns: Collection[str], known: Collection[str], said: str, hint: str
) -> Iterator[Finding]:
    names = ", ".join(name for name in known if name not in (".", OWN_SHARE))
    for pattern in patterns:
        for path, name in select(view.subject, pattern):
            if name not in known:
                yield Finding(path, said % {"name": name}, hint % {"names": names})
