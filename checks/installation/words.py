"""What a subject says of the system of a machine: what it is on this bench decides."""

from checks.installation.demand import LANGUAGES, Installation, Windows
from labctl.api import Plan

_METHODS = {"iso": "depuis l'ISO fournie", "master": "par le master du centre"}
_LANGUAGES = {"fr-FR": "français (France)", "en-US": "anglais (États-Unis)"}


def fields(asked: Installation, plan: Plan) -> dict[str, object]:
    """Return which system the machines have here, and its words."""
    nodes = [plan.nodes[name] for name in asked.on]
    faces = {face for node in nodes for face in node.faces}
    windows = asked.windows if "windows" in faces else None
    real = any("windows" in node.faces and not node.is_simulated for node in nodes)
    return {
        "is_installed": windows is not None and real,
        "of_windows": windows is not None,
        "of_linux": asked.linux is not None and "linux" in faces,
        **(_tell(windows) if windows else {}),
    }


def _tell(windows: Windows) -> dict[str, object]:
    languages = {lcid: name for name, lcid in LANGUAGES.items()}
    language = _LANGUAGES[languages[windows.language]]
    return {
        "methods": " ou ".join(_METHODS[name] for name in sorted(windows.methods)),
        "language": language,
        "keyboard": language if windows.layout == f"{windows.language:08x}" else windows.keyboard,
    }
