"""How up to date a workstation is, whether it can be kept so, whether it waits for a restart."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PackageSource:
    """A suite that APT is told to read, as it has it on the machine.

    ``release`` is the SHA-256 of the signed index that APT kept: it keeps none whose signature it
    could not verify. ``is_forced``: the source is believed without a signature.
    """

    uri: str
    release: str = ""
    is_forced: bool = False


@dataclass(frozen=True, slots=True)
class Packages:
    """Packages of the repository of the room: what it offers, and what the machine has.

    All are by name; ``release`` is the SHA-256 of the signed index of the security suite.
    """

    delivered: dict[str, str]  # versions of the suite that machines are delivered with
    security: dict[str, str]  # versions of the security suite
    release: str
    installed: dict[str, str]  # those of the machine, whatever it has besides left out
    sources: tuple[PackageSource, ...]
    is_unauthenticated: bool  # APT is set to install what nobody signed


@dataclass(frozen=True, slots=True)
class Updates:
    """The version of a Windows, 26100.3194, whose second number grows each month; or packages."""

    build: int
    ubr: int
    restart_pending: bool
    service_disabled: bool  # Windows Update never starts any more
    packages: Packages | None = None  # None: a Windows
