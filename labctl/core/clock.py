"""The time of day, as records have it."""

from datetime import UTC, datetime


def timestamp(at: datetime | None = None) -> str:
    """Return a moment, the present one by default, as RFC 3339, in UTC, to the millisecond."""
    moment = (at or datetime.now(UTC)).astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
