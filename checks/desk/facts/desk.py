"""What is set for everybody on a Windows workstation: power plan, home page, printers."""

from dataclasses import dataclass

from checks.software.demand import Programs
from labctl.api import (
    NodeName,
    Plan,
    Reading,
    ask,
    ask_cim,
    ask_registry,
    fact,
    flag_of,
    read_instances,
    read_key,
    text_of,
)

POWER = "root/cimv2/power"
HOME_PAGES = {
    "FirefoxURL": (r"SOFTWARE\Policies\Mozilla\Firefox\Homepage", "URL"),
    "ChromeHTML": (r"SOFTWARE\Policies\Google\Chrome", "HomepageLocation"),
    "MSEdgeHTM": (r"SOFTWARE\Policies\Microsoft\Edge", "HomepageLocation"),
}
"""Where each browser's home page is imposed, by what begins the browser's ProgId."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What everybody has; ``home_page`` is empty when no policy imposes one."""

    power_plan: str  # GUID
    home_page: str
    printers: dict[str, bool]  # name → it works on line


@fact(Desk, kind="windows")
def from_windows(plan: Plan, at: NodeName) -> Reading[Desk]:
    """Read the plans, the policy of the browser asked for, and the machine's printers.

    Microsoft, "Win32_PowerPlan class" and "Win32_Printer class".
    """
    programs = plan.find(Programs)
    browser = programs.browser if programs else ""
    key, name = HOME_PAGES.get(browser, HOME_PAGES["MSEdgeHTM"])
    plans, imposed, printers = yield from ask(
        ask_cim(at, "Win32_PowerPlan", "InstanceID", "IsActive", namespace=POWER),
        ask_registry(at, "HKLM", key, {name: "string"}),
        ask_cim(at, "Win32_Printer", "Name", "WorkOffline"),
    )
    active = [one for one in read_instances(plans) if flag_of(one, "IsActive")]
    policy = read_key(imposed)
    return Desk(
        power_plan=_guid(text_of(active[0], "InstanceID")) if active else "",
        home_page=next((text_of(policy, name) for name in policy), ""),
        printers={
            text_of(one, "Name"): not flag_of(one, "WorkOffline")
            for one in read_instances(printers)
        },
    )


def _guid(identifier: str) -> str:
    r"""Return the GUID of ``Microsoft:PowerPlan\{381b4222-…}``."""
    return identifier.rpartition("{")[2].rstrip("}").lower()
