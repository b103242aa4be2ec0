"""Facts in, verdicts out: pytest runs checks/ on evidence."""
