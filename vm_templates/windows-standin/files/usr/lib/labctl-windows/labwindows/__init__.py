"""A Windows workstation that is simulated: the WS-Management service, and what it tells."""
