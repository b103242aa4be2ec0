"""The main user finds the desk that was ordered: browser, wallpaper, drives, printer, comfort."""

from collections.abc import Iterator
from pathlib import PureWindowsPath

from checks.desk.demand import Comfort, Personalisation
from checks.desk.facts.desk import Desk
from checks.desk.facts.user_settings import UserSettings
from checks.desk.people import list_drives, login_of
from checks.group_policy.demand import Policies
from checks.group_policy.facts.links import GpoLinks
from checks.shares.demand import Shares
from checks.software.demand import Programs
from labctl.api import (
    Expectation,
    Match,
    Plan,
    Undecided,
    _,
    check,
    require,
    truth,
)


@check(
    "K-032",
    asks=(Personalisation, Plan),
    needs=(UserSettings, Desk),
    after=("K-037",),
    each="on",
    face="windows",
    ended_by_cut=True,
)
def check_personalisation(
    asked: Personalisation, plan: Plan, user: UserSettings, desk: Desk
) -> Match:
    """Le navigateur, la page d'accueil, le fond d'écran et l'alimentation sont ceux demandés."""
    _need_session(plan, user)
    is_copy = _may_be_copy(asked.wallpaper, user.wallpaper)
    wallpapers = asked.wallpaper.casefold(), user.wallpaper.casefold()
    points = [
        *([] if is_copy else [Expectation(_("fond d'écran"), *wallpapers)]),
        Expectation(_("mode d'alimentation"), asked.power_plan, desk.power_plan, earns=False),
    ]
    programs = plan.find(Programs)
    if programs and programs.browser:
        points.append(
            truth(
                _("navigateur demandé par défaut"),
                _("le navigateur par défaut est %(found)s, pas celui demandé")
                % {"found": user.browser or _("celui de Windows")},
                holds=user.browser.startswith(programs.browser),
            )
        )
    if desk.home_page:
        points.append(
            Expectation(
                _("page d'accueil"), asked.home_page.rstrip("/"), desk.home_page.rstrip("/")
            )
        )
    told = require(points)
    doubts = []
    if is_copy:
        doubts.append(
            _("le fond d'écran est une image de ce nom, d'un autre dossier : à voir à l'écran")
        )
    if not desk.home_page:
        doubts.append(_("aucune stratégie n'impose la page d'accueil : à voir à l'écran"))
    if doubts:
        raise Undecided(_(" ; ").join(doubts))
    return told


def _may_be_copy(wanted: str, found: str) -> bool:
    """Tell whether a picture may be a copy of another one, which Windows shows from elsewhere.

    The application Photos keeps a copy of the same name of a picture that is set as the wallpaper.
    """
    first, second = PureWindowsPath(wanted), PureWindowsPath(found)
    return first != second and first.name.casefold() == second.name.casefold()


@check(
    "K-033",
    asks=(Personalisation, Plan),
    needs=UserSettings,
    after=("K-037",),
    each="on",
    face="windows",
    ended_by_cut=True,
)
def check_comfort(asked: Personalisation, plan: Plan, user: UserSettings) -> Match:
    """L'affichage et la saisie sont adaptés au besoin de l'utilisateur."""
    _need_session(plan, user)
    return require(_comfort(asked.comfort, user))


def _comfort(asked: Comfort, user: UserSettings) -> Iterator[Expectation]:
    if asked.text_pct:
        yield Expectation(_("taille du texte, en %"), asked.text_pct, user.text_pct)
    if asked.high_contrast:
        yield Expectation(_("contraste élevé"), asked.high_contrast, user.high_contrast)
    if asked.filter_keys:
        yield Expectation(_("touches filtres"), asked.filter_keys, user.filter_keys)
    if asked.mouse_speed:
        yield Expectation(_("vitesse de la souris"), asked.mouse_speed, user.mouse_speed)
    if asked.colour_filter:
        yield Expectation(_("filtre de couleur"), asked.colour_filter, user.colour_filter)


@check(
    "K-038",
    asks=(Personalisation, Plan),
    needs=UserSettings,
    witnesses=(GpoLinks,),
    after=("K-037",),
    each="on",
    face="windows",
    ended_by_cut=True,
)
def check_drives(
    _asked: Personalisation, plan: Plan, user: UserSettings, links: GpoLinks | None
) -> Match:
    """Les lecteurs réseau de l'utilisateur mènent aux partages demandés."""
    _need_session(plan, user)
    server = plan.nodes[plan.demand(Shares).on].hostname
    wanted = {
        letter: rf"\\{server}\{share}" for letter, share in list_drives(plan).items() if share
    }
    mapped = _list_mapped(plan, links)
    unsure = sorted(letter for letter in wanted if letter not in user.drives and letter in mapped)
    points = [
        Expectation(
            _("lecteur %(letter)s") % {"letter": letter.rstrip(":")},
            path.casefold(),
            _without_domain(plan, user.drives.get(letter, "")),
        )
        for letter, path in sorted(wanted.items())
        if letter not in unsure
    ]
    if unsure:
        if points:
            require(points)
        raise Undecided(
            _("%(letters)s : une stratégie les connecte peut-être à l'ouverture de session")
            % {"letters": ", ".join(unsure)}
        )
    return require(points)


def _without_domain(plan: Plan, path: str) -> str:
    return path.casefold().replace(f".{plan.domain.casefold()}\\", "\\", 1)


def _list_mapped(plan: Plan, links: GpoLinks | None) -> frozenset[str]:
    """Return the drives that a linked policy may map: the hive does not keep them."""
    linked = None if links is None else {link.gpo for link in links.links}
    policies = plan.find(Policies)
    meant = (
        [gpo for gpo in policies.gpos if linked is None or gpo.name in linked] if policies else ()
    )
    return frozenset(letter for gpo in meant for letter in gpo.rules.drives)


@check(
    "K-039",
    asks=(Personalisation, Plan),
    needs=(UserSettings, Desk),
    after=("K-037",),
    each="on",
    face="windows",
    ended_by_cut=True,
)
def check_default_printer(
    asked: Personalisation, plan: Plan, user: UserSettings, desk: Desk
) -> Match:
    """L'imprimante par défaut de l'utilisateur est celle demandée."""
    _need_session(plan, user)
    wanted = asked.printer
    return require(
        (
            Expectation(
                _("imprimante par défaut"),
                wanted.casefold(),
                user.printer.rpartition("\\")[2].casefold(),
                gate=True,
            ),
            truth(
                _("imprimante en ligne"),
                _("l'imprimante %(name)s est hors connexion") % {"name": user.printer},
                holds=desk.printers.get(user.printer, True),
            ),
        )
    )


def _need_session(plan: Plan, user: UserSettings) -> None:
    if not user.is_open:
        raise Undecided(
            _("%(user)s n'a pas de session ouverte : ses réglages ne peuvent être lus")
            % {"user": login_of(plan)}
        )
