"""The time of day, as records have it."""

from datetime import UTC, datetime

_LAST = 253_402_300_799  # the last second of the year 9999


def timestamp(at: datetime | None = None) -> str:
    """Return a moment, the present one by default, as RFC 3339, in UTC, to the millisecond."""
    moment = (at or datetime.now(UTC)).astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def tell_seconds(seconds: int) -> str:
    """Return a moment in seconds since 1970 as RFC 3339, in UTC; one out of the calendar, its end.

    Who wrote a file may have given it any time.
    """
    moment = datetime.fromtimestamp(min(max(seconds, 0), _LAST), UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
