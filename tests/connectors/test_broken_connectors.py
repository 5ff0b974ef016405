"""The inherited tests find connectors that break a promise; none of them always passes."""

import inspect
from collections.abc import Callable, Iterator
from itertools import product

import pytest

from bbm_core.records import RecordKind
from connectors.conformance import ConnectorConformance, Verb
from tests.connectors import broken
from tests.connectors.broken import BrokenWorld, Wrapper
from tests.connectors.memory_world import MemoryWorld

CAUGHT_BY: dict[type[Wrapper], str] = {
    # Promise 1
    broken.ChecksByWriting: "test_check_says_the_same_again_and_changes_nothing",
    broken.PlansByDoing: "test_a_plan_for_the_fields_changes_nothing",
    broken.PreparesForever: "test_a_second_prepare_finds_only_what_is_to_be_kept",
    broken.RetiresInWordsOnly: "test_what_is_retired_is_gone_and_can_be_prepared_again",
    broken.WritesOnlyOnce: "test_a_write_may_be_sent_again",
    broken.ReadsDifferently: "test_reading_twice_says_the_same",
    broken.BringsAtRandom: "test_pulling_again_brings_the_same",
    # Promise 2
    broken.PullsBigPages: "test_a_pull_brings_everything_on_pages_of_at_most_seven",
    broken.SkipsTies: "test_a_pull_brings_everything_on_pages_of_at_most_seven",
    broken.RunsAhead: "test_every_watermark_can_be_resumed_from",
    broken.StopsWhenEmpty: "test_an_empty_crm_still_gives_a_watermark",
    broken.TakesTroubleForTheEnd: "test_trouble_on_any_page_loses_nothing",
    broken.RemembersOldValues: (
        "test_a_record_that_changes_during_the_pull_comes_with_its_new_values"
    ),
    broken.StartsOver: "test_a_quiet_crm_brings_nothing",
    broken.ForgetsTheDeleted: "test_a_deleted_record_is_reported_as_removed",
    broken.LosesTheSurvivor: "test_a_merged_record_names_its_survivor",
    broken.LosesTheConversion: "test_a_converted_lead_says_what_it_became",
    broken.ReadsLess: "test_pull_and_read_say_the_same",
    broken.ForgetsWhatIsWritten: "test_reading_only_what_is_written_says_the_same_of_it",
    broken.Mistranslates: "test_a_record_comes_translated",
    # Promise 3
    broken.SwallowsAReceipt: "test_a_full_request_is_answered_to_the_last_write",
    broken.AnswersTwice: "test_each_write_gets_its_own_answer",
    broken.MixesUpPositions: "test_each_write_gets_its_own_answer",
    broken.HopesForTheBest: "test_a_lost_answer_is_found_out_by_reading",
    broken.RoundsValues: "test_every_field_reads_as_it_was_written",
    broken.KeepsWhatShouldBeCleared: "test_none_clears_a_field",
    broken.AsksForNothing: "test_nothing_to_write_asks_nothing",
    broken.RaisesForTheGone: "test_records_that_are_gone_are_left_out_of_a_reading",
    # Promise 4
    broken.LetsTheClientsErrorsOut: "test_trouble_is_told_in_our_words_and_then_over",
    broken.TakesNothingForAnAnswer: "test_a_success_without_content_is_no_content",
    broken.SpendsWithoutAsking: "test_every_call_was_reserved",
    # Promise 5
    broken.WritesANote: "test_only_the_declared_fields_are_written",
    broken.WritesWhateverIsAsked: "test_a_field_that_is_not_declared_is_not_written",
    broken.BringsTheDeadBack: "test_a_record_is_never_created",
}
VALUES = {"kind": tuple(RecordKind), "verb": tuple(Verb)}


class _Suite(ConnectorConformance):
    kinds = tuple(RecordKind)


@pytest.mark.parametrize("breaks", CAUGHT_BY, ids=lambda one: one.__name__)
def test_the_suite_catches(breaks: type[Wrapper]) -> None:
    assert CAUGHT_BY[breaks] in _failures(lambda: BrokenWorld(breaks))


def test_the_wrapper_itself_breaks_nothing() -> None:
    assert not _failures(lambda: BrokenWorld(Wrapper))


def test_every_inherited_test_can_fail() -> None:
    failed = set[str]().union(*(_failures(lambda b=b: BrokenWorld(b)) for b in CAUGHT_BY))

    assert failed == set(_names())


def _failures(make_world: Callable[[], MemoryWorld]) -> set[str]:
    """The names of the inherited tests that fail in such a world."""
    return {name for name in _names() if any(_fails(name, make_world, v) for v in _cases(name))}


def _fails(name: str, make_world: Callable[[], MemoryWorld], values: dict[str, object]) -> bool:
    try:
        getattr(_Suite(), name)(make_world(), **values)
    except Exception:  # noqa: BLE001  a test fails by whatever it raises
        return True
    return False


def _names() -> list[str]:
    return [name for name in dir(_Suite) if name.startswith("test_")]


def _cases(name: str) -> Iterator[dict[str, object]]:
    asked = [one for one in inspect.signature(getattr(_Suite, name)).parameters if one in VALUES]
    for values in product(*(VALUES[one] for one in asked)):
        yield dict(zip(asked, values, strict=True))
