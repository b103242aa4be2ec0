"""What a subject says of a mailbox: whose it is."""

from checks.directory.demand import Directory
from checks.mail.demand import Mail
from labctl.api import Plan


def fields(asked: Mail, plan: Plan) -> dict[str, object]:
    """Return the owner of the mailbox, its address and its account."""
    directory = plan.find(Directory)
    if directory is None:
        return {"owner": {"name": asked.owner, "mailbox": asked.mailbox, "login": ""}}
    person = directory.person(asked.owner)
    owner = {"name": person.display_name, "mailbox": person.upn, "login": person.login}
    return {"owner": owner}
