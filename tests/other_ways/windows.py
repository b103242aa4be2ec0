"""Another Windows that does what the subject asks: other programs, other places, other dates.

Only what a simulated Windows tells (vm_templates/windows-standin): the accounts are the machine's.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from checks.accounts.demand import LocalAccounts
from checks.backup.demand import Backup
from checks.desk.demand import Personalisation
from checks.desk.people import list_drives, login_of
from checks.directory.demand import Directory
from checks.group_policy.demand import Policies
from checks.hardening.demand import Hardened
from checks.hardware.demand import Hardware
from checks.installation.demand import Installation
from checks.printing.demand import Printing
from checks.protection.demand import Protection
from checks.shares.demand import Shares
from checks.software.demand import Programs
from checks.storage.demand import Storage
from checks.wireless_client.demand import Fallback
from labctl.plan.model import Plan

Document = dict[str, Any]
GIB = 1024**3
MACHINE, OWN, DOMAIN = "SIMULATION", "S-1-5-21-1000000001-2000000002-3000000003", "S-1-5-21-7-8-9"
CURRENT = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion"
UNINSTALL = "SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
TERMINAL = "SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"
SOUND = f"{CURRENT}\\MMDevices\\Audio"
FORM_FACTOR = "{1da5d803-d492-4edd-8c23-e0c0ffee7f0e},0"
HEADSET = 5
THIRD_PARTY_ON = 0x41000
EVERY_DAY_OF_THE_WEEK = 127
DIGEST = "0f343b0931126a20f133d67c2b018a3b5f2b2b6b7f2d4f9d0a5b8c1e2d3f4a5b"
INSTALLED, LATER = {"datetime": "-PT8H"}, {"datetime": "-PT3H"}
WRITTEN = {"datetime": "2026-02-01T06:00:00+00:00"}


def script(plan: Plan) -> str:
    """Return what is typed on the workstation: its accounts, its printer, and what it tells."""
    admin = plan.demand(LocalAccounts).admin.name
    return f"""
