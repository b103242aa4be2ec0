"""The command line of a network device."""
