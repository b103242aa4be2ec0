"""What a directory admits: names, people and units that exist, logins that differ."""

from collections.abc import Iterator

from checks.directory.computers import find_long_computers
from checks.directory.demand import Directory
from checks.directory.taken import IDENTIFIERS, NETBIOS
from checks.directory.unknown import find_unknown_group, find_unknown_ou, find_unknown_person
from labctl.api import (
    SIMULATED_INTERNET,
    Remark,
    View,
    _,
    alike,
    is_host_name,
    judge_name,
    rule,
)

NETBIOS_MAX, LOGIN_MAX, DOMAIN_MAX = 15, 20, 64
ACCOUNT_SIGNS = '"/\\[]:;|=,+*?<>@'
DN_SIGNS = '"\\,=+<>#;'
"""What has a meaning of its own in the name of an entry (RFC 4514)."""
NO_DNS = {
    "local": "RFC 6762",
    "localhost": "RFC 6761",
    "invalid": "RFC 6761",
    "onion": "RFC 7686",
    "alt": "RFC 9476",
}
"""Last parts of names that machines do not look for in the DNS, and who says so."""
NOBODYS = ("test", "example", "internal", "intranet", "private", "corp", "home", "lan")
"""Those of names that nobody has on the Internet: RFC 6761, ICANN for internal, RFC 6762 (G)."""


@rule("nom-trop-long", reads=Directory, sections=("machines",))
def find_long_computer(asked: Directory, view: View) -> Iterator[Remark]:
    """A controller has a name that fits in NetBIOS."""
    yield from find_long_computers(view, (asked.on,))


@rule("nom-trop-long", reads=Directory)
def find_long_names(asked: Directory, _view: View) -> Iterator[Remark]:
    """Names fit in NetBIOS, and in what a domain may be called."""
    limits = (
        ("netbios", asked.netbios, NETBIOS_MAX),
        ("domain", asked.domain, DOMAIN_MAX),
    )
    for field, name, limit in limits:
        if len(name) > limit:
            said = _("le nom « %(name)s » a %(length)d caractères : %(max)d au plus")
            yield Remark(asked, field, said % {"name": name, "length": len(name), "max": limit})


@rule("nom-incorrect", reads=Directory, sections=("machines",))
def find_machines_called_as_the_domain(asked: Directory, view: View) -> Iterator[Remark]:
    """No machine has the NetBIOS name of the domain."""
    for machine in view.subject.machines.values():
        if alike(machine.name) == alike(asked.netbios):
            said = _("« %(name)s » est aussi le nom NetBIOS du domaine")
            yield Remark(machine, "name", said % {"name": machine.name})


@rule("nom-incorrect", reads=Directory)
def find_bad_netbios(asked: Directory, _view: View) -> Iterator[Remark]:
    """The name of the domain is one that Windows takes."""
    name = asked.netbios
    if not is_host_name(name):
        said = _("« %(name)s » n'est pas un nom NetBIOS") % {"name": name}
        hint = _("lettres sans accent, chiffres et tirets ; pas seulement des chiffres")
        yield Remark(asked, "netbios", said, hint)
    for message, hint in judge_name(name, taken=NETBIOS):
        yield Remark(asked, "netbios", message, hint)


@rule("domaine-incorrect", reads=Directory)
def find_bad_domains(asked: Directory, _view: View) -> Iterator[Remark]:
    """The name of the domain is looked for in the DNS, and is nobody else's.

    Microsoft advises a part of a name that one has registered, ``ad.moana.pf``: it is admitted.
    """
    name, netbios = asked.domain, asked.netbios
    last = name.rpartition(".")[2]
    hint = _("prenez un nom en .test (RFC 6761), comme %(name)s.test") % {"name": netbios.lower()}
    if last in NO_DNS:
        said = _("« %(name)s » : un nom en .%(last)s ne se cherche pas dans le DNS (%(source)s)")
        values = {"name": name, "last": last, "source": NO_DNS[last]}
        yield Remark(asked, "domain", said % values, hint)
    elif f".{name}".endswith(f".{SIMULATED_INTERNET}"):
        said = _("« %(name)s » est réservé à labctl, qui y met son Internet simulé")
        yield Remark(asked, "domain", said % {"name": name}, hint)
    elif name.count(".") == 1 and last not in NOBODYS:
        said = _("« %(name)s » peut être le nom de quelqu'un sur Internet") % {"name": name}
        more = _("ou, si le client possède ce nom, une partie comme ad.%(name)s") % {"name": name}
        yield Remark(asked, "domain", said, f"{hint} ; {more}")


@rule("nom-incorrect", reads=Directory)
def find_bad_entries(asked: Directory, _view: View) -> Iterator[Remark]:
    """Accounts, groups and units have names that a directory admits."""
    for group in asked.groups:
        for message, hint in judge_name(group.name, ACCOUNT_SIGNS, IDENTIFIERS):
            yield Remark(group, "name", message, hint)
    for account in asked.service_accounts:
        for message, hint in judge_name(account.name, f"{ACCOUNT_SIGNS}$ ", IDENTIFIERS):
            yield Remark(account, "name", message, hint)
    for rank, unit in enumerate(asked.ous):
        for message, hint in judge_name(unit, DN_SIGNS):
            yield Remark(asked, "ous", message, hint, inside=(rank,))


