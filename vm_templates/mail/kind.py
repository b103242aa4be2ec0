"""What a mail server is told: the mailbox of the subject, its ports, and the directory it asks."""

from checks.directory.demand import Directory
from checks.mail.demand import Mail
from labctl.api import Node, Plan


def parameters(plan: Plan, node: Node) -> dict[str, object]:
    """Return what the start program configures; nothing is served that the subject does not ask."""
    asked, directory = plan.find(Mail), plan.find(Directory)
    if asked is None or directory is None or asked.hosted_on != node.name:
        return {}
    controller, owner = plan.nodes[directory.on], directory.person(asked.owner)
    return {
        "server": asked.server,
        "owner": owner.login,
        "mailbox": owner.upn,
        "quota_mib": asked.quota_mib,
        "imap": {"port": asked.imap.port, "security": asked.imap.security},
        "smtp": {"port": asked.smtp.port, "security": asked.smtp.security},
        "trial_to": asked.trial.to,
        "company": plan.company,
        "domain": directory.domain,
        "base_dn": directory.base_dn,
        "audit_account": plan.management.account,
        "controller": controller.hostname,
        "controller_address": str(plan.address_of(directory.on)),
    }


def certificate_names(plan: Plan, node: Node) -> tuple[str, ...]:
    """Return the name by which clients call it."""
    asked = plan.find(Mail)
    return (asked.server,) if asked and asked.hosted_on == node.name else ()
