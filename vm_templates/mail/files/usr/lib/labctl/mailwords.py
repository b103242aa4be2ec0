"""What the mail server's programs are configured with, and the first message of a mailbox."""

from typing import Any

TLS = "/etc/labctl/tls"
ENABLED = "(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2))"
NAMED = "(sAMAccountName=%{user})(mail=%{user})(userPrincipalName=%{user})"


def dovecot(wanted: dict[str, Any], controller: str, password: str) -> str:
    """Return the configuration of Dovecot: one listener, on the port of the subject."""
    imap = wanted["imap"]
    is_wrapped = imap["security"] == "tls"
    plain, wrapped = (0, imap["port"]) if is_wrapped else (imap["port"], 0)
    return f"""\
dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
protocols = imap lmtp
listen = *
log_path = /var/log/dovecot.log
log_timestamp = "%Y-%m-%dT%H:%M:%S%z "
login_log_format_elements = rip=%{{remote_ip}} %{{secured}} user=<%{{user}}>
auth_username_format = %{{user | lower}}
auth_mechanisms = plain login
auth_failure_delay = 0
mail_driver = maildir
mail_home = /var/vmail/%{{user}}
mail_path = ~/Maildir
mail_uid = vmail
mail_gid = vmail
first_valid_uid = 100
mail_plugins {{
  quota = yes
}}
protocol imap {{
  mail_plugins {{
    imap_quota = yes
  }}
}}
quota "mailbox" {{
  driver = count
  storage_size = {wanted["quota_mib"]}M
}}
ssl = required
ssl_server_cert_file = {TLS}/cert.pem
ssl_server_key_file = {TLS}/key.pem
ldap_uris = ldaps://{controller}
ldap_auth_dn = {wanted["audit_account"]}@{wanted["domain"]}
ldap_auth_dn_password = {password}
ldap_base = {wanted["base_dn"]}
passdb passwd-file {{
  passwd_file_path = /etc/dovecot/mailboxes
}}
userdb passwd-file {{
  passwd_file_path = /etc/dovecot/others
}}
userdb ldap {{
  ldap_filter = (&{ENABLED}(|{NAMED}))
  fields {{
    user = %{{ldap:sAMAccountName}}
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {wrapped}
    ssl = yes
  }}
}}
service auth {{
  unix_listener /var/spool/postfix/private/auth {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
service lmtp {{
  unix_listener /var/spool/postfix/private/dovecot-lmtp {{
    mode = 0600
    user = postfix
    group = postfix
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


def mailboxes(wanted: dict[str, Any], hashed: str) -> str:
    """Return the one mailbox with a password, under the address and under the account."""
    owner = wanted["owner"]
    return f"{owner}:{hashed}::::::\n{wanted['mailbox']}:{hashed}::::::user={owner}\n"


def postfix(wanted: dict[str, Any]) -> str:
    """Return the configuration of Postfix: it takes messages of who logged in, and relays none."""
    there = dict.fromkeys((wanted["domain"], wanted["trial_to"].rpartition("@")[2]))
    known = f"inline:{{{{ {wanted['trial_to']}=there }}}}, proxy:ldap:/etc/postfix/ad.cf"
    return f"""\
compatibility_level = 3.9
myhostname = {wanted["server"]}
mydestination =
alias_maps =
inet_protocols = ipv4
inet_interfaces = all
maillog_file = /var/log/mail.log
message_size_limit = 10485760
virtual_mailbox_domains = {" ".join(there)}
virtual_mailbox_maps = {known}
virtual_transport = lmtp:unix:private/dovecot-lmtp
smtpd_helo_required = yes
smtpd_helo_restrictions = reject_invalid_helo_hostname
smtpd_tls_cert_file = {TLS}/cert.pem
smtpd_tls_key_file = {TLS}/key.pem
smtpd_tls_auth_only = yes
smtpd_tls_security_level = encrypt
smtpd_tls_received_header = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_auth_enable = yes
smtpd_sasl_authenticated_header = yes
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_client_restrictions = permit_sasl_authenticated, reject
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_sender_login_maps = proxy:ldap:/etc/postfix/ad.cf
smtpd_recipient_restrictions = reject_unlisted_recipient, reject_unauth_destination
"""


def submission(wanted: dict[str, Any]) -> str:
    """Return the entry of master.cf for the one port on which messages are taken."""
    smtp = wanted["smtp"]
    wrapped = " -o smtpd_tls_wrappermode=yes" if smtp["security"] == "tls" else ""
    return f"{smtp['port']}/inet={smtp['port']} inet n - n - - smtpd{wrapped}"


def directory(wanted: dict[str, Any], controller: str, password: str) -> str:
    """Return how Postfix asks the directory which account an address is of."""
    return f"""\
server_host = ldaps://{controller}
version = 3
tls_ca_cert_file = {TLS}/ca.pem
tls_require_cert = yes
bind_dn = {wanted["audit_account"]}@{wanted["domain"]}
bind_pw = {password}
search_base = {wanted["base_dn"]}
query_filter = (&{ENABLED}(|(mail=%s)(userPrincipalName=%s)))
result_attribute = sAMAccountName
"""


def welcome(wanted: dict[str, Any], code: str) -> str:
    """Return the message that waits in the mailbox."""
    return f"""\
From: Messagerie <{wanted["trial_to"]}>
To: <{wanted["mailbox"]}>
Subject: =?utf-8?q?Votre_bo=C3=AEte_est_ouverte?=
Message-ID: <welcome@{wanted["server"]}>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Bonjour,

Votre boîte {wanted["mailbox"]} est ouverte.

Code de recette : {code}

Recopiez ce code dans le message d'essai que le cahier des charges demande.
"""
