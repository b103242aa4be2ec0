"""What the tables of a plan say of the directory."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from labctl.api import Handed, Plan, Table, _


def tables(asked: Directory, _plan: Plan) -> Iterator[Table]:
    """Yield the accounts, and the rules of the domain."""
    columns = (_("Personne"), _("Identifiant"), _("UPN"), _("OU"), _("Groupes"), _("Attendu"))
    rows = [
        (p.display_name, p.login, p.upn, p.ou, ", ".join(sorted(p.groups)), _("créé"))
        for p in asked.people
    ]
    gone, place = asked.leaver, asked.departure.move_to
    rows.append((gone.display_name, gone.login, gone.upn, place, "—", _("désactivé")))
    for service in sorted(asked.service_accounts, key=lambda one: one.name):
        rows.append((_("compte de service"), service.name, "—", service.ou, "—", _("créé")))
    yield Table(_("Comptes de l'annuaire"), columns, tuple(rows))
    yield Table(_("Règles du domaine"), (_("Quoi"), _("Valeur")), _list_rules(asked))


def _list_rules(asked: Directory) -> tuple[tuple[str, ...], ...]:
    policy, lockout = asked.policy, asked.policy.lockout
    lock = _("%(count)d essais, %(minutes)d min")
    return (
        (_("Nom NetBIOS"), asked.netbios),
        (_("Longueur des mots de passe"), str(policy.min_length)),
        (_("Historique, âge maximal"), f"{policy.history}, {policy.max_age_days} j"),
        (_("Verrouillage"), lock % {"count": lockout.threshold, "minutes": lockout.minutes}),
    )


def handed(asked: Directory, plan: Plan) -> Iterator[Handed]:
    """Yield the passwords of the accounts to create, of people alone where they are delivered.

    The topic that works with a service account hands its password over then.
    """
    is_given = Directory.topic in plan.delivered.topics
    if asked.initial_password.value:
        what = "Comptes des personnes, mot de passe provisoire"
        yield Handed(what, "", asked.initial_password.value)
    for one in asked.service_accounts:
        if one.password and not is_given:
            yield Handed("Compte de service", one.name, one.password)
