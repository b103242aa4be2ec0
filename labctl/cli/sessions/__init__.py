"""The sub-verbs of ``labctl session``, one module each."""
