"""Apply playbooks with ansible-runner: reference solution and base state."""
