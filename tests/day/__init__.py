"""A whole exam, end to end, nobody at the keyboard."""
