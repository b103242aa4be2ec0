"""The switch of a bench: an IOS-like command line over a real data plane."""
