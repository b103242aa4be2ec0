"""Facts of shares."""
