"""Files written by people → typed models; French keys meet English names here only."""
