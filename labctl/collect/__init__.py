"""Which facts do these checks need → one visit per machine → evidence bundle."""
