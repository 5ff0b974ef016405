"""How bulk jobs of an org behave; tests and people turn these."""

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(slots=True)
class BulkSettings:
    """A job is done when it was looked at often enough, or when its time by the clock is over."""

    looks: int = 2
    seconds: float = 10.0
    failing: str = ""  # while it is set, jobs end as failed, with these words
    lost_rows: int = 0  # rows that every page of results leaves out, though it counts them
    batch_rows: int = 10_000  # rows of an ingest job that are written between two looks
    page_rows: int = 100_000  # the most rows of a page whose size nobody asked for
    most_bytes: int = 100 * 1000 * 1000  # of one upload: 150 MB once it is encoded in base64
    life: timedelta = timedelta(days=7)  # of a job and its results
    unsupported: set[str] = field(
        default_factory=lambda: {"CaseStatus", "PartnerRole", "RecentlyViewed", "UserRecordAccess"}
    )
