"""Which volumes of a Windows workstation are encrypted, and how."""

from dataclasses import dataclass

from labctl.api import (
    NodeName,
    Plan,
    Reading,
    ask,
    ask_cim,
    fact,
    number_of,
    read_instances,
    text_of,
)

NAMESPACE = "root/CIMV2/Security/MicrosoftVolumeEncryption"
PROTECTED, ENCRYPTED, ENCRYPTING = 1, 1, 2
"""ProtectionStatus on; ConversionStatus complete, or in progress."""


@dataclass(frozen=True, slots=True)
class EncryptedVolume:
    """One volume; ``method`` is EncryptionMethod of Win32_EncryptableVolume."""

    protected: bool
    encrypted: bool
    in_progress: bool
    method: int


@dataclass(frozen=True, slots=True)
class Encryption:
    """The volumes that could be encrypted, by letter (``C:``)."""

    volumes: dict[str, EncryptedVolume]


@fact(Encryption, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[Encryption]:
    """Read the volumes that have a letter (Microsoft, "Win32_EncryptableVolume class")."""
    names = ("DriveLetter", "ProtectionStatus", "ConversionStatus", "EncryptionMethod")
    (answer,) = yield from ask(ask_cim(at, "Win32_EncryptableVolume", *names, namespace=NAMESPACE))
    volumes = {}
    for instance in read_instances(answer):
        conversion = number_of(instance, "ConversionStatus")
        volumes[text_of(instance, "DriveLetter").upper()] = EncryptedVolume(
            protected=number_of(instance, "ProtectionStatus") == PROTECTED,
            encrypted=conversion == ENCRYPTED,
            in_progress=conversion == ENCRYPTING,
            method=number_of(instance, "EncryptionMethod"),
        )
    volumes.pop("", None)
    return Encryption(volumes)
