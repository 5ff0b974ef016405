"""The book that stood before the story began: customers, partners, renewals and expansions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sandbox.dataset import (
    Firm,
    Person,
    Prospect,
    draw_person,
    draw_prospect,
    draw_title,
    is_english,
)
from sandbox.plot import fit
from sandbox.plot.events import (
    AccountOpened,
    ContactAdded,
    DealKind,
    DealOpened,
    Event,
    Relation,
)
from sandbox.plot.funnel import OWNERS, Course, deal_life, draw_deal

_PARTNERS = 0.1
_FIT = 0.45
_YEARS = 3
_RENEWAL_WINS = 0.86
_EXPANSION_WINS = 0.5
_RENEWALS = 0.75  # of the later business; the rest is expansion
_SENIOR = 0.4


@dataclass(frozen=True, slots=True)
class Customer:
    """An account of the book, for people who turn up from there."""

    key: str
    firm: Firm
    owner: str
    since: datetime


def draw_book(rng: Random, accounts: int, start: datetime) -> tuple[list[Customer], list[Event]]:
    """The customers and partners that were there before `start`, and how each was opened."""
    customers: list[Customer] = []
    events: list[Event] = []
    for number in range(accounts):
        key = f"book{number}"
        firm = draw_prospect(rng, key, fits=rng.random() < _FIT).firm
        since = start - timedelta(days=1, seconds=int(rng.random() * _YEARS * 365 * 86_400))
        relation = Relation.PARTNER if rng.random() < _PARTNERS else Relation.CUSTOMER
        owner = rng.choice(OWNERS)
        events.append(AccountOpened(since, key, firm, relation, owner))
        if relation is Relation.CUSTOMER:
            customers.append(Customer(key, firm, owner, since))
    return customers, events


def later_business(
    rng: Random, customers: list[Customer], start: datetime, end: datetime
) -> Iterator[Event]:
    """Renewals a year apart, and now and then an expansion."""
    for customer in customers:
        at = start + timedelta(seconds=int(rng.random() * 365 * 86_400))
        number = 0
        while at < end:
            renewal = rng.random() < _RENEWALS
            kind = DealKind.RENEWAL if renewal else DealKind.EXPANSION
            key = f"{customer.key}.deal{number}"
            deal = draw_deal(rng, customer.firm, kind, at)
            yield DealOpened(at, key, customer.key, customer.firm, deal, customer.owner)
            wins = _RENEWAL_WINS if renewal else _EXPANSION_WINS
            yield from deal_life(rng, Course(key, at, customer.owner, wins))
            at += timedelta(days=200 + int(rng.random() * 330))
            number += 1


def contacts(rng: Random, customers: list[Customer], count: int, end: datetime) -> Iterator[Event]:
    """So many people at the customers, each noted after the account and before `end`."""
    for number in range(count):
        customer = customers[number % len(customers)]
        key = f"{customer.key}.p{number}"
        person = _employee(rng, key, customer.firm)
        span = (end - customer.since).total_seconds()
        at = customer.since + timedelta(seconds=1 + int(rng.random() * max(span - 2, 0)))
        yield ContactAdded(at, key, customer.key, person, customer.owner)


def visitor(rng: Random, key: str, customers: list[Customer]) -> Prospect:
    """Somebody from a customer, who turns up as a new lead."""
    firm = rng.choice(customers).firm
    person = _employee(rng, key, firm)
    fits = fit.flag(firm.industry, firm.employees, firm.country, person.title) is True
    return Prospect(person, firm, fits)


def _employee(rng: Random, key: str, firm: Firm) -> Person:
    title = draw_title(rng, english=is_english(firm), senior=rng.random() < _SENIOR)
    return draw_person(rng, key, firm, title=title)
