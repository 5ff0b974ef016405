"""What makes customers good is found, what does not is not, and the order of rows is nothing."""

import random
from dataclasses import replace

import pytest

from bbm_core.icp.learn.binning import Among, Span
from bbm_core.icp.learn.coding import Unfit
from bbm_core.icp.learn.sample import Attribute, Sample
from bbm_core.icp.learn.study import STANDARD, Conclusion, Doubt, Study, carried, study
from tests.bbm_core.icp.learn.worlds import planted, sample, shuffled


def names(one: Study) -> list[str]:
    return [figures.name for figures in one.named]


def test_what_was_planted_is_found_and_nothing_else() -> None:
    found = study(planted(400))

    assert found.conclusion is Conclusion.NAMED
    assert set(names(found)) == {"industry", "employees"}
    assert {one.doubt for one in found.attributes if not one.named} == {Doubt.CHANCE}


def test_the_levels_are_those_that_were_planted() -> None:
    named = {one.name: one for one in study(planted(1000)).named}

    assert named["industry"].surest.level == Among(("Manufacturing",))
    assert named["industry"].surest.above
    surest = named["employees"].surest.level
    assert isinstance(surest, Span)
    assert surest.high is None
    assert surest.low is not None
    assert 200 <= surest.low <= 400


@pytest.mark.parametrize("rows", [60, 300])
def test_shuffled_outcomes_name_nothing(rows: int) -> None:
    worlds = [shuffled(planted(rows, seed), seed) for seed in range(12)]

    assert sum(study(one).conclusion is Conclusion.NAMED for one in worlds) <= 1


def test_below_twenty_good_or_bad_nothing_is_named() -> None:
    few = study(planted(60, base=0.02, lift=0.3))

    assert few.good < 20
    assert few.conclusion is Conclusion.TOO_FEW
    assert {one.doubt for one in few.attributes} == {Doubt.FEW_ROWS}
    assert few.card is None


@pytest.mark.parametrize("good", [True, False])
def test_where_all_turned_out_alike_there_is_nothing_to_compare(*, good: bool) -> None:
    found = study(sample({"a": ["x", "y"] * 20}, [good] * 40))

    assert found.conclusion is Conclusion.ONE_SIDED
    assert found.attributes == ()
    assert found.area is None


def test_an_empty_sample_is_one_sided() -> None:
    assert study(Sample((), [])).conclusion is Conclusion.ONE_SIDED


def test_a_sample_without_attributes_finds_nothing() -> None:
    found = study(Sample((), [True, False] * 30))

    assert found.conclusion is Conclusion.NOTHING
    assert found.area is None
    assert found.chance == 1.0


def test_attributes_that_cannot_be_learned_from_are_listed_with_their_reason() -> None:
    good = [True, False] * 40
    found = study(
        sample(
            {
                "constant": ["x"] * 80,
                "empty": [None] * 80,
                "rare": ["x"] * 79 + ["y"],
                "alike": ["x", None, "y", None] * 20,
            },
            good,
        )
    )

    assert dict(found.unfit) == {
        "constant": Unfit.CONSTANT,
        "empty": Unfit.EMPTY,
        "rare": Unfit.RARE,
        "alike": Unfit.ALIKE,
    }


def test_what_chance_makes_tell_nearly_everything_is_not_suspicious() -> None:
    """Of twelve rows any attribute with five values tells much."""
    chance, telling, suspicious = random.Random(2), 0, 0
    for _ in range(20):
        columns = {f"a{n}": [chance.choice("abcde") for _ in range(12)] for n in range(4)}
        found = study(sample(columns, [n < 5 for n in range(12)])).attributes
        telling += any(one.information > STANDARD.suspicious_information for one in found)
        suspicious += any(one.suspicious for one in found)

    assert telling >= 8
    assert suspicious <= 1


def test_an_attribute_that_is_the_outcome_is_suspicious_even_in_few_rows() -> None:
    found = study(sample({"leak": ["x", "y"] * 6, "other": ["p", "p", "q"] * 4}, [True, False] * 6))

    assert [one.name for one in found.attributes if one.suspicious] == ["leak"]


def test_an_attribute_that_is_the_outcome_is_suspicious_and_still_there() -> None:
    one = planted(300)
    leak = Attribute("leak", ["x" if good else "y" for good in one.good])

    found = study(replace(one, attributes=(*one.attributes, leak)))

    suspicious = [figures for figures in found.attributes if figures.suspicious]
    assert [figures.name for figures in suspicious] == ["leak"]
    assert suspicious[0].named
    assert suspicious[0].area == 1.0
    assert found.card is not None
    assert found.card.converged


def test_the_order_of_rows_and_attributes_changes_nothing() -> None:
    one = planted(200)
    order = list(range(200))
    random.Random(3).shuffle(order)
    other = Sample(
        tuple(
            Attribute(a.name, [a.values[place] for place in order])
            for a in reversed(one.attributes)
        ),
        [one.good[place] for place in order],
    )

    assert figures(study(one)) == figures(study(other))


def figures(one: Study) -> list[object]:
    told = [(a.name, a.levels, a.contrasts, a.chance, a.stability, a.doubt) for a in one.attributes]
    return [one.conclusion, one.chance, one.area, one.card, *told]


def test_rows_of_few_accounts_are_not_believed_like_rows_of_many() -> None:
    """Each of forty accounts ends alike ten times: as if there were forty rows."""
    industry = [name for place in range(40) for name in ["A" if place % 2 else "B"] * 10]
    good = [won for place in range(40) for won in [place % 2 == (place % 8 < 5)] * 10]
    accounts = [str(place // 10) for place in range(400)]
    rows = sample({"industry": industry}, good)

    alone, together = study(rows), study(replace(rows, clusters=accounts))

    assert alone.conclusion is Conclusion.NAMED
    assert together.scale == pytest.approx(10)
    assert together.chance > 10 * alone.chance
    assert together.conclusion is Conclusion.NOTHING


def test_sure_but_tiny_differences_are_of_no_use() -> None:
    rows = 20_000
    good = [place % 100 < (53 if place < rows // 2 else 47) for place in range(rows)]

    found = study(sample({"half": ["a"] * (rows // 2) + ["b"] * (rows // 2)}, good))

    assert found.attributes[0].chance < 0.01
    assert found.attributes[0].doubt is Doubt.USELESS
    assert found.conclusion is Conclusion.NOTHING


def test_no_more_attributes_are_named_than_the_rows_can_carry() -> None:
    good = [place % 2 == 0 for place in range(50)]
    columns = {
        f"a{number}": ["x" if one is (place % 9 > 0) else "y" for place, one in enumerate(good)]
        for number in range(4)
    }

    found = study(sample(columns, good))

    assert carried(25, 25, 8) == 2
    assert len(found.named) <= 2
    assert [one.doubt for one in found.attributes].count(Doubt.SURPLUS) == 2


def test_what_other_rows_would_not_keep_is_unstable() -> None:
    found = study(planted(400), replace(STANDARD, stable=1.01))

    assert found.conclusion is Conclusion.NOTHING
    assert {one.doubt for one in found.attributes if one.stability is not None} == {Doubt.UNSTABLE}


def test_the_area_is_that_of_rows_left_out() -> None:
    real, none = study(planted(600)), study(shuffled(planted(600), 1))

    assert real.area is not None
    assert none.area is not None
    assert 0.7 < real.area < 0.85
    assert 0.35 < none.area < 0.6
