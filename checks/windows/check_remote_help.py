"""The user was helped from afar, and agreed to it."""

from labctl.core.check import check
from labctl.core.expect import Undecided, say
from labctl.core.i18n import _
from labctl.core.kind import WITH_CIM
from labctl.core.verdict import Match, Mismatch
from labctl.plan.model import Plan
from labctl.probes.windows.hardening import Hardening
from labctl.probes.windows.remote_help import RemoteHelp

WITHOUT_CONSENT = frozenset({2, 4})
"""Values of the Shadow policy that let somebody watch a session without asking."""


@check("K-120", criterion="9.4", needs=(Hardening, RemoteHelp), kinds=WITH_CIM, weight=2)
def check_remote_help(plan: Plan, hardening: Hardening, help_given: RemoteHelp) -> Match:
    """Une prise en main à distance a eu lieu, avec le consentement de l'utilisateur."""
    if plan.windows.use.consent and hardening.shadow in WITHOUT_CONSENT:
        raise Mismatch(
            _("une session peut être prise en main sans l'accord de l'utilisateur (Shadow = %(n)d)")
            % {"n": hardening.shadow},
            expected=_("l'accord de l'utilisateur est demandé"),
        )
    if not help_given.logs:
        raise Undecided(
            _(
                "aucun journal d'Assistance à distance ; le Bureau à distance et VNC n'en laissent"
                " pas : à demander au candidat"
            )
        )
    return Match(_("une prise en main, avec accord"), say(help_given.logs))
