"""The database of the ticket tool; as a program: one statement and its values.

ticketdb.py 'UPDATE Tickets SET Priority = 1 WHERE Subject = ?' 'Installation > Poste'
"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

PATH = "/var/lib/dbconfig-common/sqlite3/request-tracker5/rtdb"
PATIENCE_S = 8


@contextmanager
def reading() -> Iterator[sqlite3.Connection]:
    """Give the database as it is at one moment, to read from."""
    with closing(sqlite3.connect(f"file:{PATH}?mode=ro", uri=True, timeout=PATIENCE_S)) as database:
        database.row_factory = sqlite3.Row
        database.execute("BEGIN")
        yield database


@contextmanager
def writing() -> Iterator[sqlite3.Connection]:
    """Give the database to change, all of it or nothing."""
    with closing(sqlite3.connect(PATH, timeout=PATIENCE_S)) as database, database:
        yield database


if __name__ == "__main__":
    with writing() as changed:
        changed.execute(sys.argv[1], sys.argv[2:])
