"""The checks of the exam: pure functions of plan and facts; content, not engine."""
