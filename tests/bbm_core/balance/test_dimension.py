"""Which dimension and which slices explain a change: planted ones are named, chance is not."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbm_core.balance.dimension import ExplainSettings, WeekSlices, explain
from bbm_core.balance.tally import Tally

FAST = ExplainSettings(draws=100, deals=99)
Rates = dict[str, tuple[int, float]]  # slice -> records a week, ICP rate
USUAL: Rates = {"Web": (60, 0.3), "Seminar": (20, 0.5), "Partner": (20, 0.4)}


def weeks(random: Random, rates: Rates, count: int) -> WeekSlices:
    def week() -> dict[str, Tally]:
        found = {}
        for name, (known, rate) in rates.items():
            icp = sum(random.random() < rate for _ in range(known))
            found[name] = Tally(icp, known - icp)
        return found

    return [week() for _ in range(count)]


def change(after: Rates, seed: int = 1) -> tuple[WeekSlices, WeekSlices]:
    random = Random(seed)
    return weeks(random, USUAL, 26), weeks(random, after, 4)


def blind(seed: int) -> tuple[WeekSlices, WeekSlices]:
    """A dimension that has nothing to do with anything, over the same change of the rate."""
    random = Random(seed)
    before = dict.fromkeys("abcd", (25, 0.36))
    after = dict.fromkeys("abcd", (25, 0.25))
    return weeks(random, before, 26), weeks(random, after, 4)


def test_a_flood_through_one_channel_is_named_before_a_dimension_that_explains_nothing() -> None:
    flood = change({**USUAL, "Exhibition": (60, 0.05)})

    first, second = explain({"industry": blind(2), "channel": flood}, settings=FAST)

    assert (first.dimension, second.dimension) == ("channel", "industry")
    assert first.beyond_chance
    assert not second.beyond_chance
    (part,) = first.telling
    assert part.contribution.name == "Exhibition"
    assert part in first.sure
    assert part.low < part.total < part.high < 0


def test_a_rate_that_fell_inside_one_slice_is_named() -> None:
    (found,) = explain({"channel": change({**USUAL, "Web": (60, 0.1)})}, settings=FAST)

    assert found.beyond_chance
    assert [part.contribution.name for part in found.telling] == ["Web"]


def test_parts_add_up_to_the_change() -> None:
    (found,) = explain({"channel": change({**USUAL, "Web": (90, 0.2)})}, settings=FAST)

    assert sum(part.total for part in found.parts) == pytest.approx(float(found.cause.change))
    assert sum(part.power or 0 for part in found.parts) == pytest.approx(1)


def test_without_a_change_hardly_any_slice_is_named() -> None:
    named = 0
    for seed in range(30):
        (found,) = explain({"channel": change(USUAL, seed)}, settings=FAST)
        named += bool(found.sure)

    assert named <= 6


def test_intervals_hold_the_true_part_as_often_as_they_say() -> None:
    """The web's rate falls from 30 to 10 %, which is worth -12 points."""
    held = 0
    for seed in range(60):
        (found,) = explain({"channel": change({**USUAL, "Web": (60, 0.1)}, seed)}, settings=FAST)
        web = next(part for part in found.parts if part.contribution.name == "Web")
        held += web.low <= -0.12 <= web.high

    assert held >= 54


def test_overdispersion_widens_the_intervals() -> None:
    planted = {"channel": change({**USUAL, "Web": (60, 0.2)})}

    (calm,), (wild,) = explain(planted, settings=FAST), explain(planted, 4.0, FAST)

    for narrow, wide in zip(calm.parts, wild.parts, strict=True):
        assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_where_many_slices_moved_alike_none_is_telling() -> None:
    before = {str(n): (10, 0.5) for n in range(12)}
    after = {str(n): (10, 0.2) for n in range(12)}
    random = Random(3)

    (found,) = explain(
        {"region": (weeks(random, before, 26), weeks(random, after, 4))}, settings=FAST
    )

    assert found.telling == ()


def test_few_weeks_are_split_but_not_judged() -> None:
    before, after = change({**USUAL, "Web": (60, 0.1)})

    (found,) = explain({"channel": (before[:3], after[:2])}, settings=FAST)

    assert found.usual_surprise is None
    assert not found.beyond_chance
    assert found.parts


def test_a_period_with_nothing_decided_explains_nothing() -> None:
    before, _ = change(USUAL)

    assert explain({"channel": (before, [{"Web": Tally(unknown=3)}])}, settings=FAST) == ()
    assert explain({"channel": ([], [])}, settings=FAST) == ()


def test_a_rate_that_did_not_move_has_no_powers() -> None:
    same = [{"Web": Tally(30, 70)}] * 8

    (found,) = explain({"channel": (same, same)}, settings=FAST)

    assert found.parts[0].power is None
    assert found.telling == ()
    assert found.surprise == 0


tallies = st.builds(Tally, st.integers(0, 80), st.integers(0, 80))
spans = st.lists(
    st.dictionaries(st.sampled_from("abc"), tallies, min_size=3), min_size=1, max_size=5
)


@settings(max_examples=25)
@given(spans, spans, st.randoms(use_true_random=False))
def test_the_order_of_slices_changes_nothing(
    before: list[dict[str, Tally]], after: list[dict[str, Tally]], random: Random
) -> None:
    def mixed(week: dict[str, Tally]) -> dict[str, Tally]:
        names = list(week)
        random.shuffle(names)
        return {name: week[name] for name in names}

    few = ExplainSettings(draws=20, deals=19)
    again = ([mixed(week) for week in before], [mixed(week) for week in after])

    assert explain({"x": (before, after)}, 2.0, few) == explain({"x": again}, 2.0, few)
