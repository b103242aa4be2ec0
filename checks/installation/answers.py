"""What the answer files of a Windows installation say, of the subject: kinds of Windows use it."""

from checks.installation.demand import LANGUAGES, Installation
from labctl.api import Plan

LOCALES = {number: name for name, number in LANGUAGES.items()}


def answer(plan: Plan) -> dict[str, str]:
    """Return language, keyboard, time zone, least build and version of the master.

    Where the subject says nothing of a Windows, it is a French one, and no version is asked.
    """
    found = plan.find(Installation)
    asked = found.windows if found is not None else None
    if asked is None:
        return {
            **{"language": "fr-FR", "keyboard": "040c:0000040c", "time_zone": "UTC"},
            **{"build_min": "0", "master": ""},
        }
    return {
        "language": LOCALES[asked.language],
        "keyboard": asked.keyboard,
        "time_zone": asked.timezone,
        "build_min": str(asked.build_min),
        "master": asked.master,
    }
