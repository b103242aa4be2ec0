"""Reasons of « non vérifiable » in words."""

from labctl.core.i18n import _
from labctl.core.verdict import Reason


def reason_in_words(reason: Reason) -> str:
    """Return a reason as a jury reads it."""
    return {
        Reason.UNREACHABLE: _("machine injoignable"),
        Reason.TIMEOUT: _("pas de réponse à temps"),
        Reason.OUTPUT_LIMIT: _("trop de données reçues"),
        Reason.NO_EXIT_STATUS: _("commande interrompue"),
        Reason.PROTOCOL: _("réponse incomprise"),
        Reason.TAMPER: _("preuve altérée"),
        Reason.SPEC: _("contrôle défectueux"),
        Reason.DEPENDENCY: _("dépendance non vérifiable"),
    }[reason]
