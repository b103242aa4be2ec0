"""Machines that are namespaces of this one: the small runtime, its children, a bench's folder."""
