"""Settings of the workstation's main user, read from the user's hive while the session is open."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from checks.desk.people import authority_of, login_of
from labctl.api import (
    Instance,
    NodeName,
    Plan,
    Reading,
    ask,
    ask_registry,
    fact,
    number_or,
    read_keys,
    text_of,
)

SESSION = "Volatile Environment"
DESKTOP = r"Control Panel\Desktop"
BROWSER = r"SOFTWARE\Microsoft\Windows\Shell\Associations\UrlAssociations\https\UserChoice"
PRINTER = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Windows"
TEXT = r"SOFTWARE\Microsoft\Accessibility"
CONTRAST = r"Control Panel\Accessibility\HighContrast"
KEYBOARD = r"Control Panel\Accessibility\Keyboard Response"
COLOURS = r"SOFTWARE\Microsoft\ColorFiltering"
MOUSE = r"Control Panel\Mouse"
DRIVES = "Network"
VALUES: Mapping[str, Mapping[str, str]] = {
    SESSION: {"USERNAME": "string", "USERDOMAIN": "string"},
    DESKTOP: {"WallPaper": "string"},
    BROWSER: {"ProgId": "string"},
    PRINTER: {"Device": "string"},
    TEXT: {"TextScaleFactor": "dword"},
    CONTRAST: {"Flags": "string"},
    KEYBOARD: {"Flags": "string"},
    COLOURS: {"Active": "dword", "FilterType": "dword"},
    MOUSE: {"MouseSensitivity": "string"},
    rf"{DRIVES}\*": {"RemotePath": "string"},
}
"""Keys of a hive, and their values."""
USERS = "S-1-5-21-*[0-9]"
FLAG_ON = 1


@dataclass(frozen=True, slots=True)
class UserSettings:
    """Settings of the main user; ``is_open`` false: no session, and nothing else is known."""

    is_open: bool
    wallpaper: str = ""
    browser: str = ""  # ProgId
    printer: str = ""
    drives: dict[str, str] = field(default_factory=dict)  # letter → \\server\share
    text_pct: int = 100
    high_contrast: bool = False
    filter_keys: bool = False
    colour_filter: int = 0  # 0: none
    mouse_speed: int = 10


@fact(UserSettings, kind="windows")
def from_windows(plan: Plan, at: NodeName) -> Reading[UserSettings]:
    """Read the keys in every hive of a user that is loaded: whose it is, the session says.

    A SID that does not end with a number is the hive of the user's classes (Microsoft, "Registry
    hives").
    """
    answers = yield from ask(
        *(ask_registry(at, "HKU", rf"{USERS}\{key}", values) for key, values in VALUES.items())
    )
    found = dict(zip(VALUES, map(read_keys, answers), strict=True))
    wanted = (login_of(plan).casefold(), authority_of(plan, at).casefold())
    sid = next((_sid(path) for path, key in found[SESSION].items() if _owner(key) == wanted), "")
    if not sid:
        return UserSettings(is_open=False)
    mine = {
        name: {path: key for path, key in keys.items() if _sid(path) == sid}
        for name, keys in found.items()
    }
    return _settings({name: next(iter(keys.values()), {}) for name, keys in mine.items()}, mine)


def _settings(
    key: Mapping[str, Instance], keys: Mapping[str, Mapping[str, Instance]]
) -> UserSettings:
    filtered = number_or(key[COLOURS], "Active", 0)
    return UserSettings(
        is_open=True,
        wallpaper=text_of(key[DESKTOP], "WallPaper"),
        browser=text_of(key[BROWSER], "ProgId"),
        printer=text_of(key[PRINTER], "Device").partition(",")[0],
        drives={
            f"{path.rpartition(chr(92))[2].upper()}:": text_of(drive, "RemotePath")
            for path, drive in keys[rf"{DRIVES}\*"].items()
        },
        text_pct=number_or(key[TEXT], "TextScaleFactor", 100),
        high_contrast=bool(_number(key[CONTRAST], "Flags", 0) & FLAG_ON),
        filter_keys=bool(_number(key[KEYBOARD], "Flags", 0) & FLAG_ON),
        colour_filter=number_or(key[COLOURS], "FilterType", 0) if filtered else 0,
        mouse_speed=_number(key[MOUSE], "MouseSensitivity", 10),
    )


def _number(key: Instance, name: str, default: int) -> int:
    """Return a number that Windows writes as a text."""
    text = text_of(key, name)
    return int(text) if text.isascii() and text.isdigit() else default


def _owner(key: Instance) -> tuple[str, str]:
    return text_of(key, "USERNAME").casefold(), text_of(key, "USERDOMAIN").casefold()


def _sid(path: str) -> str:
    return path.partition("\\")[0]
