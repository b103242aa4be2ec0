"""What the show commands print: pure functions of a view of the switch."""
