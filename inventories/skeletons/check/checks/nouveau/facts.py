"""Ce qui est observé. À changer : la question posée à la machine, et ce que l'on en garde."""

from dataclasses import dataclass

from labctl.api import NodeName, Plan, Reading, ask, fact, read_file, run_on


@dataclass(frozen=True, slots=True)
class Message:
    """Le message d'accueil d'une machine, vide quand elle n'en a pas (motd(5))."""

    text: str


@fact(Message, kind="linux")
def from_linux(_plan: Plan, at: NodeName) -> Reading[Message]:
    """Lit le fichier où un Linux a son message d'accueil (motd(5))."""
    (answer,) = yield from ask(run_on(at, "/usr/bin/cat", "/etc/motd"))
    return Message(read_file(answer).strip())
