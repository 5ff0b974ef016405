"""What customers are worth is kept as it was last found."""

from datetime import date
from decimal import Decimal

from agent.store import Store
from bbm_core.value.customer import CustomerValue, LtvClass, Rung
from tests.agent.store.book import DAY, NOW

BOUGHT = CustomerValue(
    customer="001A",
    rung=Rung.WINDOW,
    ltv=Decimal("1234.5678"),
    realised=Decimal("1000.10"),
    orders=3,
    first=date(2024, 2, 29),
    ltv_class=LtvClass.HIGH,
)
SILENT = CustomerValue(
    customer="001B", rung=Rung.GIVEN, ltv=None, realised=Decimal(), orders=0, first=None, left=True
)


def test_before_anything_was_found_there_are_no_values(store: Store) -> None:
    assert store.customer_values() == {}
    assert store.customer_values_found_at() is None


def test_values_come_back_as_they_were_found(store: Store) -> None:
    store.keep_customer_values([SILENT, BOUGHT], NOW)

    assert store.customer_values() == {"001A": BOUGHT, "001B": SILENT}
    assert store.customer_values_found_at() == NOW


def test_what_was_found_anew_takes_the_place_of_all_before(store: Store) -> None:
    store.keep_customer_values([BOUGHT], NOW)
    store.keep_customer_values([SILENT], NOW + DAY)

    assert store.customer_values() == {"001B": SILENT}
    assert store.customer_values_found_at() == NOW + DAY


def test_finding_nobody_leaves_nobody(store: Store) -> None:
    store.keep_customer_values([BOUGHT], NOW)
    store.keep_customer_values([], NOW + DAY)

    assert store.customer_values() == {}
