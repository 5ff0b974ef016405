"""Values made-up customers by each rung that needs no statement, and compares with the truth.

    python -m benchmarks.ltv --customers 200000

The world is drawn as BG/NBD and Gamma-Gamma describe it: rates, stops and amounts vary between
customers, who begin within the 24 months before the valuation. The truth is what each of them
brings in its first 36 months, which go on after the valuation. All rungs see the same orders.

`whole` is the sum of the values as a share of the truth, `error` the mean absolute error as a share
of the mean truth, `quarter` the share of each year's truly best quarter that the rung finds there.
"""

import argparse
import gc
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from agent.cli import COLLECT_AFTER
from bbm_core.chance import Chance, seeded
from bbm_core.records import Money
from bbm_core.value.case import Case, Estimate, Lack, Terms
from bbm_core.value.customer import CustomerValue, LtvClass, Rung
from bbm_core.value.customers import classify_customers
from bbm_core.value.history import Sale, ledger
from bbm_core.value.ltv import value_customers
from bbm_core.value.money import RateTable
from bbm_core.value.rungs import realised, window
from bbm_core.value.rungs_repeat import repeat

TODAY = date(2026, 1, 1)
SEEN_DAYS = 730
HORIZON_DAYS = 1096
TERMS = Terms(36, 0.0)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    gc.set_threshold(COLLECT_AFTER, 50, 100)  # as the command does
    sales, truth = made_up(asked.customers, seeded("ltv", asked.seed))
    print(f"{asked.customers:,} customers, {len(sales):,} orders until {TODAY}")
    started = time.process_time()
    books = ledger(sales, RateTable("JPY"), TODAY)
    case = Case(books.histories, {}, TERMS, TODAY)
    print(f"histories {time.process_time() - started:.1f} CPU s\n")
    print(f"{'rung':10}{'CPU s':>9}{'whole':>9}{'error':>9}{'quarter':>9}")
    best = quarters(case, truth)
    for rung in (repeat, window, realised):
        started = time.process_time()
        found = rung(case)
        print(line(found, time.process_time() - started, case, truth, best))
    started = time.process_time()
    valuation = value_customers(case)
    classify_customers(valuation.values)
    rung_name = valuation.estimate.rung
    print(f"\nthe ladder with its classes ({rung_name}) {time.process_time() - started:.1f} CPU s")
    return 0


def made_up(count: int, chance: Chance) -> tuple[list[Sale], Mapping[str, float]]:
    """The orders until the valuation, and what each customer brings in its first 36 months."""
    sales, truth = [], {}
    for number in range(count):
        customer = f"{number:07}"
        begun = chance.randrange(SEEN_DAYS)
        rate, stop = chance.gammavariate(0.9, 1 / 150), chance.betavariate(0.9, 3.0)
        worth = 90_000 / chance.gammavariate(4.0, 1)
        at, alive, total = 0.0, True, 0.0
        while alive and at < HORIZON_DAYS:
            amount = round(worth * chance.gammavariate(4.0, 0.25), 2)
            total += amount
            if begun + at <= SEEN_DAYS:
                day = TODAY - timedelta(days=SEEN_DAYS - begun - int(at))
                sales.append(Sale(customer, day, Money(Decimal(str(amount)), "JPY")))
            at += 1 + chance.expovariate(rate)
            alive = chance.random() > stop
        truth[customer] = total
    return sales, truth


def quarters(case: Case, values: Mapping[str, float | Decimal | None]) -> set[str]:
    """Who is in the best quarter of its year by these values."""
    customers = [
        CustomerValue(
            customer=one,
            rung=Rung.REALISED,
            ltv=None if (value := values.get(one)) is None else Decimal(value),
            realised=Decimal(),
            orders=1,
            first=case.first(one),
        )
        for one in case.customers
    ]
    return {c.customer for c in classify_customers(customers) if c.ltv_class is LtvClass.HIGH}


def line(
    found: Estimate | Lack,
    seconds: float,
    case: Case,
    truth: Mapping[str, float],
    best: set[str],
) -> str:
    if isinstance(found, Lack):
        return f"{found.rung:10}{seconds:9.1f}  lacks: {found.why} {found.have} of {found.need}"
    values = {one: float(value or 0) for one, value in found.values.items()}
    whole = sum(truth.values())
    off = sum(abs(values[one] - truth[one]) for one in values)
    hit = len(quarters(case, found.values) & best) / len(best)
    shares = f"{sum(values.values()) / whole:9.1%}{off / whole:9.1%}{hit:9.1%}"
    return f"{found.rung:10}{seconds:9.1f}{shares}"


if __name__ == "__main__":
    raise SystemExit(main())
