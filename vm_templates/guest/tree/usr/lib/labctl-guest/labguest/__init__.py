"""A virtual machine as a node: what the provider of namespaces does from outside, done inside."""
