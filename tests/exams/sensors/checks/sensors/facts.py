"""What a sensor says of itself, asked over CoAP from the network it hangs in."""

from dataclasses import dataclass

from checks.sensors.coap import PORT, make_get, read_answer

from labctl.api import NodeName, Plan, Reading, ask, fact, payload_of, results_of, try_from

PATHS = ("place", "period")


@dataclass(frozen=True, slots=True)
class Announced:
    """Its resources by path, empty where it has none (RFC 7252, 5.8.1); none: it is silent."""

    resources: dict[str, str]


@fact(Announced, kind="sensor")
def from_coap(plan: Plan, at: NodeName) -> Reading[Announced]:
    """Ask each path, at the address that the subject gives to the sensor."""
    card = plan.nodes[at].interfaces[0]
    host = str(card.address.ip) if card.address else ""
    trials = [
        {"kind": "udp", "host": host, "port": PORT, "payload": make_get(path, number).hex()}
        for number, path in enumerate(PATHS)
    ]
    (answer,) = yield from ask(try_from(plan, card.segment, trials))
    said = (read_answer(payload_of(one), rank) for rank, one in enumerate(results_of(answer)))
    return Announced(
        {path: text for path, text in zip(PATHS, said, strict=True) if text is not None}
    )
