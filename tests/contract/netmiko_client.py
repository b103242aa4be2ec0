"""Connect to a switch as told on stdin, print as JSON what happened: run in a node's network."""

import json
import sys
import time

from netmiko import ConnectHandler  # noqa: TID251 - the client that the switch must satisfy
from netmiko.exceptions import (  # noqa: TID251
    NetmikoAuthenticationException,
    NetmikoBaseException,
)


def main() -> int:
    """Connect, look at the prompt, perhaps configure."""
    options = {"device_type": "cisco_ios", "conn_timeout": 10, **json.load(sys.stdin)}
    lines = options.pop("lines", [])
    start = time.monotonic()
    try:
        connection = ConnectHandler(**options)
    except (NetmikoAuthenticationException, NetmikoBaseException) as exc:
        sys.stdout.write(json.dumps({"error": type(exc).__name__}))
        return 0
    with connection:
        told = {"connect_s": time.monotonic() - start, "prompt": connection.find_prompt()}
        if options.get("secret"):
            connection.enable()
            told["enabled"] = connection.find_prompt()
        if lines:
            told["configured"] = connection.send_config_set(lines, cmd_verify=False)
            connection.set_base_prompt()
            told["saved"] = connection.save_config()
    sys.stdout.write(json.dumps(told))
    return 0


sys.exit(main())
