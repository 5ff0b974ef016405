"""`bbm fields plan|apply|remove` against an org: what its reader sees, also the second time."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.salesforce.apps import ADMIN_APP
from tests.agent.cli.conftest import Answered, Bbm
from tests.end_to_end.company import Company, company


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """An org that has our fields, and an administrator's login."""
    with company("salesforce", tmp_path, size=40) as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("BBM_CRM__SALESFORCE__CLIENT_ID", ADMIN_APP.key)
        monkeypatch.setenv("BBM_SALESFORCE_SECRET", ADMIN_APP.secret)
        yield made


def fields(bbm: Bbm, one: Company, command: str, *more: str) -> Answered:
    return bbm("fields", command, *more, "--config", str(one.config))


def ours(one: Company) -> set[str]:
    names = one.sandbox.salesforce.definition("Lead").fields
    return {name for name in names if name.startswith("BBM_")}


def test_what_was_removed_is_gone_and_comes_back_as_it_was(bbm: Bbm, one: Company) -> None:
    before = ours(one)

    removed = fields(bbm, one, "remove", "--all", "--yes")

    assert (removed.code, ours(one)) == (0, set())
    assert removed.out.count("removed") == 44
    assert "44 to do. Nothing was changed." in fields(bbm, one, "plan").out
    assert fields(bbm, one, "apply").out.count("created") == 44
    assert ours(one) == before
    assert fields(bbm, one, "apply").out.count("keep") == 44


def test_removing_what_is_not_there_says_so(bbm: Bbm, one: Company) -> None:
    fields(bbm, one, "remove", "--all", "--yes")

    again = fields(bbm, one, "remove", "--all", "--yes")

    assert (again.code, again.out) == (0, "Nothing of ours is there.\n")


def test_where_nobody_can_answer_nothing_is_removed(
    bbm: Bbm, one: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())

    answer = fields(bbm, one, "remove", "--all")

    assert answer.code == 2
    assert "BBM-AS-001" in answer.err
    assert len(ours(one)) == 11


def test_without_the_rights_each_field_is_told_and_nothing_changes(bbm: Bbm, one: Company) -> None:
    one.sandbox.salesforce.permit("Administrator", "CustomizeApplication", granted=False)
    before = ours(one)

    answer = fields(bbm, one, "remove", "--all", "--yes")

    assert answer.code == 4
    assert answer.out.count("BBM_ICP__c > Delete") == 4
    assert ours(one) == before
