"""Password and lock-out policy of the domain."""

from checks.directory.demand import Directory
from checks.directory.facts.objects import DomainPolicy
from labctl.api import Expectation, Match, _, check, require, truth


@check("K-041", asks=Directory, needs=DomainPolicy)
def check_password_policy(asked: Directory, policy: DomainPolicy) -> Match:
    """La stratégie de mots de passe du domaine est celle demandée."""
    wanted = asked.policy
    return require(
        (
            Expectation(_("longueur minimale"), wanted.min_length, policy.min_length),
            Expectation(_("historique des mots de passe"), wanted.history, policy.history),
            Expectation(_("âge maximal en jours"), wanted.max_age_days, policy.max_age_days),
            Expectation(
                _("complexité des mots de passe"),
                wanted.complexity,
                policy.complexity,
                gate=True,
                earns=False,
            ),
        )
    )


@check("K-042", asks=Directory, needs=DomainPolicy)
def check_lockout_policy(asked: Directory, policy: DomainPolicy) -> Match:
    """Le verrouillage des comptes est celui demandé."""
    wanted = asked.policy
    threshold, minutes = policy.lockout_threshold, policy.lockout_minutes
    return require(
        (
            truth(
                _("verrouillage actif"),
                _("les comptes ne sont jamais verrouillés (seuil 0, attendu %(wanted)s)")
                % {"wanted": wanted.lockout.threshold},
                holds=threshold != 0,
                gate=True,
                earns=False,
            ),
            *(
                (
                    Expectation(
                        _("essais avant verrouillage"), wanted.lockout.threshold, threshold
                    ),
                    Expectation(
                        _("durée du verrouillage en minutes"), wanted.lockout.minutes, minutes
                    ),
                )
                if threshold
                else ()
            ),
        )
    )