deluser --quiet --remove-home usine 2> /dev/null || userdel --remove usine 2> /dev/null
useradd --create-home --groups sudo {admin}
echo '{admin}:Essai-de-mot-de-passe-1' | chpasswd
mkdir -p /etc/cups
echo 'ServerName {plan.address_of(plan.demand(Printing).on)}' > /etc/cups/client.conf
/usr/lib/labctl-windows/simulate merge <<'END' > /dev/null
{json.dumps(scenario(plan))}
END
"""


def scenario(plan: Plan) -> Document:
    """Return what the simulated Windows is to tell."""
    backup = plan.demand(Backup)
    power_plan = plan.demand(Personalisation).power_plan.upper()
    return {
        "namespaces": {
            "root/cimv2": {
                **_system(plan),
                **_hardware(plan.demand(Hardware)),
                **_administrators(plan),
                "CIM_DataFile": [
                    _file(backup.original, WRITTEN),
                    _file(backup.restored, LATER),
                ],
            },
            "root/cimv2/power": {
                "Win32_PowerPlan": [
                    {
                        "ElementName": "Utilisation normale",
                        "InstanceID": f"Microsoft:PowerPlan\\{{{power_plan}}}",
                        "IsActive": True,
                    }
                ]
            },
            "root/cimv2/security/microsoftvolumeencryption": {
                "Win32_EncryptableVolume": [_encrypted(plan, letter) for letter in "CD"]
            },
            **_protection(),
            "root/microsoft/windows/storage": {
                "MSFT_Disk": {"PartitionStyle": 2},
                "MSFT_PhysicalDisk": {"HealthStatus": 0},
            },
            "root/microsoft/windows/taskscheduler": {"MSFT_ScheduledTask": [_task(plan)]},
        },
        "registry": {"HKLM": _machine(plan), "HKU": _users(plan)},
        "script": {
            "audit": [3],
            "sessions": [{"id": 20508, "at": LATER, "from": ""}],  # the user let somebody watch
            "tasks": [{"name": "\\Maison\\Copie du jour", "result": 0}],
            "hashes": [
                {"path": path, "sha256": DIGEST} for path in (backup.original, backup.restored)
            ],
            "wifi": [{"name": plan.demand(Fallback).ssid, "mode": "auto"}],
        },
    }


def _system(plan: Plan) -> Document:
    """A later version of Windows, whose revision starts again; a volume a little larger."""
    asked, accounts = plan.demand(Installation).of_windows(), plan.demand(LocalAccounts)
    return {
        "Win32_OperatingSystem": {
            "BuildNumber": str(asked.build_min + 100),
            "InstallDate": INSTALLED,
            "OSArchitecture": "64 bits",
            "OSLanguage": asked.language,
            "OperatingSystemSKU": asked.sku,
        },
        "SoftwareLicensingProduct": {"LicenseStatus": 1},
        "Win32_OptionalFeature": [{"Name": "SMB1Protocol", "InstallState": 3}],
        "Win32_StartupCommand": [{"Name": "OneDrive", "Command": "OneDrive.exe /background"}],
        "Win32_LogicalDisk": [
            {
                "DeviceID": f"{letter}:",
                "DriveType": 3,
                "FileSystem": volume.fs,
                "VolumeName": volume.label,
                "Size": int((volume.size_gib or 180) * 1.02 * GIB),
            }
            for letter, volume in plan.demand(Storage).volumes.items()
        ],
        "Win32_UserAccount": [
            _account("Administrator", 500, disabled=not accounts.administrator_enabled),
            _account("Guest", 501, disabled=not accounts.guest_enabled),
            _account("labctl-audit", 1000, disabled=False),
        ],
    }


def _account(name: str, rid: int, *, disabled: bool) -> Document:
    known = {"Domain": MACHINE, "Name": name, "SID": f"{OWN}-{rid}"}
    return {**known, "LocalAccount": True, "Disabled": disabled}


def _hardware(asked: Hardware) -> Document:
    """The module that was added is listed first."""
    return {
        "Win32_BaseBoard": {"Product": asked.delivered.board},
        "Win32_Processor": {"AddressWidth": 64, "Name": asked.delivered.processor},
        "Win32_DiskDrive": [
            {"Index": rank, "InterfaceType": "SCSI", "Model": model}
            for rank, model in enumerate(asked.delivered.disks)
        ],
        "Win32_PhysicalMemory": [
            {
                "Tag": f"Physical Memory {rank}",
                "DeviceLocator": module.slot,
                "PartNumber": f"{module.part}  ",
                "Capacity": module.size_gib * GIB,
                "SMBIOSMemoryType": asked.addition.smbios_type,
                "ConfiguredClockSpeed": asked.addition.speed_mhz,
            }
            for rank, module in enumerate((asked.addition.module, *asked.delivered.modules))
        ],
        "Win32_PnPEntity": {"ConfigManagerErrorCode": 0, "Status": "OK"},
        "Win32_NTLogEvent": [
            {
                "Logfile": "System",
                "SourceName": "Microsoft-Windows-MemoryDiagnostics-Results",
                "EventCode": 1101,
                "EventType": 3,
                "TimeGenerated": LATER,
            }
        ],
    }


def _administrators(plan: Plan) -> Document:
    """Those of the domain; accounts of the machine are real ones."""
    group = {"Domain": MACHINE, "LocalAccount": True, "Name": "Administrateurs"}
    groups = [{**group, "SID": "S-1-5-32-544", "SIDType": 4}]
    members = [f'Win32_UserAccount.Domain="{MACHINE}",Name="Administrator"']
    members.append(f'Win32_UserAccount.Domain="{MACHINE}",Name="{plan.management.account}"')
    domain = plan.demand(Directory).netbios
    for name in plan.demand(LocalAccounts).administrators:
        for rid in re.findall(r"\(RID ([0-9]+)\)", name):
            one = {"Domain": domain, "LocalAccount": False, "Name": f"Group {rid}"}
            groups.append({**one, "SID": f"{DOMAIN}-{rid}", "SIDType": 2})
            members.append(f'Win32_Group.Domain="{one["Domain"]}",Name="{one["Name"]}"')
    whole = f'Win32_Group.Domain="{MACHINE}",Name="Administrateurs"'
    place = f"\\\\{MACHINE}\\root\\cimv2:"
    links = [
        {"GroupComponent": place + whole, "PartComponent": place + member} for member in members
    ]
    return {"Win32_Group": groups, "Win32_GroupUser": links}


def _file(name: str, created: Document) -> Document:
    folder = name[2 : name.rindex("\\") + 1].lower()
    place = {"Name": name.lower(), "Drive": name[:2].lower(), "Path": folder}
    return {**place, "FileSize": 4096, "CreationDate": created, "LastModified": WRITTEN}


def _encrypted(plan: Plan, letter: str) -> Document:
    return {
        "ConversionStatus": 1,
        "DeviceID": f"\\\\?\\Volume{{{letter}}}\\",
        "DriveLetter": f"{letter}:",
        "EncryptionMethod": min(plan.demand(Protection).encryption.methods),
        "ProtectionStatus": 1,
        "VolumeType": 0,
    }


def _protection() -> Document:
    """An antivirus of somebody else, so that Microsoft's is off; every profile closed."""
    product = {"displayName": "Autre antivirus", "instanceGuid": "{A}"}
    return {
        "root/securitycenter2": {
            "AntiVirusProduct": [{**product, "productState": THIRD_PARTY_ON}],
        },
        "root/standardcimv2": {
            "MSFT_NetAdapter": [
                {
                    "DeviceID": "{51D00000-0000-0000-0000-000000000803}",
                    "InterfaceAdminStatus": 1,
                    "InterfaceDescription": "Intel(R) Wi-Fi 6 (simulée)",
                    "NdisPhysicalMedium": 9,
                }
            ],
            "MSFT_NetFirewallProfile": {"DefaultInboundAction": 4, "Enabled": 1},
        },
    }


