"""The user was helped from afar, and agreed to it."""

from checks.hardening.facts.hardening import Hardening
from checks.remote_help.demand import RemoteSupport
from checks.remote_help.facts import CONSENTS, RemoteHelp, RemoteSession
from labctl.api import Match, Mismatch, Undecided, _, check, moment, say

WITH_CONSENT, WITHOUT_CONSENT = frozenset({1, 3}), frozenset({2, 4})
"""Values of the Shadow policy: somebody may watch a session when its user agrees, or unasked."""
SHOWN = 3


@check(
    "K-120",
    asks=RemoteSupport,
    needs=(Hardening, RemoteHelp),
    each="on",
    face="windows",
)
def check_remote_help(asked: RemoteSupport, hardening: Hardening, help_given: RemoteHelp) -> Match:
    """Une prise en main à distance a eu lieu, avec le consentement de l'utilisateur."""
    shadow = f"Shadow = {hardening.shadow}"
    if asked.consent and hardening.shadow in WITHOUT_CONSENT:
        raise Mismatch(
            _("une session peut être prise en main sans l'accord de l'utilisateur (%(shadow)s)")
            % {"shadow": shadow},
            expected=_("l'accord de l'utilisateur est demandé (Shadow = 1 ou 3)"),
            found=shadow,
        )
    if not help_given.logs and not help_given.sessions:
        raise Undecided(_no_trace(help_given))
    if asked.consent and hardening.shadow not in WITH_CONSENT:
        raise Undecided(
            _("aucune session ne peut être observée (%(shadow)s) : à voir avec le candidat")
            % {"shadow": shadow}
        )
    if asked.consent and not _has_consent(help_given):
        raise Undecided(
            _("une session est venue d'ailleurs, sans trace d'un accord : à voir avec le candidat")
        )
    traces = (*sorted(help_given.logs), *map(_say, help_given.sessions[:SHOWN]))
    return Match(_("une prise en main, avec accord"), say(traces))


def _has_consent(help_given: RemoteHelp) -> bool:
    """Tell whether a user agreed: Remote Assistance, which keeps a log, begins with a question.

    A session that somebody opens with Remote Desktop asks nobody.
    """
    return bool(help_given.logs) or any(one.event in CONSENTS for one in help_given.sessions)


def _no_trace(help_given: RemoteHelp) -> str:
    if help_given.problem:
        return _("les sessions venues d'ailleurs n'ont pas pu être lues : %(problem)s") % {
            "problem": help_given.problem
        }
    return _(
        "aucune trace d'Assistance ni de Bureau à distance depuis l'installation ; VNC n'en laisse"
        " pas : à demander au candidat"
    )


def _say(session: RemoteSession) -> str:
    what = _("accord donné") if session.event in CONSENTS else _("session venue de %(address)s")
    values = {
        "what": what % {"address": session.address},
        "event": session.event,
        "at": moment(session.at),
    }
    return _("%(what)s (évènement %(event)d, %(at)s)") % values
