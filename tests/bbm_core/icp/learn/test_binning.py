"""Levels hold enough rows, are cut at round numbers, and never look at the outcome."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.learn.binning import Among, Binned, Others, Span, cut, merged
from bbm_core.icp.learn.coding import Coded, Unfit, code
from bbm_core.icp.learn.sample import Attribute


def levels(*values: object) -> Binned:
    coded = code(Attribute("a", values))  # type: ignore[arg-type]  # any values
    assert isinstance(coded, Coded)
    found = cut(coded)
    assert isinstance(found, Binned)
    return found


def test_numbers_are_cut_into_five_at_round_numbers() -> None:
    found = levels(*range(1, 1001))

    assert found.levels == (
        Span(None, Decimal(199)),
        Span(Decimal(200), Decimal(399)),
        Span(Decimal(400), Decimal(599)),
        Span(Decimal(600), Decimal(799)),
        Span(Decimal(800), None),
    )
    assert found.codes[[0, 198, 199, 999]].tolist() == [0, 0, 1, 4]


def test_ranges_of_decimals_end_one_step_below_the_next() -> None:
    found = levels(*(Decimal(n) / 4 for n in range(200)))

    assert found.levels[0] == Span(None, Decimal("9.99"))
    assert found.levels[1].low == 10  # type: ignore[union-attr]  # a span


def test_a_value_that_most_have_is_a_level_of_its_own() -> None:
    found = levels(*[1] * 80, *range(2, 22))

    assert found.levels == (Span(None, Decimal(1)), Span(Decimal(2), None))


def test_few_rows_are_cut_into_fewer_levels() -> None:
    assert len(levels(*range(100)).levels) == 5
    assert len(levels(*range(34)).levels) == 5
    assert len(levels(*[0] * 6, *[1] * 6).levels) == 2


def test_rare_names_are_the_others() -> None:
    found = levels(*["A"] * 60, *["B"] * 30, *["C", "D"] * 5, None)

    assert found.levels == (Among(("A",)), Among(("B",)), Others())
    assert found.codes[[0, 60, 90, 91, 100]].tolist() == [0, 1, 2, 2, -1]


def test_others_too_few_to_count_are_unknown() -> None:
    found = levels(*["A"] * 60, *["B"] * 38, "C", "D")

    assert found.levels == (Among(("A",)), Among(("B",)))
    assert found.codes[[98, 99]].tolist() == [-1, -1]


def test_bands_with_few_rows_join_their_neighbours() -> None:
    found = levels(*["<15"] * 50, *["15-99"] * 4, *["100-499"] * 46, *[">500"] * 5)

    assert found.levels == (Among(("<15",)), Among(("15-99", "100-499", ">500")))


def test_an_attribute_with_one_level_of_enough_rows_is_too_rare() -> None:
    coded = code(Attribute("a", ["A"] * 99 + ["B"]))
    assert isinstance(coded, Coded)

    assert cut(coded) is Unfit.RARE


def test_merging_joins_ranges_bands_and_rows() -> None:
    joined = merged(levels(*range(1, 1001)), [0, 0, 1, 1, 1])

    assert joined.levels == (Span(None, Decimal(399)), Span(Decimal(400), None))
    assert joined.codes[[0, 399, 999]].tolist() == [0, 1, 1]


@given(st.lists(st.integers(-1000, 1000) | st.none(), min_size=1, max_size=300))
def test_every_number_lies_in_the_level_of_its_row(values: list[int | None]) -> None:
    coded = code(Attribute("a", values))
    found = cut(coded) if isinstance(coded, Coded) else coded
    if isinstance(found, Unfit):
        return

    for value, place in zip(values, found.codes.tolist(), strict=True):
        if value is None:
            assert place == -1
            continue
        level = found.levels[place]
        assert isinstance(level, Span)
        assert level.low is None or level.low <= value
        assert level.high is None or value <= level.high


@given(st.lists(st.sampled_from("ABCDEFGH"), min_size=2, max_size=300))
def test_no_level_holds_fewer_rows_than_it_must(values: list[str]) -> None:
    coded = code(Attribute("a", values))
    found = cut(coded) if isinstance(coded, Coded) else coded
    if isinstance(found, Unfit):
        return

    least = max(0.03 * len(values), 10 if len(values) >= 100 else 0.05 * len(values))
    rows = [found.codes.tolist().count(place) for place in range(len(found.levels))]
    assert min(rows) >= least


def test_numbers_that_differ_by_a_hair_are_still_told_apart() -> None:
    found = levels(*[0.3] * 50, *[0.1 + 0.2] * 50)  # the second is 0.30000000000000004

    assert found.codes.tolist() == [0] * 50 + [1] * 50
