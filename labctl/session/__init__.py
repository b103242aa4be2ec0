"""The exam day: who sits where, what it takes, and when; computed from files, without a clock."""
