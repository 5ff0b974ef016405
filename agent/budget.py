"""How many API calls the agent may make: a share of what the org is allowed, never all of it."""

from datetime import UTC, datetime, time, timedelta

from agent.clock import Clock
from agent.store import Store
from connectors.errors import BudgetSpent

BLOCK = 25
"""Calls counted in the store at once; a crash wastes at most so many, and never under-counts."""

ASSUMED_LIMIT = 15_000
"""The daily allowance while the CRM has not stated its own: the smallest that is sold."""

_MOST_PERCENT = 100


class Budget:
    """Counts every attempt before it is made, logins and retries included.

    It fails closed: where the CRM does not state its allowance, the smallest one is assumed, and
    what cannot be counted is not sent.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        run_percent: int = 25,
        org_percent: int = 80,
        daily_calls: int | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._run_percent = run_percent
        self._org_percent = org_percent
        self._daily_calls = daily_calls
        self._org = store.pinned_org() or ""
        self._spent_in_run = 0
        self._left_in_block = 0
        self._used: int | None = None
        self._limit: int | None = None
        self._open_day()

    @property
    def spent(self) -> int:
        """Calls made since the run began."""
        return self._spent_in_run

    def begin_look(self) -> None:
        """Before the CRM is looked at: whether what was used up is free again, it alone can say.

        Its day need not end when ours does. Its first answer that states the use counts at once.
        """
        self._used = None
        self._spent_since_stated = 0

    def begin_run(self, org: str, used: int | None, limit: int | None) -> None:
        """A new run against this org, with the use and the allowance it states, if it does."""
        heard = (self._used, self._limit) if org == self._org else (None, None)
        stated = heard if used is None or limit is None else (used, limit)
        self.release()
        self._org = org
        self._spent_in_run = 0
        self._open_day()
        if stated[0] is not None and stated[1] is not None:
            self.observe(stated[0], stated[1])

    def reserve(self, calls: int) -> None:
        """Count calls that are about to be made.

        Raises:
            BudgetSpent: They are not to be had, in this run or today.
        """
        self._turn_day()
        self._check(calls)
        if calls > self._left_in_block:
            self._reserve_block(calls)
        self._left_in_block -= calls
        self._spent_today += calls
        self._spent_in_run += calls
        self._spent_since_stated += calls

    def observe(self, used: int, limit: int) -> None:
        """Take in what the CRM says about the org's use and allowance of the day."""
        if used < 0 or limit <= 0:
            return  # not a statement; what is known so far stands
        # What came for the day before is forgotten by the next `reserve`, which looks at the day.
        self._used, self._limit = used, limit
        self._spent_since_stated = 0

    def release(self) -> None:
        """Give back what was counted ahead and not used."""
        if self._left_in_block:
            self._store.reserve_calls(self._org, self._day, -self._left_in_block)
            self._left_in_block = 0

    def _check(self, calls: int) -> None:
        """Each cap on its own; the first that is reached says so."""
        run_cap = self._share(self._run_percent)
        if self._spent_in_run + calls > run_cap:
            raise _spent(
                f"this run has made {self._spent_in_run} of the {run_cap} API calls it may make",
                "The next run goes on from here; or raise budget.run_percent.",
            )
        if self._daily_calls is not None and self._spent_today + calls > self._daily_calls:
            raise _spent(
                f"the agent has made {self._spent_today} of {self._daily_calls} calls today",
                "It goes on tomorrow (UTC); or raise budget.daily_calls.",
                self._seconds_of_day_left(),
            )
        self._check_org(calls)

    def _check_org(self, calls: int) -> None:
        org_cap = self._share(self._org_percent)
        used = self._org_use()
        if used + calls > org_cap:
            raise _spent(
                f"the org has used {used} of its {self._allowed()} API calls; "
                f"the agent stops at {org_cap}",
                "It goes on when the org's use falls; or raise budget.org_percent.",
                self._seconds_of_day_left(),
            )

    def _org_use(self) -> int:
        """As stated, and what we spent since; without a statement our own use is all we know."""
        if self._used is None:
            return self._spent_today
        return self._used + self._spent_since_stated

    def _share(self, percent: int) -> int:
        return self._allowed() * percent // _MOST_PERCENT

    def _allowed(self) -> int:
        return ASSUMED_LIMIT if self._limit is None else self._limit

    def _reserve_block(self, calls: int) -> None:
        # Counted in the store before it is sent: a crash may waste a block, never overspend one.
        block = max(BLOCK, calls)
        self._store.reserve_calls(self._org, self._day, block)
        self._left_in_block += block
        if self._used is not None and self._limit is not None:
            self._store.observe_calls(self._org, self._day, self._org_use(), self._limit)

    def _turn_day(self) -> None:
        if self._clock.now().astimezone(UTC).date() != self._day:
            self.release()
            self._open_day()

    def _open_day(self) -> None:
        self._day = self._clock.now().astimezone(UTC).date()
        known = self._store.allowance(self._org, self._day)
        self._spent_today = known.reserved
        self._used, self._limit = known.used, known.limit
        self._left_in_block = 0
        self._spent_since_stated = 0

    def _seconds_of_day_left(self) -> float:
        now = self._clock.now()
        midnight = datetime.combine(self._day + timedelta(days=1), time(), UTC)
        return max(0.0, (midnight - now).total_seconds())


def _spent(what: str, hint: str, wait_seconds: float | None = None) -> BudgetSpent:
    return BudgetSpent(
        f"The budget is spent: {what}.",
        hint=hint,
        code="BBM-BUDGET-001",
        wait_seconds=wait_seconds,
    )
