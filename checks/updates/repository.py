"""The repository of packages that the simulated Internet of a bench serves.

Its build makes it (``vm_templates/internet``); a test holds both to the same names.
"""

from labctl.api import SIMULATED_INTERNET

NAME = "depot_salle"
"""What a subject calls it: ``reference: depot_salle``."""
URL = f"http://depot.{SIMULATED_INTERNET}/debian"
KEY = f"{URL}/depot-salle.asc"
SECURITY = "salle-securite"
SUITES = ("salle", SECURITY)
"""What a machine is delivered with, and what has come since."""
FOLDER = "/srv/depot/debian"
"""Where it lies on the machine that serves it."""
