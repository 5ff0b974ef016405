"""The daily allowance of API calls, and the rest of what `/limits` shows."""

from datetime import datetime, timedelta

from sandbox.clock import SandboxClock
from sandbox.salesforce.refusals import daily_limit, limit_exceeded

_DAY = timedelta(hours=24)
_OTHERS = {
    "AnalyticsExternalDataSizeMB": 40960,
    "ConcurrentAsyncGetReportInstances": 200,
    "ConcurrentSyncReportRuns": 20,
    "DailyAsyncApexExecutions": 250000,
    "DailyBulkApiBatches": 15000,
    "DailyBulkV2QueryFileStorageMB": 976562,
    "DailyBulkV2QueryJobs": 10000,
    "DailyDurableStreamingApiEvents": 200000,
    "DailyStreamingApiEvents": 200000,
    "DailyWorkflowEmails": 100000,
    "DataStorageMB": 10240,
    "FileStorageMB": 10240,
    "HourlyAsyncReportRuns": 1200,
    "HourlyDashboardRefreshes": 200,
    "HourlyODataCallout": 20000,
    "HourlySyncReportRuns": 500,
    "HourlyTimeBasedWorkflow": 1000,
    "MassEmail": 5000,
    "PermissionSets": 1500,
    "SingleEmail": 5000,
}


class Usage:
    """Counts calls in the last 24 hours of the clock, in steps of an hour."""

    def __init__(self, clock: SandboxClock, allowed: int = 115_000) -> None:
        self.allowed = allowed
        self._clock = clock
        self.others = dict(_OTHERS)
        self._hours: dict[datetime, int] = {}
        self._spent: dict[str, list[tuple[datetime, int]]] = {}

    def used(self) -> int:
        edge = self._clock.now() - _DAY
        self._hours = {hour: calls for hour, calls in self._hours.items() if hour > edge}
        return sum(self._hours.values())

    def take(self, calls: int = 1) -> None:
        """Count calls.

        Raises:
            Refusal: the allowance is spent.
        """
        if self.used() + calls > self.allowed:
            raise limit_exceeded()
        hour = self._clock.now().replace(minute=0, second=0, microsecond=0)
        self._hours[hour] = self._hours.get(hour, 0) + calls

    def spend(self, name: str, amount: int) -> None:
        """Use up some of another allowance of the day.

        Raises:
            Refusal: there is not so much left.
        """
        if amount > self._left(name):
            raise daily_limit(name, self.others[name])
        self._spent.setdefault(name, []).append((self._clock.now(), amount))

    def set(self, used: int) -> None:
        """Make it so that this many calls were made by now."""
        hour = self._clock.now().replace(minute=0, second=0, microsecond=0)
        self._hours = {hour: used}

    def header(self) -> str:
        return f"api-usage={self.used()}/{self.allowed}"

    def body(self) -> dict[str, dict[str, int]]:
        rest = {
            name: {"Max": most, "Remaining": max(0, self._left(name))}
            for name, most in sorted(self.others.items())
        }
        left = max(0, self.allowed - self.used())
        return {"DailyApiRequests": {"Max": self.allowed, "Remaining": left}, **rest}

    def _left(self, name: str) -> int:
        edge = self._clock.now() - _DAY
        spent = [(at, amount) for at, amount in self._spent.get(name, ()) if at > edge]
        if spent:
            self._spent[name] = spent
        return self.others[name] - sum(amount for _, amount in spent)
