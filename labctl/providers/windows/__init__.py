"""Masters of Windows: answer files, the disc that carries them, the machine they are made on."""