@rule("nom-incorrect", reads=Directory)
def find_bad_people(asked: Directory, _view: View) -> Iterator[Remark]:
    """Names of people are such that a directory can hold them."""
    for person, names in asked.names.items():
        name = " ".join(names)
        if any(sign in DN_SIGNS for sign in name):
            said = _("« %(name)s » : un tel nom est refusé par Windows") % {"name": name}
            hint = _("aucun de ces signes : %(signs)s") % {"signs": " ".join(DN_SIGNS)}
            yield Remark(asked, "names", said, hint, inside=(person,))


@rule("personne-inconnue", reads=Directory)
def find_unknown_people(asked: Directory, _view: View) -> Iterator[Remark]:
    """Every person who gets or loses an account is one of the company."""
    for account in asked.accounts:
        yield from find_unknown_person(asked, account, "person", account.person)
    yield from find_unknown_person(asked, asked.departure, "person", asked.departure.person)


@rule("ou-inconnue", reads=Directory)
def find_unknown_ous(asked: Directory, _view: View) -> Iterator[Remark]:
    """Every unit named is to be created."""
    for account in asked.accounts:
        yield from find_unknown_ou(asked, account, "ou", account.ou)
    for service in asked.service_accounts:
        yield from find_unknown_ou(asked, service, "ou", service.ou)
    yield from find_unknown_ou(asked, asked.departure, "move_to", asked.departure.move_to)


@rule("groupe-inconnu", reads=Directory)
def find_unknown_groups(asked: Directory, _view: View) -> Iterator[Remark]:
    """Every group of an account is to be created."""
    for account in asked.accounts:
        for rank, name in enumerate(account.groups):
            yield from find_unknown_group(asked, account, "groups", name, inside=(rank,))


@rule("login-double", reads=Directory)
def find_double_logins(asked: Directory, _view: View) -> Iterator[Remark]:
    """No two people have the same login, no group nor service account that of a person."""
    owners: dict[str, tuple[str, str]] = {}
    taken = _("l'identifiant « %(login)s » est déjà celui de %(other)s")
    for key, person in asked.names.items():
        login = asked.logins[key]
        if owners.setdefault(login, person) != person:
            said = _("l'identifiant « %(login)s » de %(name)s est déjà celui de %(other)s")
            values = {
                "login": login,
                "name": " ".join(person),
                "other": " ".join(owners[login]),
            }
            yield Remark(asked, "names", said % values, inside=(key,))
    known = {login: " ".join(person) for login, person in owners.items()}
    for entries in (asked.service_accounts, asked.groups):
        for entry in entries:
            if alike(entry.name) in known:
                values = {"login": entry.name, "other": known[alike(entry.name)]}
                yield Remark(entry, "name", taken % values)
        known |= {alike(entry.name): entry.name for entry in entries}


@rule("login-double", reads=Directory)
def find_namesakes(asked: Directory, _view: View) -> Iterator[Remark]:
    """No two entries have the same name: « Jean Paul » + « Martin »."""
    first: dict[str, str] = {}
    for key, person in asked.names.items():
        other = first.setdefault(alike(" ".join(person)), key)
        if asked.names[other] != person and asked.logins[other] != asked.logins[key]:
            said = _("« %(name)s » est déjà le nom complet d'une autre personne")
            yield Remark(asked, "names", said % {"name": " ".join(person)}, inside=(key,))


@rule("login-incorrect", reads=Directory)
def find_bad_logins(asked: Directory, _view: View) -> Iterator[Remark]:
    """Every name gives a login, of twenty characters at most."""
    for key, person in asked.names.items():
        login = asked.logins[key]
        values = {"login": login, "name": " ".join(person), "max": LOGIN_MAX}
        if len(login) > LOGIN_MAX:
            said = _("l'identifiant « %(login)s » de %(name)s dépasse %(max)d caractères")
            yield Remark(asked, "names", said % values, inside=(key,))
        if login in IDENTIFIERS:
            said = _("l'identifiant « %(login)s » de %(name)s existe déjà dans tout annuaire")
            yield Remark(asked, "names", said % values, inside=(key,))
        if len(login) < 2:
            said = _("le nom « %(name)s » ne donne pas d'identifiant")
            yield Remark(asked, "names", said % values, inside=(key,))


@rule("upn-autre", reads=Directory)
def find_other_upns(asked: Directory, _view: View) -> Iterator[Remark]:
    """The form of UPNs is the one that accounts are judged by."""
    wanted = f"prenom.nom@{asked.domain}"
    if asked.upn_format != wanted:
        said = _("les UPN suivent « %(form)s », qui est ce que labctl contrôle")
        yield Remark(asked, "upn_format", said % {"form": wanted})


@rule("depart-contradictoire", reads=Directory)
def find_leavers_kept(asked: Directory, _view: View) -> Iterator[Remark]:
    """Who left is not also to be created."""
    gone = asked.departure.person
    for account in asked.accounts:
        who = account.person
        if who == gone or (who in asked.names and asked.names[who] == asked.names.get(gone)):
            said = _("« %(name)s » est à la fois à créer et à désactiver")
            yield Remark(account, "person", said % {"name": who})
