"""The commands of the switch, by subject."""
