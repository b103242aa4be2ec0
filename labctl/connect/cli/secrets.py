"""Secrets in the configuration of a device, hidden by the grammar of the line that holds them.

Lines: Cisco IOS Security, SNMP, IP Routing and IP Application Services Command References. A
secret is replaced by ``***`` and a number; equal secrets have equal numbers, so that two
configurations can still be compared.
"""

import re
from functools import cache

_TYPE = r"(?:[0-9] )?+"
"""How the secret is stored: 0 clear, 5 and 9 hashed, 6 and 7 reversible."""
_WORD = r"(?P<secret>(?!\*\*\*\d+(?:[\s\"]|$))[^\s\"]+)"
_REST = r"(?P<secret>(?!\*\*\*\d+\"?\s*$)\S[^\"]*?)(?=\"?\s*$)"
_START = (
    r"^(?P<head>\s*+(?!description |remark |name |alias )"
    r"(?:no )?(?:action \S+ cli command \")?(?:cli )?"
)

_UP_TO_THE_END = (
    r"enable (?:secret|password) (?:level \d+ )?+",
    r"username \S+ (?:.* )?(?:secret|password) ",
    r"password (?!encryption aes)",
    r"key-string ",
)
"""Before a secret that may hold spaces and ends the line."""
_BEFORE_A_WORD = (
    # accounts, servers of accounts
    r"(?!enable )(?:.* )?(?:password|secret) (?!encryption aes)"
    r"(?:(?:option \d+ for|peer) \S+ |fallback )?+",
    r"(?:tacacs-server|radius-server|server-private|pac|ldap) (?:.* )?key ",
    r"key (?!chain |config-key )",
    r"(?:.* )?server-key ",
    r"(?:.* )?pre-share key ",
    # keys of tunnels
    r"crypto isakmp key ",
    r"pre-shared-key (?:(?:local|remote) )?+(?:(?:address|hostname) .* key )?+",
    r"set session-key (?:in|out)bound ah \d+ ",
    r"set session-key (?:.* )?cipher ",
    r"set session-key (?:.* )?authenticator ",
    r"ip nhrp authentication ",
    # radio
    r"wpa-psk (?:ascii|hex) ",
    r"(?:.* )?set-key (?:ascii|hex) ",
    r"encryption (?:.* )?key \d+ size \S+ ",
    # management
    r"snmp-server community ",
    r"snmp-server host \S+ (?:vrf \S+ )?+(?:(?:traps|informs) )?+"
    r"(?:version (?:1|2c|3 (?:auth|noauth|priv)) )?+",
    r"snmp-server user (?:.* )?auth (?:md5|sha-2 \d+|sha\S*) ",
    r"snmp-server user (?:.* )?priv (?:3?des|aes \d+) ",
    r"snmp mib community-map ",
    r"rmon event \d+ (?:log )?trap ",
    r"ntp authentication-key \d+ \S+ ",
    # routing and shared addresses
    r"(?:standby|vrrp|glbp) (?:\d+ )?authentication "
    r"(?:md5 key-string |text |(?!md5 key-|text ))",
    r"(?:ip ospf|area) (?:.* )?authentication-key ",
    r"(?:ip ospf|area) (?:.* )?message-digest-key \d+ md5 ",
    r"(?:.* )?spi \d+ (?:md5|sha1) ",
    r"(?:.* )?spi \d+ esp (?!null )\S+ (?:\d{3} )?+",
    r"(?:.* )?spi \d+ esp .* (?:md5|sha1) ",
    r"authentication mode hmac-sha-256 ",
    r"(?:isis password|area-password|domain-password) ",
    # addresses with an account
    r"(?:.*)://[^/\s:@]+:",
)
"""Before a secret of one word."""

_MOST = 2
"""Secrets that one rule may find in a line: an account with a password and a secret."""
_LONGEST = 1024
"""Characters of a line above which no device printed it; parsers refuse such a text."""
_HINTS = re.compile(
    r"password|secret|key|psk|community|snmp-server|rmon|authentication|authenticator|spi|://"
)
"""A line without any of these holds no secret: most lines of a configuration are passed over."""


@cache
def load_rules() -> tuple[re.Pattern[str], ...]:
    """Compile the patterns, once: thirty of them take 10 ms."""
    return (
        *(re.compile(f"{_START}{head}{_TYPE}){_REST}") for head in _UP_TO_THE_END),
        *(re.compile(f"{_START}{head}{_TYPE}){_WORD}") for head in _BEFORE_A_WORD[:-1]),
        re.compile(rf"{_START}{_BEFORE_A_WORD[-1]})(?P<secret>(?!\*\*\*\d+@)[^\s@\"]+)(?=@)"),
    )


class SecretMask:
    """Hides the secrets of texts of one device; a secret keeps its number from text to text."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, text: str) -> str:
        """Return the text, every secret replaced; line ends are kept."""
        return "\n".join(map(self._hide, text.split("\n")))

    def _hide(self, line: str) -> str:
        if len(line) > _LONGEST or _HINTS.search(line) is None:
            return line
        for rule in load_rules():
            for _secret in range(_MOST):
                line = rule.sub(self._replace, line)
        return line

    def _replace(self, match: re.Match[str]) -> str:
        secret = match["secret"]
        number = self._numbers.setdefault(secret, len(self._numbers) + 1)
        return f"{match['head']}***{number}"
