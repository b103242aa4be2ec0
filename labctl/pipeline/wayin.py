"""What a candidate finds behind the port of their bench: machines, texts, the words of the menu."""

import sys
from base64 import b64decode
from collections.abc import Mapping

from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.untrusted import one_line
from labctl.pipeline.access import name_accounts
from labctl.pipeline.folder import ANNEXE_FILE
from labctl.pipeline.lifecycle import budget_of
from labctl.pipeline.order import Order, to_line
from labctl.pipeline.power import list_cut
from labctl.plan.handing import is_given
from labctl.plan.model import Node, Plan
from labctl.providers.base import Doorway, Restarting, WayIn
from labctl.providers.doors.road import keep_environment
from labctl.spec.kind import Kind, load_kind

RESTART_S = 20.0
"""Added to the time of the act: labctl starts, and ends."""
_LONGEST_RESTART_S = 840.0
"""Whatever a provider allows for a whole bench: the menu waits for 900 s."""


def list_given(plan: Plan) -> tuple[Doorway, ...]:
    """Return the machines that the subject gives the candidate, and what is opened in each."""
    return tuple(
        Doorway(node.name, _name(node, kind), kind.login.argv, kind.login.account)
        for node in plan.nodes.values()
        for kind in (load_kind(node.kind),)
        if kind.login is not None and is_given(plan, node)
    )


def build_way_in(order: Order) -> WayIn:
    """Return what the candidate of a bench finds behind its port."""
    plan, (menu, depot) = order.plan, name_accounts(order.bench)
    named = {"bench": order.bench, "depot": depot, "port": order.options["port"]}
    return WayIn(
        menu=menu,
        depot=depot,
        code=order.secrets["code"],
        listen=order.options["address"],
        port=order.options["port"],
        title=_("Banc %(bench)02d") % named,
        about=one_line(plan.title),
        subject=order.options["subject"],
        notices=order.options["notices"],
        files=_list_files(order),
        words=_words(named),
        machines=list_given(plan),
        restart=_restarting(order, plan),
    )


def _list_files(order: Order) -> dict[str, bytes]:
    """Return the files that wait for the candidate, the annexe among them where it is whole."""
    files = {at: b64decode(file) for at, file in order.options["files"].items()}
    annexe = b64decode(order.secrets["annexe"].reveal())
    return {**files, ANNEXE_FILE: annexe} if annexe else files


def _restarting(order: Order, plan: Plan) -> Restarting | None:
    """Return how a candidate restarts the machines that they configure, None when there are none.

    The command is this labctl: it does what an order on its standard input says.
    """
    nodes = {name: plan.nodes[name] for name in list_cut(plan)}
    if not nodes:
        return None
    limit_s = min(budget_of(plan).up_s, _LONGEST_RESTART_S)
    act = Order("restart", order.bench, (plan,), limit_s, options={"nodes": []})
    return Restarting(
        machines={
            NodeName(name): _name(node, load_kind(node.kind)) for name, node in nodes.items()
        },
        argv=(sys.executable, "-P", "-m", "labctl", "serve"),
        environment=keep_environment(),
        order=to_line(act),
        limit_s=limit_s + RESTART_S,
    )


def _name(node: Node, kind: Kind) -> str:
    """Return a machine by its name on paper, and what it is."""
    return f"{node.hostname} — {kind.words or node.name}"


def _words(named: Mapping[str, object]) -> dict[str, object]:
    """Return what the menu says, in the language that is spoken."""
    return {
        "machines": _("Vos machines"),
        "windows": _("Vos fenêtres ouvertes : tapez leur numéro pour y revenir"),
        "watched": _("affichée sur une autre connexion"),
        "no_window": _("Cette fenêtre n'est pas ouverte."),
        "subject": _("lire le sujet"),
        "subject_key": "s",
        "tickets": _("lire les tickets (%d)"),
        "tickets_key": "t",
        "notices": _("lire les notices des machines"),
        "notices_key": "n",
        "restart": _("redémarrer une machine"),
        "restart_key": "r",
        "restart_which": _("Couper le courant de quelle machine ? (Entrée : aucune) "),
        "restart_sure": _(
            "Le courant de %s va être coupé, puis remis : ce qui n'est pas enregistré est perdu, "
            "ses fenêtres se ferment. Tapez « oui » : "
        ),
        "restart_yes": _("oui"),
        "restart_no": _("Rien n'a redémarré."),
        "restart_wait": _("Redémarrage…"),
        "restart_done": _("%s a redémarré."),
        "restart_failed": _("Le redémarrage ne s'est pas fait, ou pas jusqu'au bout : %s"),
        "restart_stale": _(
            "Rien n'a redémarré : labctl a changé depuis que cette entrée a été ouverte. Demandez "
            "au surveillant de la rouvrir, par « labctl access »."
        ),
        "clock": _("%(spent)s écoulées, %(left)s restantes"),
        "clock_over": _("%(spent)s écoulées, le temps est fini depuis %(over)s"),
        "clock_paused": _("(en pause)"),
        "quit": _("quitter (vos fenêtres restent ouvertes)"),
        "quit_key": "q",
        "choice": _("Votre choix : "),
        "more": _("Entrée : la suite   b : l'écran d'avant   q : le menu "),
        "unknown": _("Ce choix n'existe pas : tapez un des numéros ou lettres ci-dessus."),
        "too_many": _(
            "Toutes vos fenêtres de cette machine sont ouvertes : revenez à l'une d'elles."
        ),
        "no_terminal": _("Il faut un terminal : ssh, sans commande."),
        "help": [
            _("Dans une fenêtre, Ctrl-] revient ici sans la fermer ; « exit » la ferme."),
            _("Une fenêtre de plus de la machine 1 : tapez 1+ (quatre fenêtres au plus)."),
            _("Vos fichiers : sftp -P %(port)d %(depot)s@… (même code)") % named,
            _("  ls /sujet, get /modeles/… : ceux qui vous attendent ; put fichier : remettre"),
        ],
    }
