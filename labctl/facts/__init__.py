"""What a fact is, how it is asked, which topic gives it; facts themselves are content."""
