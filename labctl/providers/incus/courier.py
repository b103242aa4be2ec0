"""The child program that has an order carried out in the jury's instance.

``python -m labctl.providers.incus.courier`` takes an order as one line from standard input, as
``labctl serve`` does, and says what the labctl of the instance says.
"""

import json
import secrets
import sys

from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError
from labctl.plan.document import from_json
from labctl.providers.incus import clusters, layout, seat, works
from labctl.providers.incus.works import Works
from labctl.providers.namespaces.bench import instance

_GRACE_S = 10.0
"""Beyond the time of what is ordered: to bring the order, and its result."""


def main() -> int:
    """Carry the order of standard input."""
    sys.stdout.write(json.dumps({"hello": "labctl"}) + "\n")
    sys.stdout.flush()
    line = sys.stdin.buffer.readline()
    document = json.loads(line)
    plan = from_json(json.dumps(document["plans"][0]))
    cluster = clusters.of_plan(plan)
    seconds = float(document["limit_s"]) + _GRACE_S
    deadline = Deadline.after(seconds)
    try:
        with clusters.open_cluster(cluster, deadline) as client:
            bench = Works(client, plan, layout.Tag(instance(), plan.bench), "")
            path = f"{seat.ORDER}-{secrets.token_hex(8)}"
            seat.bring_code(bench)
            works.push(bench, plan.management.vantage, path, line)
            said = seat.run(bench, ("serve", path, str(seconds)))
    except LabctlError as exc:
        sys.stderr.write(f"{exc.message}\n")
        return 1
    sys.stdout.write(said.output)
    sys.stderr.write(said.errors)
    return said.code


if __name__ == "__main__":
    sys.exit(main())
