"""How a bench is named to those who read of it."""

from labctl.core.i18n import _


def name_bench(bench: int, *, is_simulated: bool) -> str:
    """Return the number of a bench, and that its workstation is a simulation where it is one."""
    number = f"{bench:02d}"
    if not is_simulated:
        return number
    said = _("poste simulé")
    return f"{number} ({said})"
