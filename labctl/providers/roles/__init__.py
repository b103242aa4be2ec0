"""What a machine is made of by its role: templates, image layers, files, keys and secrets."""
