"""Control charts, beyond the published cases: limits stay possible, and nothing else is outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.charts import c_chart, cusum, ewma, laney_chart, p_chart, u_chart

pairs = st.lists(
    st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=2,
    max_size=30,
)


@given(pairs)
def test_limits_of_shares_are_shares(samples: list[tuple[int, int]]) -> None:
    chart = p_chart([k for k, _ in samples], [n for _, n in samples])

    for low, high in zip(chart.low, chart.high, strict=True):
        assert 0 <= low <= chart.center <= high <= 1


def test_a_larger_sample_has_narrower_limits() -> None:
    chart = p_chart([30, 300], [100, 1000])

    assert chart.high[1] - chart.low[1] < chart.high[0] - chart.low[0]


def test_samples_that_scatter_widely_widen_laneys_limits() -> None:
    counts, sizes = [300, 500, 320, 480, 310, 490], [1000] * 6

    assert p_chart(counts, sizes).outside == (1, 2, 3, 4, 5, 6)
    assert laney_chart(counts, sizes).outside == ()


def test_counts_per_unit_are_counts_where_every_unit_is_one() -> None:
    counts = [3, 9, 4, 7, 30]

    assert c_chart(counts) == u_chart(counts, [1] * 5)
    assert c_chart(counts).outside == (5,)


def test_a_sum_alarms_in_the_direction_of_the_shift() -> None:
    rising, falling = cusum([2.0] * 6, 0, 0.5), cusum([-2.0] * 6, 0, 0.5)

    assert rising.signals(5) == falling.signals(5) == (4, 5, 6)
    assert rising.upper == falling.lower
    assert max(rising.lower) == 0


def test_an_average_of_the_centre_stays_there() -> None:
    assert ewma([5.0] * 4, 5.0, 1.0, 0.2).values == (5.0,) * 4
    assert ewma([1.0] * 50, 0.0, 1.0, 0.2).sigma[-1] == pytest.approx((0.2 / 1.8) ** 0.5)
