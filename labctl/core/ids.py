"""Names of things, kept apart by type."""

from typing import NewType

BenchId = NewType("BenchId", int)
"""Number of a bench in its room, 1 to 99; printed on two digits."""
NodeName = NewType("NodeName", str)
"""Key of a machine in the plan: ``pc``, ``sw1``, ``sonde_lan``…; not its host name."""
CheckId = NewType("CheckId", str)
"""Catalogue id of a check: ``K-071``."""
CriterionId = NewType("CriterionId", str)
"""Official number of a critère d'évaluation: ``6.2``."""
