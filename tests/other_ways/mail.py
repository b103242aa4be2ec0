"""A mailbox read and written by other clients than the one of the reference solution."""

from checks.directory.demand import Directory
from checks.mail.demand import Mail
from labctl.plan.model import Plan

KNOWN = """python3 -c 'import json
print(json.load(open("/etc/labctl/secrets.json"))["mailbox_password"])'"""
"""How the password of the mailbox is read where it is known."""


def with_curl(plan: Plan) -> str:
    """Return a script that reads the waiting message and answers; its password comes first."""
    asked = plan.demand(Mail)
    owner = plan.demand(Directory).person(asked.owner)
    return f"""
curl() {{ command curl -sS --cacert /etc/labctl/tls/ca.pem -u "{owner.login}:$MAILBOX" "$@"; }}
code=$(curl 'imaps://{asked.server}:{asked.imap.port}/INBOX;MAILINDEX=1' |
    grep -o 'recette : [0-9]*' | tr -dc 0-9)
printf 'From: <{owner.upn}>\\r\\nSubject: {asked.trial.subject}\\r\\n\\r\\n%s\\r\\n' "$code" \\
    > /tmp/letter
curl --ssl-reqd --mail-from {owner.upn} --mail-rcpt {asked.trial.to} -T /tmp/letter \\
    smtp://{asked.server}:{asked.smtp.port}
"""


CLIENT = """
import imaplib, re, smtplib, ssl, sys
from email.message import EmailMessage
server, imap, smtp, login, box, to, subject, password = sys.argv[1:]
trust = ssl.create_default_context(cafile="/etc/labctl/tls/ca.pem")
"""
READ_AND_WRITE = f"""{CLIENT}
with imaplib.IMAP4_SSL(server, int(imap), ssl_context=trust) as mailbox:
    mailbox.login(box, password)
    mailbox.select()
    waiting = mailbox.fetch("1", "(RFC822)")[1][0][1].decode()
letter = EmailMessage()
letter["From"], letter["To"], letter["Subject"] = box, to, subject
letter["User-Agent"] = "Client écrit à la main"
letter.set_content("Bonjour, voici le code : " + re.search("recette : ([0-9]+)", waiting)[1])
letter.add_alternative("<p>joli</p>", subtype="html")
with smtplib.SMTP(server, int(smtp), timeout=10) as post:
    post.starttls(context=trust)
    post.login(box, password)
    post.send_message(letter)
"""
"""The address as the account, a message of two parts, and another name of the client."""
TRY_ALL = f"""{CLIENT}
import json

def read(user, word):
    with imaplib.IMAP4_SSL(server, int(imap), ssl_context=trust) as mailbox:
        mailbox.login(user, word)
        return "read"

def send(sender, recipient, word=password, tls=True, user=login):
    with smtplib.SMTP(server, int(smtp), timeout=10) as post:
        if tls:
            post.starttls(context=trust)
        if user:
            post.login(user, word)
        post.sendmail(sender, [recipient], "Subject: essai\\r\\n\\r\\n")
        return "sent"

def said(act, *args, **named):
    try:
        return act(*args, **named)
    except (OSError, imaplib.IMAP4.error, smtplib.SMTPException) as exc:
        return type(exc).__name__

domain = box.partition("@")[2]
print(json.dumps({{
    "read": said(read, login, password),
    "wrong password": said(read, login, "x" + password),
    "empty password": said(read, login, ""),
    "another account": said(read, "administrator", password),
    "imap in the clear": said(imaplib.IMAP4, server, 143),
    "another authority": said(imaplib.IMAP4_SSL, server, int(imap),
        ssl_context=ssl.create_default_context()),
    "forged sender": said(send, "administrator@" + domain, to),
    "sender from elsewhere": said(send, "direction@example.org", to),
    "unknown recipient": said(send, box, "nobody@" + domain),
    "recipient elsewhere": said(send, box, "somebody@example.org"),
    "nobody logged in": said(send, box, to, user=""),
    "wrong password, to send": said(send, box, to, word="x" + password),
    "send in the clear": said(send, box, to, tls=False),
}}))
"""
"""What must be refused, from where the candidate sits."""


def words_of(plan: Plan, password: str) -> tuple[str, ...]:
    """Return what the programs are called with."""
    asked = plan.demand(Mail)
    owner = plan.demand(Directory).person(asked.owner)
    ports = (str(asked.imap.port), str(asked.smtp.port))
    people = (owner.login, owner.upn, asked.trial.to)
    return (asked.server, *ports, *people, asked.trial.subject, password)
