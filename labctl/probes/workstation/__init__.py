"""Facts of the workstation that every kind of it has: asked over SSH or over CIM."""
