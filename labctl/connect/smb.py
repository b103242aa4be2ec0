"""Shares, tried as a user over SMB 2 or 3, signed.

Two questions, both answered with JSON; a status is the NT status by name (``STATUS_SUCCESS``,
``STATUS_ACCESS_DENIED``, ``STATUS_BAD_NETWORK_NAME``, ``STATUS_LOGON_FAILURE``…), or empty when the
step was not tried because an earlier one failed:

``{"try": "share", "principal": login, "share": name}`` →
    ``{"missing": bool, "logon": status, "connect": status, "list": status, "read": status,
    "write": status}``. *write* creates, renames and deletes a file of labctl's; *read* reads one
    that another principal left there (``STATUS_NO_SUCH_FILE`` when nobody could leave one).
``{"try": "visible", "principal": login}`` →
    ``{"missing": bool, "logon": status, "shares": [names]}``, as listed to that principal.

*missing*: the principal has no account, so that nothing was tried.
"""
