"""The budget: it is counted before it is spent, and closes when in doubt."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.budget import ASSUMED_LIMIT, BLOCK, Budget
from agent.store import Store
from connectors.errors import BudgetSpent

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = NOON.date()
ORG = "00D1"


class FakeClock:
    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def wait(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def store(tmp_path: Path, migrated: Path) -> Iterator[Store]:
    shutil.copy(migrated, tmp_path / "bbm.db")
    with Store.open(f"sqlite:///{tmp_path / 'bbm.db'}") as opened:
        opened.pin_org(ORG, "Example")
        yield opened


def begun(
    store: Store, clock: FakeClock, used: int | None = 0, limit: int | None = 1000, **caps: int
) -> Budget:
    budget = Budget(store, clock, **caps)
    budget.begin_run(ORG, used, limit)
    return budget


def spend_all(budget: Budget, most: int = 100_000) -> int:
    """Reserve one by one until it says no; how many there were."""
    for number in range(most):
        try:
            budget.reserve(1)
        except BudgetSpent:
            return number
    return most


def test_a_run_may_use_a_quarter_of_the_orgs_allowance(store: Store, clock: FakeClock) -> None:
    assert spend_all(begun(store, clock)) == 250


def test_the_next_run_has_its_own_quarter(store: Store, clock: FakeClock) -> None:
    budget = begun(store, clock)
    spend_all(budget)

    budget.begin_run(ORG, 250, 1000)

    assert budget.spent == 0
    assert spend_all(budget) == 250


def test_the_agent_stops_where_the_org_needs_the_rest(store: Store, clock: FakeClock) -> None:
    budget = begun(store, clock, used=700)

    assert spend_all(budget) == 100


def test_calls_of_other_apps_count_when_the_crm_states_them(store: Store, clock: FakeClock) -> None:
    budget = begun(store, clock)
    budget.reserve(10)

    budget.observe(795, 1000)

    assert spend_all(budget) == 5


def test_an_own_cap_holds_over_all_runs_of_the_day(store: Store, clock: FakeClock) -> None:
    budget = begun(store, clock, daily_calls=30)
    assert spend_all(budget) == 30

    budget.begin_run(ORG, 30, 1000)

    with pytest.raises(BudgetSpent, match="30 of 30 calls today") as caught:
        budget.reserve(1)
    assert caught.value.wait_seconds == 12 * 3600


def test_a_new_day_is_a_new_allowance(store: Store, clock: FakeClock) -> None:
    budget = begun(store, clock, used=800, daily_calls=30)
    assert spend_all(budget) == 0

    clock.wait(12 * 3600)
    budget.observe(1, 1000)

    assert spend_all(budget) == 30


def test_without_a_statement_the_smallest_allowance_is_assumed(
    store: Store, clock: FakeClock
) -> None:
    budget = begun(store, clock, used=None, limit=None)

    assert spend_all(budget) == ASSUMED_LIMIT // 4


@pytest.mark.parametrize(("used", "limit"), [(-1, 1000), (0, 0), (5, -3)])
def test_what_is_no_statement_changes_nothing(
    store: Store, clock: FakeClock, used: int, limit: int
) -> None:
    budget = begun(store, clock)

    budget.observe(used, limit)

    assert spend_all(budget) == 250


def test_calls_before_the_org_is_known_are_counted_too(store: Store, clock: FakeClock) -> None:
    budget = Budget(store, clock)

    budget.reserve(3)

    assert budget.spent == 3
    assert store.allowance(ORG, TODAY).reserved == BLOCK


def test_more_than_fits_is_refused_whole(store: Store, clock: FakeClock) -> None:
    budget = begun(store, clock)

    with pytest.raises(BudgetSpent):
        budget.reserve(251)

    assert budget.spent == 0
    budget.reserve(250)


def test_what_was_counted_ahead_is_given_back_at_the_end(store: Store, clock: FakeClock) -> None:
    budget = begun(store, clock)
    budget.reserve(3)
    assert store.allowance(ORG, TODAY).reserved == BLOCK

    budget.release()

    assert store.allowance(ORG, TODAY).reserved == 3


def test_a_crash_wastes_a_block_at_most_and_never_undercounts(
    store: Store, clock: FakeClock
) -> None:
    begun(store, clock, daily_calls=100).reserve(3)

    after_the_crash = begun(store, clock, daily_calls=100)

    assert spend_all(after_the_crash) == 100 - BLOCK


def test_a_restart_remembers_what_the_crm_stated(store: Store, clock: FakeClock) -> None:
    budget = begun(store, clock, used=790)
    budget.reserve(2)

    restarted = Budget(store, clock)

    assert spend_all(restarted) <= 10


@pytest.mark.parametrize("restarts", [True, False])
def test_whether_the_orgs_day_is_over_is_asked_of_the_org(
    store: Store, clock: FakeClock, *, restarts: bool
) -> None:
    budget = begun(store, clock, used=790)
    spend_all(budget)
    budget = Budget(store, clock) if restarts else budget
    assert spend_all(budget) <= 10

    budget.begin_look()
    budget.reserve(1)
    budget.observe(10, 1000)  # as its first answer says
    budget.begin_run(ORG, None, None)

    assert spend_all(budget) == 250


def test_an_org_that_is_still_used_up_ends_the_look_with_its_first_answer(
    store: Store, clock: FakeClock
) -> None:
    budget = begun(store, clock, used=900)

    budget.begin_look()
    budget.reserve(1)
    budget.observe(900, 1000)

    assert spend_all(budget) == 0


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(st.tuples(st.sampled_from(["call", "crash", "run"]), st.integers(1, 40))),
    cap=st.integers(1, 200),
)
def test_no_order_of_runs_and_crashes_exceeds_the_daily_cap(
    store: Store, steps: list[tuple[str, int]], cap: int
) -> None:
    clock = FakeClock()
    clock.time += timedelta(days=len(steps) * 1000 + cap)  # a day no other example has used
    made, day = 0, clock.time.date()
    before = store.allowance(ORG, day).reserved
    budget = begun(store, clock, limit=10_000, daily_calls=cap)
    for step, calls in steps:
        match step:
            case "call":
                try:
                    budget.reserve(calls)
                except BudgetSpent:
                    continue
                made += calls
            case "crash":
                budget = begun(store, clock, limit=10_000, daily_calls=cap)
            case _:
                budget.begin_run(ORG, made, 10_000)

    assert before + made <= max(cap, before)
    assert store.allowance(ORG, day).reserved >= before + made
