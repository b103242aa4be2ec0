"""« Vouliez-vous dire … ? »: the known name nearest to an unknown one."""

from collections.abc import Iterable
from difflib import get_close_matches

from labctl.core.i18n import _

LONGEST = 60


def suggest(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a hint that names the nearest known name, or else lists them all."""
    names = sorted(set(known))
    close = find_nearest(name, names)
    if close:
        return _("vouliez-vous dire « %(name)s » ?") % {"name": close}
    return otherwise % {"names": ", ".join(names)} if otherwise and names else ""


def find_nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that looks most like another, empty when none does."""
    close = get_close_matches(name[:LONGEST], sorted(known), n=1, cutoff=0.6)
    return close[0] if close else ""