def _task(plan: Plan) -> Document:
    """A script of PowerShell, every day of the week, under the long name of its account."""
    backup = plan.demand(Backup)
    return {
        "Actions": [
            {
                "class": "MSFT_TaskExecAction",
                "properties": {
                    "Execute": "powershell.exe",
                    "Arguments": f"-File C:\\Outils\\copie.ps1 -Vers {backup.target}",
                },
            }
        ],
        "Principal": {
            "class": "MSFT_TaskPrincipal",
            "properties": {"UserId": f"{backup.account}@{plan.domain}"},
        },
        "State": 3,
        "TaskName": "Copie du jour",
        "TaskPath": "\\Maison\\",
        "Triggers": [
            {
                "class": "MSFT_TaskWeeklyTrigger",
                "properties": {
                    "DaysOfWeek": EVERY_DAY_OF_THE_WEEK,
                    "Enabled": True,
                    "StartBoundary": f"2026-02-02T{backup.at}:00-10:00",
                    "WeeksInterval": 1,
                },
            }
        ],
    }


def _machine(plan: Plan) -> Document:
    asked, security = plan.demand(Installation).of_windows(), plan.demand(Hardened)
    gpos = plan.demand(Policies).gpos
    values = {name: value for gpo in gpos for name, value in gpo.values.items()}
    return {
        "SYSTEM\\CurrentControlSet\\Control": {"PEFirmwareType": 2},
        "SYSTEM\\CurrentControlSet\\Control\\SecureBoot\\State": {"UEFISecureBootEnabled": 1},
        "SOFTWARE\\Labctl\\Master": {"Version": asked.master},
        "SYSTEM\\Setup\\Status\\SysprepStatus": {"GeneralizationState": 7},
        "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion": {
            "CurrentBuild": str(asked.build_min + 100),
            "UBR": 1,
        },
        f"{CURRENT}\\Policies\\System": {
            "EnableLUA": 1,
            "InactivityTimeoutSecs": security.idle_s - 60,
        },
        f"{CURRENT}\\Policies\\Explorer": {"NoDriveTypeAutoRun": values["NoDriveTypeAutoRun"]},
        "SOFTWARE\\Policies\\Microsoft\\Windows\\System": {
            "EnableSmartScreen": values["EnableSmartScreen"]
        },
        f"{CURRENT}\\Run": None,
        TERMINAL: {"fDenyTSConnections": 0, "UserAuthentication": 1, "Shadow": 3},
        "SOFTWARE\\Policies\\Microsoft\\Windows\\EventLog\\Security": {
            "MaxSize": security.log_mib * 1024 * 2,
            "Retention": "0",
        },
        "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\Profiles\\{51D00803}": {
            "NameType": 71,
            "ProfileName": plan.demand(Fallback).ssid,
        },
        **dict(_policies(plan)),
        **dict(_programs(plan)),
        **dict(_sound()),
        **_home_page(plan.demand(Personalisation)),
    }


