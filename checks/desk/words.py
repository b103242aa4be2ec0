"""What the picture of a plan says of a machine: who works at it."""

from collections.abc import Iterator
from pathlib import PureWindowsPath
from urllib.parse import urlsplit

from checks.desk.demand import COLOUR_FILTERS, POWER_PLANS, Comfort, Personalisation
from checks.desk.people import list_drives, login_of
from checks.directory.demand import Directory
from checks.intranet.demand import Intranet
from labctl.api import Given, Note, Plan


def notes(asked: Personalisation, plan: Plan) -> Iterator[Note]:
    """Yield who works at each machine."""
    for machine in asked.on:
        yield Note(machine, login_of(plan))


def given(asked: Personalisation, plan: Plan) -> Iterator[Given]:
    """Yield the wallpaper, under its name, where one is asked for and it may be a PNG."""
    wallpaper = PureWindowsPath(asked.wallpaper)
    shows = any("windows" in plan.nodes[name].faces for name in asked.on)
    if shows and wallpaper.suffix.casefold() == ".png":
        yield Given(f"fichiers/{wallpaper.name}", file="fond.png")


_PLANS = {"equilibre": "équilibré", "performances": "performances élevées", "economie": "économie"}


def fields(asked: Personalisation, plan: Plan) -> dict[str, object]:
    """Return who the main user is, and what was ordered for them, in words."""
    directory, login = plan.find(Directory), login_of(plan)
    name = directory.person(asked.user).display_name if directory else login
    guids = {guid: name for name, guid in POWER_PLANS.items()}
    return {
        "user": {"name": name, "login": login},
        "drives": list_drives(plan),
        "power_plan": _PLANS[guids[asked.power_plan]],
        "is_verified": is_verified(asked, plan),
        "comfort": " ; ".join(_tell_comfort(asked.comfort)) or "rien",
    }


def is_verified(asked: Personalisation, plan: Plan) -> bool:
    """Tell whether the home page is that of the intranet, under the internal authority."""
    intranet = plan.find(Intranet)
    return (
        intranet is not None
        and urlsplit(asked.home_page).hostname == intranet.host
        and intranet.certificate == "autorite_interne"
    )


def _tell_comfort(comfort: Comfort) -> Iterator[str]:
    filters = {number: name for name, number in COLOUR_FILTERS.items()}
    if comfort.text_pct:
        yield f"taille du texte à {comfort.text_pct} %"
    if comfort.high_contrast:
        yield "thème à contraste élevé"
    if comfort.filter_keys:
        yield "touches filtres actives"
    if comfort.mouse_speed:
        yield f"vitesse de la souris {comfort.mouse_speed} (de 1 à 20)"
    if comfort.colour_filter:
        yield f"filtre de couleurs : {filters[comfort.colour_filter]}"
