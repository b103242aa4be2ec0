"""Apply reference solutions with ansible-runner; break things on a bench, and repair them."""
