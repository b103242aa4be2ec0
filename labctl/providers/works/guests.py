"""Machines of a bench that are no namespaces: what an act on a bench asks of them."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from labctl.connect.base import Endpoints
from labctl.core.ids import NodeName
from labctl.providers.base import NodeProof
from labctl.providers.namespaces.network import Outside
from labctl.providers.roles.nodefiles import NodeFile

Files = Mapping[NodeName, Mapping[str, NodeFile]]
"""Machine → what it is given before its first start."""

KEPT_FOLDER = "golden"
"""What survives the wiping of a bench that is built again: states before any secret was given."""


class Guests(Protocol):
    """The machines of one bench that another engine runs; every method may be called again."""

    @property
    def outside(self) -> Outside | None:
        """Return which machines they are and where they plug in; None when there are none."""
        ...

    def ensure_images(self) -> Mapping[NodeName, tuple[str, ...]]:
        """Build the images that are missing; return the names of those of each machine."""
        ...

    def scan(self) -> frozenset[NodeName]:
        """Return those that run."""
        ...

    def find_faults(self) -> tuple[str, ...]:
        """Return what differs from the plan though it runs, a line each."""
        ...

    def remove(self) -> bool:
        """End them all, found by tag; tell whether there was something."""
        ...

    def make(self, files: Files) -> None:
        """Replace machines by new ones with these files, and start them."""
        ...

    def stop(self, names: Iterable[NodeName]) -> None:
        """End machines at once, as a power cut does."""
        ...

    def restart(self, names: Iterable[NodeName]) -> None:
        """Start machines again on their own disks; mend what they plug in."""
        ...

    def finish(self, names: Iterable[NodeName], endpoints: Endpoints) -> None:
        """Wait until machines are ready, observed from outside."""
        ...

    def leave(self, word: str, names: Iterable[NodeName], endpoints: Endpoints) -> None:
        """Leave a word in the machines that can be entered."""
        ...

    def find(self, word: str, names: Iterable[NodeName], endpoints: Endpoints) -> tuple[str, ...]:
        """Return where the word is in machines."""
        ...

    def prove(self, files: Files) -> tuple[NodeProof, ...]:
        """Compare machines that were just made with what they must be made of."""
        ...

    def close(self) -> None:
        """Cut their cables, keep what they are beside their disks, end them."""
        ...

    def lift(self) -> None:
        """Give those of an opened bench empty disks above the sealed ones."""
        ...


class NoGuests:
    """A bench all of whose machines are namespaces."""

    outside = None

    def ensure_images(self) -> Mapping[NodeName, tuple[str, ...]]:
        """Build nothing."""
        return {}

    def scan(self) -> frozenset[NodeName]:
        """Return nothing."""
        return frozenset()

    def find_faults(self) -> tuple[str, ...]:
        """Return nothing."""
        return ()

    def remove(self) -> bool:
        """Remove nothing."""
        return False

    def make(self, files: Files) -> None:
        """Make nothing."""

    def stop(self, names: Iterable[NodeName]) -> None:
        """End nothing."""

    def restart(self, names: Iterable[NodeName]) -> None:
        """Start nothing."""

    def finish(self, names: Iterable[NodeName], endpoints: Endpoints) -> None:
        """Wait for nothing."""

    def leave(self, word: str, names: Iterable[NodeName], endpoints: Endpoints) -> None:
        """Leave nothing."""

    def find(self, word: str, names: Iterable[NodeName], endpoints: Endpoints) -> tuple[str, ...]:
        """Find nothing."""
        del word, names, endpoints
        return ()

    def prove(self, files: Files) -> tuple[NodeProof, ...]:
        """Prove nothing."""
        del files
        return ()

    def close(self) -> None:
        """Close nothing."""

    def lift(self) -> None:
        """Lift nothing."""
