"""Jinja filter: how a solved Windows is protected and set, as the scenario of the simulated one."""

import re
from typing import Any

Document = dict[str, Any]
LOCAL, DOMAIN = "S-1-5-21-1000000001-2000000002-3000000003", "S-1-5-21-1-2-3"
MACHINE = "SIMULATION"
WIRELESS_CARD = {
    "DeviceID": "{51D00000-0000-0000-0000-000000000802}",
    "InterfaceAdminStatus": 1,
    "InterfaceDescription": "Carte sans fil simulée",
    "NdisPhysicalMedium": 9,
}
FORM_FACTOR = "{1da5d803-d492-4edd-8c23-e0c0ffee7f0e},0"
HEADPHONES, MICROPHONE = 3, 4
HEADSET = {
    "Render": ("{51d00000-0000-0000-0000-0000000000a0}", HEADPHONES),
    "Capture": ("{51d00000-0000-0000-0000-0000000000a1}", MICROPHONE),
}
SPEAKERS = "{51d00000-0000-0000-0000-0000000000a2}"
LOUDSPEAKERS = 1
ROLE = "Role:0"
AUDITED = {"reussies": 1, "echouees": 2}
COPIED = 1
"""What robocopy ends with when it copied files."""
WITNESS_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
HOME_PAGES = {
    "FirefoxURL": ("SOFTWARE\\Policies\\Mozilla\\Firefox\\Homepage", "URL"),
    "ChromeHTML": ("SOFTWARE\\Policies\\Google\\Chrome", "HomepageLocation"),
    "MSEdgeHTM": ("SOFTWARE\\Policies\\Microsoft\\Edge", "HomepageLocation"),
}
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
UNINSTALL = "SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
POLICIES = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion"


IMPOSED = {
    f"{POLICIES}\\Policies\\Explorer": "NoDriveTypeAutoRun",
    "SOFTWARE\\Policies\\Microsoft\\Windows\\System": "EnableSmartScreen",
}
"""Where a policy of the domain writes what it imposes."""


