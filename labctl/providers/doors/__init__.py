"""A candidate's way in: a node without network, the gate in front of it, what is handed in."""
