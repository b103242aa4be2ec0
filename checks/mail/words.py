"""What a subject says of a mailbox: whose it is."""

from checks.directory.demand import Directory
from checks.mail.demand import Mail
from labctl.api import Plan


def fields(asked: Mail, plan: Plan) -> dict[str, object]:
    """Return the owner of the mailbox, and its address."""
    directory = plan.find(Directory)
    if directory is None:
        return {"owner": {"name": asked.owner, "mailbox": asked.mailbox}}
    person = directory.person(asked.owner)
    return {"owner": {"name": person.display_name, "mailbox": person.upn}}