def _policies(plan: Plan) -> Iterator[tuple[str, Document]]:
    for rank, gpo in enumerate(plan.demand(Policies).gpos, start=4):
        key = f"{CURRENT}\\Group Policy\\State\\Machine\\GPO-List\\{rank}"
        yield key, {"DisplayName": gpo.name}


def _programs(plan: Plan) -> Iterator[tuple[str, Document | None]]:
    """Programs with their versions; what had to go is gone."""
    for rank, program in enumerate(plan.demand(Programs).programs):
        if program.remove:
            yield f"{UNINSTALL}\\{program.installed_as}", None
        elif program.required:
            name = f"{program.installed_as} 128.4.{rank} (x64 fr)"
            yield (
                f"{UNINSTALL}\\{{0A0B0C0D-0000-0000-0000-00000000{rank:04}}}",
                {"DisplayName": name},
            )


def _sound() -> Iterator[tuple[str, Document]]:
    """One headset that plays and records."""
    for flow, end in (("Render", "b0"), ("Capture", "b1")):
        key = f"{SOUND}\\{flow}\\{{51d00000-0000-0000-0000-0000000000{end}}}"
        chosen = {"type": "REG_BINARY", "value": [234, 7, 2, 0, 1, 0, 2, 0, 9, *[0] * 7]}
        yield key, {"DeviceState": 1, "Role:0": chosen}
        yield f"{key}\\Properties", {FORM_FACTOR: HEADSET}


def _home_page(asked: Personalisation) -> Document:
    page = asked.home_page.rstrip("/")
    return {
        "SOFTWARE\\Policies\\Mozilla\\Firefox\\Homepage": {"URL": page},
        "SOFTWARE\\Policies\\Google\\Chrome": {"HomepageLocation": page},
    }


def _users(plan: Plan) -> Document:
    personal = plan.demand(Personalisation)
    comfort = personal.comfort
    hive = f"{DOMAIN}-1213"
    software, panel = f"{hive}\\SOFTWARE\\Microsoft", f"{hive}\\Control Panel"
    browser = f"{software}\\Windows\\Shell\\Associations\\UrlAssociations\\https\\UserChoice"
    name = plan.nodes[plan.demand(Shares).on].hostname
    server, directory = f"{name}.{plan.domain}", plan.demand(Directory)
    return {
        ".DEFAULT\\Keyboard Layout\\Preload": {
            "1": plan.demand(Installation).of_windows().layout.upper(),
            "2": "00000409",
        },
        f"{hive}\\Volatile Environment": {
            "USERDOMAIN": directory.netbios,
            "USERNAME": login_of(plan),
        },
        f"{panel}\\Desktop": {"WallPaper": personal.wallpaper.upper()},
        browser: {"ProgId": f"{plan.demand(Programs).browser}-E7CF176E110C211B"},
        f"{software}\\Windows NT\\CurrentVersion\\Windows": {
            "Device": f"\\\\{name}\\{personal.printer},winspool,Ne01:"
        },
        f"{software}\\Accessibility": {"TextScaleFactor": comfort.text_pct or 100},
        f"{panel}\\Accessibility\\HighContrast": {
            "Flags": "4223" if comfort.high_contrast else "0"
        },
        f"{panel}\\Accessibility\\Keyboard Response": {
            "Flags": "59" if comfort.filter_keys else "2"
        },
        f"{software}\\ColorFiltering": {
            "Active": int(bool(comfort.colour_filter)),
            "FilterType": comfort.colour_filter,
        },
        f"{panel}\\Mouse": {"MouseSensitivity": str(comfort.mouse_speed or 10)},
        **{
            f"{hive}\\Network\\{letter[0].lower()}": {"RemotePath": f"\\\\{server}\\{share}"}
            for letter, share in list_drives(plan).items()
        },
    }
