"""What lets a candidate in to their bench: the address, the code, the accounts that it opens."""

from dataclasses import asdict, dataclass

from labctl.core.secrets import Secret, derive_code
from labctl.core.store import read_json, write_json
from labctl.pipeline.place import Place, bench_dir
from labctl.pipeline.seed import read_seed
from labctl.reports.printed.document import load_centre

_CODE = "labctl access"
"""What the code is derived under: no secret of a cahier has a space in its name."""
_FILE = "door.json"
_ANYWHERE = ("0.0.0.0", "::")  # noqa: S104  # read, not listened on


def access_code(place: Place, bench: int) -> Secret:
    """Return the code that opens the way in of a bench, derived from the seed of the room."""
    return derive_code(read_seed(place.room.document.seed), f"{bench:02d}", _CODE)


def read_first_port() -> int:
    """Return the port that the centre gives a bench 0: that of a bench is this and its number."""
    return load_centre().first_port


def name_accounts(bench: int) -> tuple[str, str]:
    """Return the accounts that the code of a bench opens: the menu, and what is handed in."""
    return f"banc{bench:02d}", f"depot{bench:02d}"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the way in of a bench listens; ``host`` is empty when it is every address of a host."""

    host: str
    port: int


def note_address(bench: int, listen: str, port: int) -> None:
    """Keep where a way in was opened last, for the annexe that is printed then."""
    host = "" if listen in _ANYWHERE else listen
    write_json(bench_dir(bench) / _FILE, asdict(Address(host, port)))


def read_address(bench: int) -> Address | None:
    """Return where the way in of a bench was opened last, None before it was."""
    path = bench_dir(bench) / _FILE
    found = read_json(path) if path.exists() else None
    return Address(str(found["host"]), int(found["port"])) if isinstance(found, dict) else None
