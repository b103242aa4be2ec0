"""Facts of a Windows workstation, or of the one that stands in for it: asked over CIM."""
