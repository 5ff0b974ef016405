"""What can be set about a portal, before it starts or while it runs."""

from dataclasses import dataclass, field
from enum import StrEnum


class Backward(StrEnum):
    """What becomes of an integration's write that moves a lifecycle stage backward."""

    IGNORE = "ignore"
    REFUSE = "refuse"
    ALLOW = "allow"


class RetryAfter(StrEnum):
    """What a refusal for too many calls says in its Retry-After header."""

    NOTHING = "nothing"
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"


@dataclass(slots=True)
class Knobs:
    """Where HubSpot's behaviour depends on the account, or is not certain, it is set here."""

    portal_id: int = 48210437
    time_zone: str = "Asia/Tokyo"
    currency: str = "JPY"
    # further currencies, and what one unit of each is worth at home, such as {"USD": "150"}
    exchange_rates: dict[str, str] = field(default_factory=dict)
    rates_since: str = ""  # the day since which they are worth that; empty: ever
    # what they were worth before, each from a day on, such as {"USD": {"2026-01-01": "140"}}
    earlier_rates: dict[str, dict[str, str]] = field(default_factory=dict)
    account_type: str = "STANDARD"
    ui_domain: str = "app.hubspot.com"
    data_hosting: str = "na1"
    has_leads: bool = False  # Sales Hub Professional and up
    index_lag_seconds: float = 3.0
    id_cursors: bool = False  # a list's cursor is the id it goes on from, as recorded once
    lifecycle_backward: Backward = Backward.IGNORE
    first_lifecycle: str = "lead"  # what a contact or company starts as
    merge_makes_new_id: bool = True
    associates_by_domain: bool = False  # new contacts find their company by e-mail domain
    honours_trace_ids: bool = True  # one bad input of a batch does not stop the others
    updates_honour_trace_ids: bool = True  # the same for updates alone
    retry_after: RetryAfter = RetryAfter.NOTHING
    scopes_in_context: bool = False  # where a refusal names the scopes that are missing
    oauth_takes_json: bool = False  # the dated addresses of OAuth, as HubSpot's newer client asks
    bool_needs_options: bool = False  # a bool property is not created without its two options
    lead_definitions_by_api: bool = False
    page_may_end_beyond: bool = False  # the last page of a search may reach over the 10,000
    ids_sort_as_text: bool = False  # a search by id puts 10 before 9
    bump_after_create_seconds: tuple[float, float] = (2.0, 4.0)
    calls_per_ten_seconds: int = 190
    oauth_calls_per_ten_seconds: int = 110  # for an app that an account has let in
    link_calls_per_ten_seconds: int = 0  # associations in a window of their own; 0: with the others
    calls_per_day: int = 650_000
    searches_per_second: int = 5
    export_waits_seconds: float = 5.0  # before an export is begun
    export_takes_seconds: float = 60.0
    export_rows_per_file: int = 1_000_000
    filter_groups: int = 5
    filters_in_group: int = 6
    filters_in_search: int = 18
    custom_properties_limit: int = 1000
    token_lifetime_seconds: int = 1800
    largest_page: int = 0  # cut list and search pages to this size; 0 leaves them as asked for
    empty_pages: bool = False  # every page of a list but the first comes after an empty one

    @property
    def rates(self) -> dict[str, str]:
        """What every currency is worth at home; nothing where there is only one."""
        return {self.currency: "1", **self.exchange_rates} if self.exchange_rates else {}
