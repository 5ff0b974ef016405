"""Alignment: acceptance, follow-up and orientation, and what is missing for each."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.checks.answer import CheckName, Standing
from tests.agent.checks.conftest import Ask, Company

NAME = CheckName.ALIGNMENT
WORDS = {"accepted": ["Accepted"], "sent_back": ["Recycled"]}


@pytest.fixture
def handed(company: Company) -> Company:
    """Sales accepts 30 of 40 outside the ICP and 10 of 40 inside it."""
    for number in range(40):
        company.lead("Qualified", "Recycled" if number % 4 else "Accepted", fits=True)
        company.lead("Qualified", "Accepted" if number % 4 else "Recycled", fits=False)
    return company


def test_what_is_not_recorded_is_named_and_never_guessed(company: Company, ask: Ask) -> None:
    company.lead("Working", "Qualified")

    answer = ask(NAME)

    assert answer.standing is Standing.UNCLEAR
    assert answer.body == {"hand_over": None, "follow_up": None, "orientation": None}
    acceptance, activities, people = answer.missing
    assert "`accepted` and `sent_back` of [checks]" in acceptance
    assert "Statuses of leads seen: Qualified, Working" in acceptance
    assert "`activities` of [inputs]" in activities
    assert "`people` of [inputs]" in people


def test_sales_that_accepts_against_the_flag_is_a_problem(handed: Company, ask: Ask) -> None:
    answer = ask(NAME, **WORDS)

    assert answer.standing is Standing.PROBLEM
    assert answer.body["hand_over"]["kappa"] == pytest.approx(-0.5)
    assert answer.body["hand_over"]["sent_back"] == 0.5
    assert "(κ -0.50)" in answer.finding[0]
    assert "Go through ten ICP leads" in answer.advice[0]


def test_the_last_word_of_sales_counts(company: Company, ask: Ask) -> None:
    for _ in range(20):
        company.lead("Qualified", "Recycled", "Accepted", fits=True)
        company.lead("Qualified", "Accepted", "Recycled", fits=False)

    answer = ask(NAME, **WORDS)

    assert answer.standing is Standing.GOOD
    assert answer.body["hand_over"]["kappa"] == 1


def test_few_answers_are_counted_and_not_judged(company: Company, ask: Ask) -> None:
    company.lead("Accepted")
    company.lead("Recycled", fits=False)

    answer = ask(NAME, **WORDS)

    assert answer.standing is Standing.UNCLEAR
    assert answer.finding == (
        "Only 2 answers of sales so far; 30 are needed to judge the agreement.",
    )


def test_sales_that_accepts_everything_agrees_with_nothing(company: Company, ask: Ask) -> None:
    for number in range(40):
        company.lead("Accepted", fits=number % 2 == 0)

    answer = ask(NAME, **WORDS)

    assert "nothing can agree beyond chance" in answer.finding[0]


def test_statuses_that_nobody_took_are_named(company: Company, ask: Ask) -> None:
    company.lead("Qualified")

    assert any("No record took one" in one for one in ask(NAME, **WORDS).missing)


def test_a_funnel_without_hand_over_says_which_stage_is_asked_for(
    company: Company, ask: Ask
) -> None:
    missing = ask(NAME, handover="passed_on").missing

    assert any("no stage `passed_on`" in one and "acquisition" in one for one in missing)


Called = Callable[[int, int], None]


@pytest.fixture
def called(company: Company, tmp_path: Path) -> Called:
    """Twenty of each kind are handed over; so many are called within a day, the rest after two."""

    def make(fits: int, others: int) -> None:
        lines = ["record_id,record_kind,at,what,by,times"]
        for wanted, is_icp in ((fits, True), (others, False)):
            for number in range(20):
                lead = company.lead("Qualified", fits=is_icp, ago=20)
                ago = 19.5 if number < wanted else 17
                lines.append(f"{lead.id},lead,{company.day(ago).isoformat()},call,o1,1")
                lines.append(f"{lead.id},lead,{company.day(19.9).isoformat()},page_view,,1")
        lines.append(f"x,lead,{company.day(200).isoformat()},call,o1,1")
        path = tmp_path / "activities.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        company.world.values["inputs"] = {"activities": str(path)}

    return make


@pytest.mark.parametrize(
    ("counts", "standing", "words"),
    [
        ((5, 15), Standing.PROBLEM, "ICP records are followed up less than others"),
        ((10, 10), Standing.WATCH, "ICP records are not followed up more than others"),
        ((18, 5), Standing.GOOD, "ICP records are followed up first"),
        ((0, 5), Standing.WATCH, "too few on one side for a ratio"),
    ],
)
def test_the_follow_up_of_the_icp_is_compared_with_the_others(
    called: Called, ask: Ask, counts: tuple[int, int], standing: Standing, words: str
) -> None:
    called(*counts)

    answer = ask(NAME)

    assert answer.standing is standing
    assert any(words in one for one in answer.finding)
    assert answer.body["follow_up"]["icp"] == {"touched": counts[0], "handed": 20}
    assert answer.body["follow_up"]["not_icp"] == {"touched": counts[1], "handed": 20}


def deals_of(company: Company, owner: str, fits: int, others: int) -> None:
    account, other = company.customer(), company.customer(fits=False)
    for _ in range(fits):
        company.deal(account, owner=owner)
    for _ in range(others):
        company.deal(other, owner=owner)


def test_owners_are_compared_without_being_named(company: Company, ask: Ask) -> None:
    for number in range(8):
        deals_of(company, f"o{number}", 8, 12)
    deals_of(company, "odd", 20, 0)

    answer = ask(NAME)

    assert answer.standing is Standing.WATCH
    assert "1 of 9 owners lie far outside" in answer.finding[0]
    assert answer.body["orientation"]["owners_far_outside"] == 1
    assert "odd" not in str(answer)


def test_teams_are_shown_where_people_are_known(company: Company, ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    rows = ["id,name,team,manager,since"]
    for number in range(6):
        deals_of(company, f"o{number}", 16 if number < 3 else 4, 4 if number < 3 else 16)
        rows.append(f"o{number},Person {number},{'East' if number < 3 else 'West'},M,")
    path.write_text("\n".join(rows), encoding="utf-8")
    company.world.values["inputs"] = {"people": str(path)}

    answer = ask(NAME)

    assert {f.label for f in answer.figures} == {"East", "West"}
    assert answer.figures[0].value.startswith("80.0% (48 of 60)")
    assert "Person" not in str(answer)
