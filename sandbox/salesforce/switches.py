"""What is one way in one org and another way in the next, or that nobody could confirm."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(slots=True)
class Switches:
    """Both sides of each are worth a test; the defaults are the more usual ones."""

    attributes_first: bool = False  # recordings disagree whether `attributes` must stand first
    soap_login: bool = True  # new orgs have SOAP login() disabled
    refresh_rotation: bool = True  # each use of a refresh token brings the next one
    duplicates_on_any_edit: bool = False  # or only on edits of the fields that a rule compares
    bulk_enabled: bool = True  # some editions have no asynchronous API
    bulk_seconds: float = 0.0  # how long a batch is queued, and then is in progress
    statistics_age: timedelta = timedelta(0)  # how old the counts of /limits/recordCount are
    most_ids: int = 600_000  # that /updated and /deleted tell at once
