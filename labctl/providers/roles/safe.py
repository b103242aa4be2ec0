"""The secrets of a bench on disk: one folder, 0700, each file 0600 from its first byte on."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from labctl.core import secrets, store
from labctl.core.errors import ProviderError, StoreError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.providers.roles import trust
from labctl.providers.roles.trust import Certificate, SshKey

AUDIT_KEY = "audit_key"
AUTHORITY = "ca.pem"
_AUTHORITY_KEY = "ca.key"
_NONE: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True, repr=False)
class NodeTrust:
    """What one node is given of the bench's secrets, and its own."""

    audit_key: str
    host_key: SshKey
    authority: bytes
    certificate: Certificate
    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Safe:
    """The folder of a bench's secrets."""

    folder: Path

    def draw_common(self, name: str) -> None:
        """Draw what the whole bench shares: the audit key, the authority."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        key = trust.draw_key()
        self._put(AUDIT_KEY, key.private)
        self._put(f"{AUDIT_KEY}.pub", key.public.encode())
        authority = trust.draw_authority(name)
        self._put(AUTHORITY, authority.pem)
        self._put(_AUTHORITY_KEY, authority.key)

    def draw_passwords(
        self, names: Iterable[str], typed: Collection[str] = (), kept: Mapping[str, bytes] = _NONE
    ) -> None:
        """Draw passwords, each in a file of its name; those ``typed`` are read from paper.

        What is ``kept`` of those stays as it was: that paper is printed.
        """
        for name in names:
            drawn = secrets.draw_typed() if name in typed else secrets.draw()
            self._put(name, (name in typed and kept.get(name)) or drawn.reveal().encode())

    def forget(self, but: Collection[str]) -> None:
        """Remove every secret but those that are on paper: a kill must not lose these."""
        for path in self.folder.glob("*"):
            if path.name not in but:
                store.remove(path)

    def draw_node(
        self, node: NodeName, names: Iterable[str], secret_names: Iterable[str]
    ) -> NodeTrust:
        """Draw the keys of one node; its certificate is for these names."""
        key = trust.draw_key()
        self._put(f"host_{node}.pub", key.public.encode())
        authority = Certificate(self._get(AUTHORITY), self._get(_AUTHORITY_KEY))
        try:
            certificate = trust.issue(authority, names)
        except (ValueError, TypeError) as exc:
            said = _("« %(path)s » n'est plus l'autorité du banc")
            raise ProviderError(said % {"path": self.path(AUTHORITY)}, hint="labctl reset") from exc
        return NodeTrust(
            audit_key=self._get(f"{AUDIT_KEY}.pub").decode(),
            host_key=key,
            authority=authority.pem,
            certificate=certificate,
            secrets={name: self._get(name).decode() for name in secret_names},
        )

    def path(self, name: str) -> Path:
        """Return the file of a secret."""
        return self.folder / name

    def host_key(self, node: NodeName) -> str:
        """Return the pinned public host key of a node."""
        return self._get(f"host_{node}.pub").decode()

    def read_all(self) -> dict[str, bytes]:
        """Return every secret that can be read by name, to compare before and after a reset."""
        found = {}
        for path in self.folder.glob("[!.]*"):  # not what a kill in the middle of a write left
            with suppress(StoreError):
                found[path.name] = store.read_bytes(path)
        return found

    def _put(self, name: str, content: bytes) -> None:
        store.write_bytes(self.folder / name, content)

    def _get(self, name: str) -> bytes:
        return store.read_bytes(self.folder / name)
