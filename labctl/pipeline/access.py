"""The code that lets a candidate in to their bench, and the accounts that it opens."""

from labctl.core.secrets import Secret, derive_code
from labctl.pipeline.place import Place
from labctl.pipeline.seed import read_seed

_CODE = "labctl access"
"""What the code is derived under: no secret of a cahier has a space in its name."""


def access_code(place: Place, bench: int) -> Secret:
    """Return the code that opens the way in of a bench, derived from the seed of the room."""
    return derive_code(read_seed(place.room.document.seed), f"{bench:02d}", _CODE)


def name_accounts(bench: int) -> tuple[str, str]:
    """Return the accounts that the code of a bench opens: the menu, and what is handed in."""
    return f"banc{bench:02d}", f"depot{bench:02d}"
