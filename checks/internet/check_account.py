"""Who opens the administration page of a router: the factory's account, the subject's password."""

from checks.device_admin.demand import PAGE, Administration
from checks.internet.facts.login import Login, asked_of
from labctl.api import Match, NotAsked, Undecided, _, check, denial, require, truth

UNAUTHORIZED, SHOWN = 401, 200


@check("K-096", asks=Administration, needs=Login, each=asked_of, face=PAGE, after=("K-095",))
def check_accounts(asked: Administration, found: Login) -> Match:
    """Le mot de passe d'usine n'ouvre plus l'administration ; celui du sujet l'ouvre."""
    if asked.page is None:
        raise NotAsked(_("le sujet ne le demande pas"))
    if found.anonymous not in (UNAUTHORIZED, SHOWN) or found.factory not in (UNAUTHORIZED, SHOWN):
        raise Undecided(_("la page d'administration ne dit pas qui elle laisse entrer"))
    statuses = found.tried.get(asked.page.password, ())
    told = require(
        (
            truth(
                _("mot de passe demandé"),
                _("l'administration s'ouvre sans mot de passe"),
                holds=found.anonymous == UNAUTHORIZED,
                gate=True,
            ),
            denial(
                _("mot de passe d'usine admis"),
                _("l'administration s'ouvre avec le mot de passe d'usine"),
                found=found.factory == SHOWN,
            ),
            truth(
                _("mot de passe du sujet admis"),
                _("l'administration ne s'ouvre pas avec le mot de passe du sujet"),
                holds=SHOWN in statuses or not statuses or not set(statuses) <= {UNAUTHORIZED},
            ),
        ),
        partial=False,
    )
    if SHOWN not in statuses:
        raise Undecided(
            _("aucun compte de la page n'a pu être essayé avec le mot de passe du sujet")
        )
    return told
