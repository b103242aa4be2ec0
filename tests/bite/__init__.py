"""Do the tests bite? Coverage of branches by ``make test``, and mutants by ``make mutate``."""
