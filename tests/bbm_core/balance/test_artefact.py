"""What the data may have made: each artefact is seen, and a few records prove nothing."""

from datetime import date, timedelta
from random import Random

import pytest

from bbm_core.balance.artefact import (
    Artefact,
    Batch,
    Evidence,
    Pair,
    Part,
    Suspicion,
    suspicions,
)

MONDAY = date(2026, 10, 5)


def found(**known: object) -> list[Artefact]:
    return [one.artefact for one in all_of(**known)]


def all_of(**known: object) -> tuple[Suspicion, ...]:
    return suspicions(Evidence(**{"first": MONDAY, "records": 400, **known}))  # type: ignore[arg-type]  # by name


def pair(before: int, after: int, whole: int = 400) -> Pair:
    return Pair(Part(before, whole), Part(after, whole))


def test_sound_data_leave_nothing_to_doubt() -> None:
    assert (
        found(
            hours_since_read=1.0,
            most_hours=24.0,
            parked=Part(1, 1000),
            fills={"industry": pair(380, 375)},
            values={"industry": ({"Retail": 300, "Steel": 100}, {"Retail": 90, "Steel": 40})},
            defined=MONDAY - timedelta(weeks=20),
            merges=pair(2, 3),
        )
        == []
    )
    assert found() == []


def test_an_old_reading_is_doubted_first() -> None:
    assert found(hours_since_read=30.0, most_hours=24.0, parked=Part(100, 1000)) == [
        Artefact.STALE,
        Artefact.PARKED,
    ]


def test_a_field_that_is_filled_less_is_named_with_its_shares() -> None:
    (one,) = all_of(fills={"size": pair(398, 396), "industry": pair(380, 200)})

    assert (one.artefact, one.name) == (Artefact.FILL, "industry")
    assert (one.before, one.after) == (0.95, 0.5)


def test_a_field_that_is_filled_more_changes_verdicts_as_well() -> None:
    assert found(fills={"industry": pair(200, 380)}) == [Artefact.FILL]


def test_a_few_records_prove_nothing() -> None:
    assert found(fills={"industry": pair(5, 2, whole=6)}) == []
    assert found(fills={"industry": Pair(Part(0, 0), Part(9, 9))}) == []


def test_values_never_seen_before_are_named() -> None:
    usual = {"Retail": 300, "Steel": 100}

    (one,) = all_of(values={"industry": (usual, {**usual, "製造": 60, "小売": 80})})

    assert (one.artefact, one.values) == (Artefact.VALUES, ("小売", "製造"))


def test_a_value_that_another_one_replaced_was_renamed() -> None:
    usual = {"Retail": 300, "Steel": 100}

    (one,) = all_of(values={"industry": (usual, {"Retail": 90, "Metals": 30})})

    assert (one.artefact, one.values) == (Artefact.RENAMED, ("Steel", "Metals"))
    assert one.after == 0.25


@pytest.mark.parametrize("before", [{}, {"Retail": 300}])
def test_one_new_value_or_no_past_is_no_matter(before: dict[str, int]) -> None:
    assert found(values={"industry": (before, {"Retail": 300, "Steel": 1})}) == []


def test_a_definition_as_old_as_the_change_is_doubted() -> None:
    assert found(defined=MONDAY + timedelta(days=3)) == [Artefact.DEFINITION]
    assert found(defined=MONDAY - timedelta(days=7)) == [Artefact.DEFINITION]
    assert found(defined=MONDAY - timedelta(days=8)) == []


def test_a_wave_of_merges_is_doubted() -> None:
    assert found(merges=pair(4, 60)) == [Artefact.MERGES]


# lists that came in twice


def listed(seed: int, size: int) -> dict[str, int]:
    """So many records of forty kinds."""
    random, counts = Random(seed), dict[str, int]()
    for _ in range(size):
        kind = str(random.randrange(40))
        counts[kind] = counts.get(kind, 0) + 1
    return counts


def test_a_list_that_is_there_twice_is_named() -> None:
    twice = {kind: 2 * count for kind, count in listed(1, 100).items()}

    (one,) = all_of(batches=[Batch(MONDAY, "Exhibition", twice)])

    assert (one.artefact, one.name, one.day) == (Artefact.IMPORT, "Exhibition", MONDAY)
    assert one.after == 0.5


def test_a_list_that_comes_again_on_another_day_is_named() -> None:
    again = Batch(MONDAY + timedelta(days=2), "Exhibition", listed(1, 100))

    (one,) = all_of(batches=[again, Batch(MONDAY, "Exhibition", listed(1, 100))])

    assert one.day == again.day


def test_records_that_only_look_alike_are_no_double() -> None:
    batches = [Batch(MONDAY + timedelta(days=n), "Web", listed(n, 100)) for n in range(9)]

    assert found(batches=batches) == []


def test_a_few_kinds_or_few_records_say_nothing() -> None:
    few_kinds = Batch(MONDAY, "Web", {"a": 50, "b": 50})
    few_records = Batch(MONDAY, "Web", dict.fromkeys(map(str, range(9)), 2))

    assert found(batches=[few_kinds, few_kinds, few_records]) == []
