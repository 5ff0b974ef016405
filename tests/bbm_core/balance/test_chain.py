"""The odds chain closes exactly, and says at which stage a rate moved."""

from itertools import pairwise
from math import exp, isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.chain import Chain, Gap, moves, odds_chain
from bbm_core.balance.tally import Tally

counts = st.integers(1, 5_000)
tallies = st.builds(Tally, icp=counts, not_icp=counts, unknown=st.integers(0, 50))


def funnel(*pairs: tuple[int, int], nested: bool = True) -> Chain:
    names = ("lead", "opportunity", "won", "customer")
    return odds_chain(
        [(name, Tally(icp, other)) for name, (icp, other) in zip(names, pairs, strict=False)],
        nested=nested,
    )


@given(st.lists(tallies, min_size=1, max_size=6))
def test_the_last_rate_is_the_first_plus_every_pull(many: list[Tally]) -> None:
    chain = odds_chain([(str(n), tally) for n, tally in enumerate(many)], nested=False)

    start, end = chain.stages[0].logit, chain.stages[-1].logit
    assert start is not None
    assert end is not None
    pulls = [link.pull for link in chain.links if link.pull is not None]
    assert isclose(start + sum(pulls), end, abs_tol=1e-9)


@given(tallies, tallies)
def test_a_pull_is_the_log_ratio_of_the_conversions(start: Tally, end: Tally) -> None:
    (link,) = odds_chain([("lead", start), ("won", end)], nested=False).links

    assert link.pull is not None
    assert link.conversion_icp is not None
    assert link.conversion_not_icp is not None
    assert isclose(exp(link.pull), link.conversion_icp / link.conversion_not_icp, rel_tol=1e-9)


def test_the_interval_of_a_cohort_is_that_of_katz() -> None:
    # 40 of 100 ICP and 20 of 100 others: risk ratio 2, standard error of its log
    # sqrt(1/40 - 1/100 + 1/20 - 1/100).
    (link,) = funnel((100, 100), (40, 20)).links

    low, high = link.interval() or (0.0, 0.0)
    error = (1 / 40 - 1 / 100 + 1 / 20 - 1 / 100) ** 0.5
    assert link.pull == pytest.approx(log(2))
    assert low == pytest.approx(log(2) - 1.959964 * error, abs=1e-6)
    assert high == pytest.approx(log(2) + 1.959964 * error, abs=1e-6)


def test_inflows_are_other_records_so_their_interval_is_wider() -> None:
    (cohort,) = funnel((100, 100), (40, 20)).links
    (entered,) = funnel((100, 100), (40, 20), nested=False).links

    assert entered.error is not None
    assert cohort.error is not None
    assert entered.error > cohort.error


def test_everyone_passing_leaves_nothing_uncertain() -> None:
    (link,) = funnel((30, 10), (30, 10)).links

    assert link.interval() == (0.0, 0.0)


def test_a_cohort_cannot_grow() -> None:
    with pytest.raises(ValueError, match="holds records that lead does not"):
        funnel((10, 10), (11, 3))
    with pytest.raises(ValueError, match="holds records that lead does not"):
        funnel((10, 10), (3, 11))


@pytest.mark.parametrize(
    ("pair", "gap"), [((0, 5), Gap.NO_ICP), ((5, 0), Gap.ALL_ICP), ((3, 5), None)]
)
def test_a_stage_without_odds_says_why(pair: tuple[int, int], gap: Gap | None) -> None:
    (link,) = funnel((10, 10), pair).links

    assert link.gap is gap
    assert (link.pull is None) is (gap is not None)
    assert (link.error is None) is (gap is not None)
    assert (link.interval() is None) is (gap is not None)


def test_a_conversion_of_nothing_is_no_number() -> None:
    (link,) = funnel((0, 10), (0, 5)).links

    assert link.conversion_icp is None
    assert link.conversion_not_icp == 0.5


def test_a_stage_that_nobody_decided_is_left_out() -> None:
    chain = odds_chain(
        [("lead", Tally(10, 20)), ("nurturing", Tally(unknown=9)), ("won", Tally(3, 2))],
        nested=True,
    )

    assert [stage.name for stage in chain.stages] == ["lead", "won"]
    assert chain.stages[0].gap is None


# which stage moved


def test_a_change_at_the_front_is_a_change_of_what_came_in() -> None:
    before = funnel((400, 600), (200, 150), (100, 60))
    after = funnel((200, 800), (100, 200), (50, 80))

    found = moves(before, after, "won")

    assert found is not None
    decisive = found.decisive()
    assert decisive is not None
    assert (decisive.start, decisive.stage) == (None, "lead")
    assert [round(part.change, 9) for part in found.parts[1:]] == [0.0, 0.0]


def test_a_change_on_the_way_is_the_pull_of_that_stage() -> None:
    before = funnel((400, 600), (200, 150), (100, 60))
    after = funnel((400, 600), (100, 150), (50, 60))

    decisive = (moves(before, after, "won") or pytest.fail("no moves")).decisive()

    assert decisive is not None
    assert (decisive.start, decisive.stage) == ("lead", "opportunity")
    assert decisive.change == pytest.approx(-log(2))


def test_a_small_change_is_nobodys() -> None:
    before, after = funnel((40, 60), (20, 15)), funnel((39, 61), (19, 15))

    assert (moves(before, after, "opportunity") or pytest.fail("no moves")).decisive() is None


@given(st.lists(st.tuples(tallies, tallies), min_size=1, max_size=5))
def test_the_parts_are_the_whole_change(pairs: list[tuple[Tally, Tally]]) -> None:
    before, after = (
        odds_chain([(str(n), pair[side]) for n, pair in enumerate(pairs)], nested=False)
        for side in (0, 1)
    )
    last = str(len(pairs) - 1)

    found = moves(before, after, last)

    was, now = before.stages[-1].logit, after.stages[-1].logit
    assert found is not None
    assert was is not None
    assert now is not None
    assert isclose(found.total, now - was, abs_tol=1e-9)
    assert [(a.stage, b.start) for a, b in pairwise(found.parts)] == [
        (str(n), str(n)) for n in range(len(pairs) - 1)
    ]


def test_a_gap_on_the_way_hides_where_it_moved() -> None:
    before, after = funnel((40, 60), (20, 15)), funnel((40, 60), (0, 15))

    assert moves(before, after, "opportunity") is None
    assert moves(before, after, "lead") is not None
    assert moves(before, after, "won") is None
