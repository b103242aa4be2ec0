"""What a careful reader checks in a cahier and a room, one module per theme."""
