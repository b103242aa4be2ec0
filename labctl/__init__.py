"""Build, observe, judge and reset the benches of an exam from its cahier des charges."""
