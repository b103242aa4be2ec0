"""SMB as a user, and the share list of a server."""
