"""The Ansible collections that configure a real Windows: an extra that a centre may not have."""

import sysconfig
from collections.abc import Iterable
from pathlib import Path

from labctl.core.errors import InfrastructureError
from labctl.core.i18n import _

WANTED = ("ansible.windows", "microsoft.ad")
SYSTEM = Path("/usr/share/ansible/collections")


def list_roots() -> tuple[Path, ...]:
    """Return where Ansible finds collections in a run of ours."""
    return Path(sysconfig.get_path("purelib")), SYSTEM


def require(roots: Iterable[Path]) -> None:
    """Raise InfrastructureError, with what to do, when a collection is in none of the roots."""
    places = tuple(root / "ansible_collections" for root in roots)
    lacking = [
        name
        for name in WANTED
        if not any((place / name.replace(".", "/")).is_dir() for place in places)
    ]
    if lacking:
        raise InfrastructureError(
            _("il manque à Ansible de quoi configurer un Windows : %(names)s")
            % {"names": ", ".join(lacking)},
            hint=_("make setup-windows : voir docs/install.md"),
        )
