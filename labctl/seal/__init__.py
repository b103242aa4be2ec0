"""The seal of a bench: what every byte of it was, signed with the centre's key."""
