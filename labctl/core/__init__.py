"""Words shared by every stage; imports nothing from labctl."""
