"""Jinja filter: the settings of the user, told by the simulated Windows or given to a real one."""

from typing import Any

Document = dict[str, Any]
HIVE = "S-1-5-21-1-2-3-1105"
PROFILES = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList"
HOME_PAGES = {
    "FirefoxURL": ("SOFTWARE\\Policies\\Mozilla\\Firefox\\Homepage", "URL"),
    "ChromeHTML": ("SOFTWARE\\Policies\\Google\\Chrome", "HomepageLocation"),
    "MSEdgeHTM": ("SOFTWARE\\Policies\\Microsoft\\Edge", "HomepageLocation"),
}
OWN_SHARE = "service_de_l_utilisateur"
OF_WINDOWS = ("Volatile Environment", "SOFTWARE\\Microsoft\\Windows\\Shell\\Associations")
"""Keys of a user that Windows alone writes."""
BESIDE: dict[str, Document] = {
    "Network\\": {
        "ConnectionType": 1,
        "DeferFlags": 4,
        "ProviderName": "Microsoft Windows Network",
        "ProviderType": 0x20000,
        "UserName": 0,
    },
    "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Windows": {"LegacyDefaultPrinterMode": 1},
}
"""What a real Windows wants beside: a drive that comes back, a printer that stays the default."""


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    personal = plan["demands"]["desk"]
    identifier = f"Microsoft:PowerPlan\\{{{personal['power_plan']}}}"
    chosen = {"ElementName": "Mode demandé", "InstanceID": identifier, "IsActive": True}
    home = windows_home_page(plan["demands"]["software"]["browser"])
    login = plan["demands"]["directory"]["logins"][personal["user"]]
    machine = {f"{PROFILES}\\{HIVE}": {"ProfileImagePath": f"C:\\Users\\{login}"}}
    if home:
        machine[home["key"]] = {home["name"]: personal["home_page"]}
    user = {f"{HIVE}\\{key}": values for key, values in _user(plan, personal).items()}
    return {
        "namespaces": {"root/cimv2/power": {"Win32_PowerPlan": [chosen]}},
        "registry": {"HKLM": machine, "HKU": user},
    }


def _user(plan: Document, personal: Document) -> Document:
    comfort, directory = personal["comfort"], plan["demands"]["directory"]
    software = "SOFTWARE\\Microsoft"
    choice = "Windows\\Shell\\Associations\\UrlAssociations\\https\\UserChoice"
    panel = "Control Panel"
    keys: Document = {
        "Volatile Environment": {
            "USERDOMAIN": directory["netbios"],
            "USERNAME": directory["logins"][plan["demands"]["desk"]["user"]],
        },
        f"{panel}\\Desktop": {"WallPaper": personal["wallpaper"]},
        f"{software}\\{choice}": {
            "ProgId": f"{plan['demands']['software']['browser']}-308046B0AF4A39CB"
        },
        f"{software}\\Windows NT\\CurrentVersion\\Windows": {
            "Device": f"{personal['printer']},winspool,Ne00:"
        },
        f"{software}\\Accessibility": {"TextScaleFactor": comfort["text_pct"] or 100},
        f"{panel}\\Accessibility\\HighContrast": {
            "Flags": "127" if comfort["high_contrast"] else "126"
        },
        f"{panel}\\Accessibility\\Keyboard Response": {
            "Flags": "127" if comfort["filter_keys"] else "126"
        },
        f"{software}\\ColorFiltering": {
            "Active": int(bool(comfort["colour_filter"])),
            "FilterType": comfort["colour_filter"],
        },
        f"{panel}\\Mouse": {"MouseSensitivity": str(comfort["mouse_speed"] or 10)},
    }
    server = plan["nodes"][plan["demands"]["shares"]["on"]]["hostname"]
    for letter, name in personal["drives"].items():
        share = _find_own_share(plan) if name == OWN_SHARE else name
        keys[f"Network\\{letter[0]}"] = {"RemotePath": f"\\\\{server}\\{share}"}
    return keys


def _find_own_share(plan: Document) -> str:
    """Return the share of the main user's service: the one that fewest others write."""
    directory, user = plan["demands"]["directory"], plan["demands"]["desk"]["user"]
    login = directory["logins"][user]
    groups = {
        name for one in directory["people"] if one["login"] == login for name in one["groups"]
    }
    shares = plan["demands"]["shares"]["shares"]
    written = [share for share in shares if groups & set(share["read_write"])]
    return str(min(written, key=lambda share: len(share["read_write"]))["name"])


def windows_user_registry(plan: Document) -> list[Document]:
    """Return the same settings of the user for a real Windows: one value at a time."""
    written: list[Document] = []
    for key, values in _user(plan, plan["demands"]["desk"]).items():
        if key.startswith(OF_WINDOWS):
            continue
        more = next((more for start, more in BESIDE.items() if key.startswith(start)), {})
        written += [_value(key, name, value) for name, value in {**values, **more}.items()]
    return written


def _value(key: str, name: str, value: Any) -> Document:
    kind = "dword" if isinstance(value, int) else "string"
    return {"key": key, "name": name, "type": kind, "data": value}


def windows_home_page(browser: str) -> Document:
    """Return where the home page of a browser is imposed, nothing where it cannot be."""
    key, name = HOME_PAGES.get(browser, ("", ""))
    return {"key": key, "name": name} if key else {}


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {
            "desk_scenario": scenario,
            "windows_user_registry": windows_user_registry,
            "windows_home_page": windows_home_page,
        }
