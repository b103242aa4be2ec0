"""Names that a domain, or a Windows, has of its own: nothing new may have them."""

ACCOUNTS = frozenset(
    {
        "administrateur", "administrator", "invite", "guest", "krbtgt", "defaultaccount",
        "wdagutilityaccount",
    }
)  # fmt: skip
GROUPS = frozenset(
    {
        "access control assistance operators", "account operators", "administrateurs",
        "administrateurs de l'entreprise", "administrateurs du schema", "administrators",
        "admins du domaine", "allowed rodc password replication group", "backup operators",
        "cert publishers", "certificate service dcom access", "cloneable domain controllers",
        "controleurs de domaine", "cryptographic operators",
        "denied rodc password replication group",
        "distributed com users", "dnsadmins", "dnsupdateproxy", "domain admins", "domain computers",
        "domain controllers", "domain guests", "domain users", "duplicateurs",
        "editeurs de certificats", "enterprise admins", "enterprise key admins",
        "enterprise read-only domain controllers", "event log readers", "everyone",
        "group policy creator owners", "guests", "hyper-v administrators", "iis_iusrs",
        "incoming forest trust builders", "invites", "invites du domaine", "key admins",
        "network configuration operators", "operateurs de compte", "operateurs de sauvegarde",
        "operateurs de serveur", "operateurs d'impression", "ordinateurs du domaine",
        "performance log users", "performance monitor users", "pre-windows 2000 compatible access",
        "print operators", "protected users", "ras and ias servers", "read-only domain controllers",
        "remote desktop users", "remote management users", "replicator", "schema admins",
        "server operators", "storage replica administrators", "terminal server license servers",
        "tout le monde", "users", "utilisateurs", "utilisateurs du bureau a distance",
        "utilisateurs du domaine", "windows authorization access group",
    }
)  # fmt: skip
IDENTIFIERS = ACCOUNTS | GROUPS
"""Identifiers of the directory: an account may not have that of a group, nor the reverse."""
NETBIOS = frozenset(
    {"anonymous", "batch", "builtin", "dialup", "interactive", "internet", "local", "network"}
    | {"null", "proxy", "restricted", "self", "server", "service", "system", "users", "world"}
)
"""Microsoft's reserved words (support article 909264)."""
