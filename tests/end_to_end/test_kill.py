"""Wherever the agent's process is killed, the next one puts it right and writes nothing twice.

The long form, with more moments and with every one, is `python -m benchmarks.crash_loop`.
"""

from pathlib import Path
from random import Random

import pytest

from tests.end_to_end.company import CRMS, Crm
from tests.end_to_end.crashes import (
    Moment,
    When,
    random_moments,
    requests_of_a_sync,
    sync_killed_at,
    watched_company,
    written_twice,
    wrong_records,
)

RECORDS = 300
KILLS = 3
WRITES = {"salesforce": "/composite/sobjects", "hubspot": "/batch/update"}


@pytest.mark.parametrize("crm", CRMS)
def test_a_killed_sync_is_finished_by_the_next_and_nothing_is_written_twice(
    crm: Crm, tmp_path: Path
) -> None:
    for name in ("rehearsal", "play"):
        (tmp_path / name).mkdir()
    requests = requests_of_a_sync(crm, tmp_path / "rehearsal", RECORDS)
    moments = random_moments(Random(f"{crm}/kill"), requests, KILLS)

    with watched_company(crm, tmp_path / "play", RECORDS) as (one, wire):
        finish = sync_killed_at(one, wire, moments)

        assert finish.kills >= 1
        assert finish.body["ending"] == "complete"
        assert wrong_records(one) == {}
        assert written_twice(one) == []


@pytest.mark.parametrize("crm", CRMS)
def test_a_write_whose_answer_died_with_the_process_is_found_by_reading(
    crm: Crm, tmp_path: Path
) -> None:
    moment = Moment(1, When.AFTER, path_contains=WRITES[crm])

    with watched_company(crm, tmp_path, RECORDS) as (one, wire):
        finish = sync_killed_at(one, wire, [moment])

        assert finish.kills == 1
        assert finish.body["counts"]["settled"] > 0
        assert wrong_records(one) == {}
        assert written_twice(one) == []
