"""One file per verb: parse, call pipeline, print."""
