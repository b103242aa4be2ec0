"""The verbs of the command; each is a module of this package, imported when used."""

from labctl.core.i18n import _


def summaries() -> dict[str, str]:
    """Return each verb with its one-line summary, in the order in which a newcomer meets them."""
    return {
        "doctor": _("dire si cette machine peut porter des bancs"),
        "validate": _("vérifier cahiers des charges et salles, sans rien toucher"),
        "plan": _("montrer l'adressage, les ports et les valeurs attendues d'un banc"),
        "images": _("construire, lister ou élaguer les couches des machines"),
        "up": _("construire des bancs"),
        "status": _("dire l'état des bancs"),
        "connect": _("ouvrir la console d'une machine"),
        "solve": _("appliquer le corrigé"),
        "collect": _("relever les faits, sans juger"),
        "grade": _("relever et juger"),
        "report": _("écrire les rapports d'un relevé"),
        "reset": _("remettre des bancs à neuf, et le prouver"),
        "down": _("démonter des bancs"),
        "prove": _("prouver que chaque contrôle discrimine"),
        "schema": _("écrire le schéma JSON du cahier ou de la salle"),
        "completion": _("écrire la complétion du shell"),
    }