def windows_use(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    use = plan["workstation"]["windows"]["use"]
    return {
        "namespaces": {
            "root/cimv2": {
                **_administrators(plan),
                **_files(plan, use),
                "Win32_OptionalFeature": {"InstallState": 2},
                "Win32_StartupCommand": [],
            },
            "root/cimv2/power": {"Win32_PowerPlan": [_power_plan(use)]},
            "root/cimv2/security/microsoftvolumeencryption": {
                "Win32_EncryptableVolume": [
                    _volume(letter, use["security"]) for letter in use["security"]["encrypted"]
                ]
            },
            "root/microsoft/windows/defender": {
                "MSFT_MpComputerStatus": {
                    "AMServiceEnabled": True,
                    "AntivirusSignatureAge": 0,
                    "RealTimeProtectionEnabled": True,
                }
            },
            "root/microsoft/windows/taskscheduler": {"MSFT_ScheduledTask": [_backup(plan, use)]},
            "root/standardcimv2": {
                "MSFT_NetAdapter": [WIRELESS_CARD],
                "MSFT_NetFirewallProfile": {"DefaultInboundAction": 4, "Enabled": 1},
            },
        },
        "registry": {"HKLM": _machine(plan, use), "HKU": _user(plan, use)},
        "script": _script(use),
    }


def _script(use: Document) -> Document:
    """Tell what the PowerShell script of a visit finds: no PowerShell runs there."""
    backup, audited = use["backup"], use["security"]["audited"]
    paths = [path for path in (backup["original"], backup["restored"]) if path]
    return {
        "audit": [sum(bit for outcome, bit in AUDITED.items() if outcome in audited)],
        "sessions": [
            {"id": 1149, "at": {"datetime": "-PT30M"}, "from": "192.0.2.10"},
            {"id": 20510, "at": {"datetime": "-PT29M"}, "from": ""},
        ],
        "tasks": [{"name": "\\Sauvegarde", "result": COPIED}],
        "hashes": [{"path": path, "sha256": WITNESS_SHA256} for path in paths],
        "wifi": [{"name": use["wifi"], "mode": "auto"}],
    }


def _administrators(plan: Document) -> Document:
    """Tell of the built-in ones and those of the domain: accounts of the machine are real."""
    asked = plan["workstation"]["windows"]["accounts"]["administrators"]
    group = {"Domain": MACHINE, "LocalAccount": True, "Name": "Administrateurs"}
    groups = [group | {"SID": "S-1-5-32-544", "SIDType": 4}]
    members = [_path("Win32_UserAccount", MACHINE, "Administrateur")]
    members.append(_path("Win32_UserAccount", MACHINE, plan["management"]["account"]))
    for name in asked:
        rid = re.search(r"\(RID ([0-9]+)\)", name)
        if rid is None:
            continue
        netbios = plan["directory"]["netbios"]
        one = {"Domain": netbios, "LocalAccount": False, "Name": f"RID {rid[1]}"}
        groups.append(one | {"SID": f"{DOMAIN}-{rid[1]}", "SIDType": 2})
        members.append(_path("Win32_Group", netbios, one["Name"]))
    whole = _path("Win32_Group", MACHINE, "Administrateurs")
    links = [{"GroupComponent": whole, "PartComponent": member} for member in members]
    return {"Win32_Group": groups, "Win32_GroupUser": links}


def _path(name: str, domain: str, account: str) -> str:
    return f'\\\\{MACHINE}\\root\\cimv2:{name}.Domain="{domain}",Name="{account}"'


def _files(plan: Document, use: Document) -> Document:
    written = {"datetime": "2026-01-05T08:00:00+00:00"}
    backup, login = use["backup"], plan["workstation"]["user"]
    log = f"c:\\users\\{login}\\documents\\remote assistance logs\\"
    return {
        "CIM_DataFile": [
            _file(backup["original"], {"CreationDate": written, "LastModified": written}),
            _file(
                backup["restored"],
                {"CreationDate": {"datetime": "-PT1H"}, "LastModified": written},
            ),
            _file(f"{log}20260105083000.xml", {"CreationDate": written, "LastModified": written}),
        ]
    }


def _file(name: str, dates: Document) -> Document:
    folder = name[2 : name.rindex("\\") + 1].lower()
    return {"Name": name.lower(), "Drive": name[:2].lower(), "Path": folder, "FileSize": 64} | dates


def _power_plan(use: Document) -> Document:
    identifier = f"Microsoft:PowerPlan\\{{{use['personal']['power_plan']}}}"
    return {"ElementName": "Mode demandé", "InstanceID": identifier, "IsActive": True}


def _volume(letter: str, security: Document) -> Document:
    return {
        "ConversionStatus": 1,
        "DeviceID": f"\\\\?\\Volume{{{letter[0]}}}\\",
        "DriveLetter": letter,
        "EncryptionMethod": max(security["encryption_methods"]),
        "ProtectionStatus": 1,
        "VolumeType": 0 if letter == "C:" else 1,
    }


def _backup(plan: Document, use: Document) -> Document:
    backup = use["backup"]
    source = backup["original"].rpartition("\\")[0]
    action = {"Execute": "robocopy.exe", "Arguments": f"{source} {backup['target']} /MIR"}
    trigger = {
        "DaysInterval": 1,
        "Enabled": True,
        "StartBoundary": f"2026-01-05T{backup['at']}:00",
    }
    owner = {"UserId": f"{plan['directory']['netbios']}\\{backup['account']}"}
    return {
        "Actions": [{"class": "MSFT_TaskExecAction", "properties": action}],
        "Principal": {"class": "MSFT_TaskPrincipal", "properties": owner},
        "State": 3,
        "TaskName": "Sauvegarde",
        "TaskPath": "\\",
        "Triggers": [{"class": "MSFT_TaskDailyTrigger", "properties": trigger}],
    }


def _machine(plan: Document, use: Document) -> Document:
    security, imposed = use["security"], {}
    applied = [gpo for gpo in plan["directory"]["gpos"] if gpo["values"]]
    for gpo in applied:
        imposed |= gpo["values"]
    keys: Document = {
        "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion": {
            "CurrentBuild": str(plan["workstation"]["windows"]["system"]["build_min"]),
            "UBR": plan["demands"]["updates"]["ubr_min"],
        },
        f"{POLICIES}\\Policies\\System": {
            "EnableLUA": int(security["uac"]),
            "InactivityTimeoutSecs": security["idle_s"],
        },
        f"{POLICIES}\\Run": None,
        **{f"{UNINSTALL}\\{name}": None for name in _to_remove(plan)},
        "SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services": {"Shadow": 1},
        "SYSTEM\\CurrentControlSet\\Control\\Terminal Server": {
            "fDenyTSConnections": int(not security["remote_desktop"])
        },
        "SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp": {
            "UserAuthentication": int(security["nla"])
        },
        "SYSTEM\\CurrentControlSet\\Services\\EventLog\\Security": {
            "MaxSize": security["log_mib"] << 20,
            "Retention": 0,
        },
        "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\Profiles\\{51D00802}": {
            "NameType": 71,
            "ProfileName": use["wifi"],
        },
    }
    for key, name in IMPOSED.items():
        if name in imposed:
            keys[key] = {name: imposed[name]}
    for rank, gpo in enumerate(applied):
        key = f"{POLICIES}\\Group Policy\\State\\Machine\\GPO-List\\{rank}"
        keys[key] = {"DisplayName": gpo["name"]}
    return keys | _headset() | _home_page(use["personal"])


def _to_remove(plan: Document) -> list[str]:
    software = plan["workstation"]["windows"]["software"]
    return [program["installed_as"] for program in software if program["remove"]]


def _headset() -> Document:
    base = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\MMDevices\\Audio"
    devices = [(flow, *device, 12) for flow, device in HEADSET.items()]
    keys: Document = {}
    for flow, identifier, shape, hour in (*devices, ("Render", SPEAKERS, LOUDSPEAKERS, 8)):
        chosen = {"type": "REG_BINARY", "value": _system_time(hour)}
        keys[f"{base}\\{flow}\\{identifier}"] = {"DeviceState": 1, ROLE: chosen}
        keys[f"{base}\\{flow}\\{identifier}\\Properties"] = {FORM_FACTOR: shape}
    return keys


def _system_time(hour: int) -> list[int]:
    """Return a SYSTEMTIME, Monday 5 January 2026 at that hour: two bytes a word, low one first."""
    words = (2026, 1, 1, 5, hour, 0, 0, 0)
    return [byte for word in words for byte in (word % 256, word // 256)]


def _home_page(personal: Document) -> Document:
    if personal["browser"] not in HOME_PAGES:
        return {}
    key, name = HOME_PAGES[personal["browser"]]
    return {key: {name: personal["home_page"]}}


def _user(plan: Document, use: Document) -> Document:
    personal, comfort = use["personal"], use["personal"]["comfort"]
    hive = f"{DOMAIN}-1105"
    software = f"{hive}\\SOFTWARE\\Microsoft"
    choice = "Windows\\Shell\\Associations\\UrlAssociations\\https\\UserChoice"
    panel = f"{hive}\\Control Panel"
    keys: Document = {
        f"{hive}\\Volatile Environment": {
            "USERDOMAIN": plan["directory"]["netbios"],
            "USERNAME": plan["workstation"]["user"],
        },
        f"{panel}\\Desktop": {"WallPaper": personal["wallpaper"]},
        f"{software}\\{choice}": {"ProgId": f"{personal['browser']}-308046B0AF4A39CB"},
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
    for letter, share in personal["drives"].items():
        path = f"\\\\{plan['files']['hostname']}\\{share}"
        keys[f"{hive}\\Network\\{letter[0]}"] = {"RemotePath": path}
    return keys


def windows_user_registry(plan: Document) -> list[Document]:
    """Return the same settings of the user for a real Windows: one value at a time."""
    written: list[Document] = []
    for path, values in _user(plan, plan["workstation"]["windows"]["use"]).items():
        key = path.partition("\\")[2]
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


def local_accounts(accounts: Document) -> list[Document]:
    """Return the accounts that the machine itself must have, and must not have any more."""
    names = {accounts["admin"], *accounts["administrators"]}
    kept = sorted(name for name in names if "(RID " not in name)
    made = [{"name": name, "state": "present"} for name in kept]
    return [*made, {"name": "usine", "state": "absent"}]


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {
            "windows_use": windows_use,
            "windows_user_registry": windows_user_registry,
            "windows_home_page": windows_home_page,
            "local_accounts": local_accounts,
        }
