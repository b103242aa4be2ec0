"""Which volumes of a Windows workstation are encrypted, and how."""

from dataclasses import dataclass

from labctl.api import Answer, Plan, Probe, Question, ask_cim, number_of, read_instances, text_of

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


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask BitLocker."""
    names = ("DriveLetter", "ProtectionStatus", "ConversionStatus", "EncryptionMethod")
    return (ask_cim(plan.workstation.node, "Win32_EncryptableVolume", *names, namespace=NAMESPACE),)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> Encryption:
    """Read the volumes that have a letter."""
    (answer,) = answers
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


PROBE = Probe(Encryption, ask, parse)
