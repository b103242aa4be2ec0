"""Lists of VLANs as the command line writes them: 1,10-12,40."""

from collections.abc import Iterable

FIRST, LAST = 1, 4094
ALL = frozenset(range(FIRST, LAST + 1))
RESERVED = frozenset(range(1002, 1006))
"""VLANs that exist from the factory for other media, and carry nothing here."""


def parse(text: str) -> frozenset[int] | None:
    """Return the VLANs of a list, or None when it is not one."""
    vlans: set[int] = set()
    for part in text.split(","):
        low, dash, high = part.partition("-")
        if not _is_vlan(low) or (dash and not _is_vlan(high)):
            return None
        first, last = int(low), int(high) if dash else int(low)
        if last < first:
            return None
        vlans.update(range(first, last + 1))
    return frozenset(vlans)


def render(vlans: Iterable[int]) -> str:
    """Return the shortest list: two neighbours keep their comma, three make a range."""
    return ",".join(_render_run(run) for run in _runs(sorted(vlans)))


def _is_vlan(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4 and FIRST <= int(text) <= LAST


def _runs(vlans: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for vlan in vlans:
        if runs and runs[-1][-1] == vlan - 1:
            runs[-1].append(vlan)
        else:
            runs.append([vlan])
    return runs


def _render_run(run: list[int]) -> str:
    if len(run) > 2:
        return f"{run[0]}-{run[-1]}"
    return ",".join(map(str, run))
