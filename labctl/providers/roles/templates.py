"""Image templates: what vm_templates/<role>/template.yml says, and the chain of a role."""

import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.core import paths
from labctl.core.errors import Mistake, ProviderError, SpecError
from labctl.core.i18n import _
from labctl.spec import loader

_KEYS = ("role", "from", "packages", "build", "start", "provision", "check", "relink", "renew")


@dataclass(frozen=True, slots=True)
class Template:
    """One role's template; empty strings are what it does not have."""

    role: str
    parent: str
    packages: tuple[str, ...]
    build: str
    start: str
    provision: str
    check: str
    relink: str
    renew: str
    folder: Path

    @property
    def files(self) -> Path:
        """Return the tree that is copied into the layer (it may not exist)."""
        return self.folder / "files"


def list_roles() -> tuple[str, ...]:
    """Return the roles that have a template, in every content root."""
    found = paths.list_content("vm_templates", "*/template.yml")
    return tuple(sorted(Path(name).parent.name for name in found))


def load(role: str) -> Template:
    """Return the template of a role; ProviderError with the known ones when there is none."""
    try:
        file = paths.find_content("vm_templates", role, "template.yml")
    except FileNotFoundError:
        known = ", ".join(list_roles())
        message = _("aucun modèle de machine pour le rôle « %(role)s »") % {"role": role}
        raise ProviderError(
            message, hint=_("rôles connus : %(known)s") % {"known": known}
        ) from None
    source = loader.load(file)
    mistakes = [
        source.mistake((key,), _("clé inconnue : « %(key)s »") % {"key": key}, rule="modele")
        for key in source.tree
        if key not in _KEYS
    ]
    if mistakes or source.tree.get("role") != role:
        wrong = Mistake(str(file), 1, _("« role » doit être le nom du dossier"), "modele")
        raise SpecError(tuple(mistakes) or (wrong,))
    return _template(source.tree, file.parent)


def load_chain(role: str) -> tuple[Template, ...]:
    """Return the templates of a role's layers, the first one to build first."""
    chain: list[Template] = []
    while role:
        template = load(role)
        if template in chain:
            raise ProviderError(_("modèles en boucle : %(role)s") % {"role": role})
        chain.insert(0, template)
        role = template.parent
    return tuple(chain)


def find_setting(chain: Sequence[Template], name: str) -> str:
    """Return a setting of the nearest template of a chain that has it, else an empty string."""
    for template in reversed(chain):
        value: str = getattr(template, name)
        if value:
            return value
    return ""


def digest(template: Template) -> str:
    """Return a digest of all that makes the template's layer, its parents apart."""
    sha = hashlib.sha256()
    for path in sorted(template.folder.rglob("*")):
        relative = path.relative_to(template.folder)
        if "__pycache__" in relative.parts:
            continue
        mode = path.lstat().st_mode
        runs = 0o111 if mode & stat.S_IXUSR else 0  # whatever the umask of who laid it down
        sha.update(f"{relative}\0{stat.S_IFMT(mode):o} {runs:o}\0".encode())
        if path.is_symlink():
            sha.update(os.fsencode(path.readlink()))
        elif path.is_file():
            sha.update(hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()


def _template(tree: Mapping[str, loader.Value], folder: Path) -> Template:
    def text(key: str) -> str:
        value = tree.get(key)
        return value if isinstance(value, str) else ""

    packages = tree.get("packages")
    return Template(
        role=text("role"),
        parent=text("from"),
        packages=tuple(map(str, packages)) if isinstance(packages, tuple) else (),
        build=text("build"),
        start=text("start"),
        provision=text("provision"),
        check=text("check"),
        relink=text("relink"),
        renew=text("renew"),
        folder=folder,
    )
