"""Which version of the ICP is in force, and when that changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.engagement import EngagementRules, Worth
from bbm_core.icp.versions import (
    Act,
    InForce,
    Known,
    Publication,
    Source,
    State,
    before_last,
    challenger,
    change_points,
    in_force,
    point_at,
    state_of,
)

HEAT = EngagementRules({"call": Worth(10, 30)}, (40, 15, 5), 2)
START = datetime(2026, 1, 5, tzinfo=UTC)


def log(*lines: tuple[Act, str]) -> tuple[Publication, ...]:
    return tuple(
        Publication(number, START + timedelta(days=number), version, act, "Sato", "because")
        for number, (act, version) in enumerate(lines, start=1)
    )


def test_before_anything_is_known_the_configuration_counts() -> None:
    assert in_force("a", None) == InForce("a", Source.CONFIGURATION, "a")


def test_an_edited_configuration_counts_where_it_held_the_version_in_force() -> None:
    found = in_force("b", Known("a", follows=True))

    assert (found.version, found.edited, found.differs) == ("b", True, False)


def test_an_edited_configuration_is_a_draft_once_another_version_was_published() -> None:
    known = Known("a", follows=False)
    found = in_force("b", known)

    assert found == InForce("a", Source.PUBLICATION, "b", known=known)
    assert found.differs


def test_a_configuration_that_says_the_same_again_is_no_draft() -> None:
    known = Known("a", follows=False)
    found = in_force("a", known)

    assert found == InForce("a", Source.CONFIGURATION, "a", known=known)


def test_each_change_of_the_version_in_force_is_a_change_point() -> None:
    lines = log(
        (Act.REGISTERED, "a"),
        (Act.SHADOWED, "c"),
        (Act.PUBLISHED, "b"),
        (Act.PUBLISHED, "b"),
        (Act.ROLLED_BACK, "a"),
    )

    points = change_points(lines)

    assert [(one.before, one.version) for one in points] == [(None, "a"), ("a", "b"), ("b", "a")]
    assert points[1].at == START + timedelta(days=3)
    assert (points[1].author, points[1].reason) == ("Sato", "because")


def test_a_rollback_leads_to_the_version_before_the_present_one() -> None:
    assert before_last(log((Act.REGISTERED, "a"), (Act.PUBLISHED, "b"))) == "a"
    assert before_last(log((Act.REGISTERED, "a"))) is None
    assert before_last(()) is None


def test_other_heat_is_another_definition_of_the_same_profiles() -> None:
    fit, *rest = log((Act.REGISTERED, "a"), (Act.EDITED, "a"), (Act.EDITED, "a"))
    hot = [replace(one, heat=HEAT) for one in rest]

    first, second = change_points([fit, *hot])

    assert (first.counted_by, second.before) == ("a", "a")
    assert second.counted_by == hot[0].counted_by != "a"
    assert before_last([fit, *hot]) is None


def test_what_was_in_force_at_a_moment_is_the_last_that_had_begun() -> None:
    points = change_points(log((Act.REGISTERED, "a"), (Act.PUBLISHED, "b")))
    asked = [START, *(point.at for point in points), START + timedelta(days=9)]

    assert [point_at(points, at) for at in asked] == [points[0], *points, points[-1]]
    assert point_at((), START) is None


@pytest.mark.parametrize(
    ("version", "state"),
    [("a", State.RETIRED), ("b", State.ACTIVE), ("c", State.SHADOW), ("d", State.DRAFT)],
)
def test_the_log_tells_how_a_version_stands(version: str, state: State) -> None:
    lines = log((Act.REGISTERED, "a"), (Act.PUBLISHED, "b"), (Act.SHADOWED, "c"))

    assert state_of(version, lines) is state


def test_there_is_one_challenger_at_a_time() -> None:
    assert challenger(log((Act.SHADOWED, "c"), (Act.SHADOWED, "d"))) == "d"
    assert state_of("c", log((Act.SHADOWED, "c"), (Act.SHADOWED, "d"))) is State.DRAFT


def test_a_challenger_ends_by_being_withdrawn_or_published() -> None:
    assert challenger(log((Act.SHADOWED, "c"), (Act.WITHDRAWN, "c"))) is None
    assert challenger(log((Act.SHADOWED, "c"), (Act.PUBLISHED, "c"))) is None
    assert state_of("c", log((Act.SHADOWED, "c"), (Act.PUBLISHED, "c"))) is State.ACTIVE


@given(st.lists(st.tuples(st.sampled_from(list(Act)), st.sampled_from("abc"))))
def test_exactly_one_version_is_active_once_any_was_put_in_force(
    lines: list[tuple[Act, str]],
) -> None:
    states = [state_of(version, log(*lines)) for version in "abc"]

    assert states.count(State.ACTIVE) == any(act.puts_in_force for act, _ in lines)
    assert states.count(State.SHADOW) <= 1


@given(st.lists(st.tuples(st.sampled_from(list(Act)), st.sampled_from("abc")), min_size=1))
def test_the_order_in_which_the_log_is_read_changes_nothing(lines: list[tuple[Act, str]]) -> None:
    written = log(*lines)

    assert change_points(reversed(written)) == change_points(written)
    assert challenger(reversed(written)) == challenger(written)
