"""Acts on a bench that providers share: make, repair, look at, reset and prove."""
