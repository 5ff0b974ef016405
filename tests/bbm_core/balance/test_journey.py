"""Stays become passages: who went on, who was lost, who is still there."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.conversion import Ending, Passage
from bbm_core.balance.funnel import StageRule, StageSpec, When
from bbm_core.balance.journey import (
    Funnel,
    Journey,
    Lineage,
    StagePassage,
    Stay,
    account_passages,
    account_reach,
    record_passages,
    record_reach,
)
from bbm_core.icp.classify import Flag
from bbm_core.icp.profile import Label
from bbm_core.records import RecordKind, RecordRef
from bbm_core.scope import Segment

START = datetime(2026, 1, 5, tzinfo=UTC)
NOW = START + timedelta(days=100)
LEAD, OPPORTUNITY, CONTACT = RecordKind.LEAD, RecordKind.OPPORTUNITY, RecordKind.CONTACT
ACCOUNT = RecordKind.ACCOUNT


def stage(name: str, when: When, kind: RecordKind) -> StageSpec:
    rule = StageRule(kind=kind, when=when, status=("x",) if when is When.STATUS else ())
    return StageSpec(name=name, label=Label(en=name), enter=(rule,))


FUNNEL = Funnel(
    [
        stage("lead", When.CREATED, LEAD),
        stage("talks", When.STATUS, LEAD),
        stage("opportunity", When.CREATED, OPPORTUNITY),
        stage("won", When.WON, OPPORTUNITY),
        stage("lost", When.LOST, OPPORTUNITY),
        stage("customer", When.STATUS, ACCOUNT),
    ]
)


def journey(
    kind: RecordKind,
    *stays: tuple[str, int, int | None],
    account: str | None = None,
    converted: bool = False,
    id: str = "1",  # noqa: A002 - as the records call it
    became: Sequence[RecordRef] = (),
) -> Journey:
    return Journey(
        ref=RecordRef(kind, id),
        account=account,
        converted=converted or bool(became),
        became=tuple(became),
        segment=Segment.NEW,
        stays=tuple(
            Stay(name, day(entered), None if left is None else day(left), Flag.YES)
            for name, entered, left in stays
        ),
    )


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def of_records(*journeys: Journey, target: str = "") -> list[StagePassage]:
    return list(record_passages(journeys, Lineage(journeys, FUNNEL), FUNNEL, NOW, target))


def told(passages: Sequence[StagePassage]) -> list[tuple[str, Passage]]:
    return [(one.stage, one.passage) for one in passages]


def test_stages_that_only_lost_records_enter_are_no_way_on() -> None:
    assert FUNNEL.order == ("lead", "talks", "opportunity", "won", "customer")
    assert FUNNEL.lost == {"lost"}
    assert FUNNEL.after("customer") == frozenset()
    assert FUNNEL.after("lead", "opportunity") == {"opportunity", "won", "customer"}
    assert FUNNEL.after("opportunity", "talks") == frozenset()


def test_a_record_goes_on_with_its_next_stage() -> None:
    found = of_records(journey(LEAD, ("lead", 0, 10), ("talks", 10, None)))

    assert told(found) == [
        ("lead", Passage(10, 100, Ending.ON)),
        ("talks", Passage(90, 90, Ending.OPEN)),
    ]


def test_a_stage_may_be_skipped() -> None:
    found = of_records(
        journey(LEAD, ("lead", 0, 7), account="a"),
        journey(OPPORTUNITY, ("won", 7, None), account="a"),
    )

    assert told(found)[0] == ("lead", Passage(7, 100, Ending.ON))


def test_a_lead_goes_on_with_the_opportunity_of_its_account() -> None:
    found = of_records(
        journey(LEAD, ("lead", 0, 20), account="a"),
        journey(OPPORTUNITY, ("opportunity", 20, None), account="a"),
    )

    assert told(found)[0] == ("lead", Passage(20, 100, Ending.ON))


def test_what_an_account_did_before_the_record_came_is_not_going_on() -> None:
    found = of_records(
        journey(LEAD, ("lead", 30, None), account="a"),
        journey(OPPORTUNITY, ("opportunity", 5, None), account="a"),
    )

    assert told(found)[0] == ("lead", Passage(70, 70, Ending.OPEN))


def deal(number: int, won: int | None = None, lost: int | None = None) -> Journey:
    """An opportunity of the account that began on day 20."""
    name = "won" if won else "lost"
    after = [(name, won or lost or 0, None)] * bool(won or lost)
    stays = [("opportunity", 20, won or lost), *after]
    return journey(OPPORTUNITY, *stays, account="a", id=str(number))


def test_a_converted_lead_goes_on_with_its_own_opportunity_alone() -> None:
    lost, won = deal(1, lost=30), deal(2, won=40)
    leads = [
        journey(LEAD, ("lead", 0, 10), account="a", id=str(one.ref.id), became=(one.ref,))
        for one in (lost, won)
    ]

    found = of_records(*leads, lost, won, target="won")

    endings = [one.passage.ending for one in found if one.stage == "lead"]
    assert endings == [Ending.OPEN, Ending.ON]


def test_a_lead_does_not_go_on_with_what_another_lead_became() -> None:
    won = deal(1, won=40)
    converted = journey(LEAD, ("lead", 0, 10), account="a", became=(won.ref,))
    other = journey(LEAD, ("lead", 0, None), account="a", id="2")

    found = of_records(converted, other, won)

    endings = [one.passage.ending for one in found if one.stage == "lead"]
    assert endings == [Ending.ON, Ending.OPEN]


def test_a_lead_does_not_go_on_with_an_opportunity_that_was_there_before_it() -> None:
    found = of_records(journey(LEAD, ("lead", 25, None), account="a"), deal(1, won=40))

    assert told(found)[0] == ("lead", Passage(75, 75, Ending.OPEN))


def test_a_lead_whose_opportunity_does_not_count_goes_on_with_no_other() -> None:
    elsewhere = RecordRef(OPPORTUNITY, "9")
    found = of_records(
        journey(LEAD, ("lead", 0, 10), account="a", became=(elsewhere,)), deal(1, won=40)
    )

    assert told(found)[0] == ("lead", Passage(100, 100, Ending.OPEN))


def test_a_lead_converted_to_an_account_alone_goes_on_with_what_is_opened_there() -> None:
    account = RecordRef(ACCOUNT, "a")
    found = of_records(
        journey(LEAD, ("lead", 0, 10), account="a", became=(account,)), deal(1, won=40)
    )

    assert told(found)[0] == ("lead", Passage(20, 100, Ending.ON))


def test_a_lost_record_is_not_carried_on_by_its_account() -> None:
    customer = journey(ACCOUNT, ("customer", 50, None), account="a", id="a")
    lost, won = deal(1, lost=30), deal(2, won=50)
    leads = [
        journey(LEAD, ("lead", 0, 10), account="a", id=str(one.ref.id), became=(one.ref,))
        for one in (lost, won)
    ]

    found = of_records(*leads, lost, won, customer, target="customer")

    assert [(one.stage, one.passage.ending) for one in found if one.stage != "won"] == [
        ("lead", Ending.OPEN),
        ("lead", Ending.ON),
        ("opportunity", Ending.LOST),
        ("opportunity", Ending.ON),
    ]


def test_a_lead_that_was_marked_lost_is_carried_on_by_nothing() -> None:
    found = of_records(
        journey(LEAD, ("lead", 0, 10), ("lost", 10, None), account="a"), deal(1, won=40)
    )

    assert told(found)[0] == ("lead", Passage(10, 100, Ending.LOST))


def test_a_colleague_of_the_same_kind_takes_nobody_along() -> None:
    found = of_records(
        journey(CONTACT, ("lead", 0, None), account="a"),
        journey(CONTACT, ("lead", 0, 5), ("talks", 5, None), account="a"),
    )

    assert [one.passage.ending for one in found if one.stage == "lead"] == [Ending.OPEN, Ending.ON]


def test_leaving_the_funnel_is_being_lost() -> None:
    assert told(of_records(journey(LEAD, ("lead", 0, 12)))) == [
        ("lead", Passage(12, 100, Ending.LOST))
    ]


def test_a_stage_of_the_lost_is_being_lost() -> None:
    found = of_records(journey(OPPORTUNITY, ("opportunity", 0, 9), ("lost", 9, None)))

    assert told(found) == [("opportunity", Passage(9, 100, Ending.LOST))]


def test_a_converted_lead_is_not_lost_while_its_opportunity_is_to_come() -> None:
    found = of_records(journey(LEAD, ("lead", 0, 12), account="a", converted=True))

    assert told(found) == [("lead", Passage(100, 100, Ending.OPEN))]


def test_a_lead_that_left_is_lost_though_its_company_is_known() -> None:
    found = of_records(journey(LEAD, ("lead", 0, 12), account="a"))

    assert told(found) == [("lead", Passage(12, 100, Ending.LOST))]


def test_going_back_is_neither_going_on_nor_being_lost() -> None:
    found = of_records(journey(LEAD, ("lead", 0, 5), ("talks", 5, 9), ("lead", 9, None)))

    assert told(found) == [
        ("lead", Passage(5, 100, Ending.ON)),
        ("talks", Passage(95, 95, Ending.OPEN)),
    ]


def test_a_record_that_enters_in_the_future_has_no_age() -> None:
    assert told(of_records(journey(LEAD, ("lead", 130, None)))) == [
        ("lead", Passage(0, -30, Ending.OPEN))
    ]


def test_a_target_is_reached_by_the_stages_behind_it_too() -> None:
    journeys = (
        journey(LEAD, ("lead", 0, 5), ("talks", 5, None), account="a"),
        journey(OPPORTUNITY, ("won", 40, None), account="a"),
    )

    found = told(of_records(*journeys, target="opportunity"))

    assert found == [("lead", Passage(40, 100, Ending.ON)), ("talks", Passage(35, 95, Ending.ON))]


def test_an_account_enters_once_and_is_lost_when_all_are() -> None:
    found = list(
        account_passages(
            [
                journey(CONTACT, ("lead", 3, 8), account="a"),
                journey(CONTACT, ("lead", 0, 20), account="a"),
                journey(CONTACT, ("lead", 0, None), account="b"),
                journey(CONTACT, ("lead", 0, 4), account="b"),
                journey(CONTACT, ("lead", 0, None)),
            ],
            FUNNEL,
            NOW,
        )
    )

    assert told(found) == [
        ("lead", Passage(20, 100, Ending.LOST)),
        ("lead", Passage(100, 100, Ending.OPEN)),
    ]


def test_an_account_goes_on_with_any_of_its_records() -> None:
    found = list(
        account_passages(
            [
                journey(LEAD, ("lead", 0, 4), account="a"),
                journey(OPPORTUNITY, ("opportunity", 9, 30), ("won", 30, None), account="a"),
            ],
            FUNNEL,
            NOW,
        )
    )

    assert told(found) == [
        ("lead", Passage(9, 100, Ending.ON)),
        ("opportunity", Passage(21, 91, Ending.ON)),
        ("won", Passage(70, 70, Ending.OPEN)),
    ]


JOURNEYS = st.lists(
    st.builds(
        lambda kind, names, days, account, became: journey(
            kind,
            *[
                (name, 10 * n + gap, None if n == len(names) - 1 and gap < 3 else 10 * (n + 1))
                for n, (name, gap) in enumerate(zip(names, days, strict=False))
            ],
            account=account,
            id=became[:1],
            became=[RecordRef(OPPORTUNITY, became[1:])] if kind is LEAD and became[1:] else (),
        ),
        st.sampled_from((LEAD, OPPORTUNITY)),
        st.lists(st.sampled_from(("lead", "talks", "opportunity", "won")), min_size=1, max_size=4),
        st.lists(st.integers(0, 6), min_size=4, max_size=4),
        st.sampled_from((None, "a", "b")),
        st.text("123", min_size=1, max_size=2),
    ),
    max_size=8,
    unique_by=lambda one: one.ref,
)


@given(JOURNEYS, st.randoms(use_true_random=False))
def test_the_order_of_records_changes_no_passage(journeys: list[Journey], chance: Random) -> None:
    shuffled = journeys.copy()
    chance.shuffle(shuffled)

    assert sorted(told(of_records(*shuffled))) == sorted(told(of_records(*journeys)))
    assert sorted(told(list(account_passages(shuffled, FUNNEL, NOW)))) == sorted(
        told(list(account_passages(journeys, FUNNEL, NOW)))
    )


@given(JOURNEYS)
def test_how_far_they_came_agrees_with_every_target(journeys: list[Journey]) -> None:
    """So that the tallies of a cohort's chain are nested, and one walk gives them all."""
    lineage = Lineage(journeys, FUNNEL)
    reached = Counter(one.position for one in record_reach(journeys, lineage, FUNNEL))
    of_accounts = Counter(one.position for one in account_reach(journeys, FUNNEL))

    for here, target in enumerate(FUNNEL.order[1:], start=1):
        records = of_records(*journeys, target=target)
        accounts = account_passages(journeys, FUNNEL, NOW, target)
        assert sum(n for position, n in reached.items() if position >= here) == gone_on(records)
        assert sum(n for position, n in of_accounts.items() if position >= here) == gone_on(
            accounts
        )


def gone_on(passages: Iterable[StagePassage]) -> int:
    return sum(one.passage.ending is Ending.ON for one in passages if one.stage == "lead")


@pytest.mark.parametrize("target", ["", "won"])
def test_nothing_comes_from_nothing(target: str) -> None:
    assert of_records(target=target) == []
    assert list(account_passages([], FUNNEL, NOW, target)) == []
