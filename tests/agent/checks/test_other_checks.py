"""More leads, flips, markets and modes, on what is kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.checks.answer import CheckName, Standing
from bbm_core.records import RecordKind
from tests.agent.checks.conftest import Ask, Company
from tests.agent.world import FITTING, OTHER


def weeks(company: Company, count: int, fits: int, others: int, channel: str = "Web") -> None:
    company.world.weeks(count, fits, others, channel)


def test_more_leads_of_lower_quality_are_found_with_their_channel(
    company: Company, ask: Ask
) -> None:
    weeks(company, 13, 10, 10)
    weeks(company, 13, 8, 32, "Fair")
    company.world.pass_time(weeks=1)

    answer = ask(CheckName.MORE_LEADS)

    assert answer.standing is Standing.PROBLEM
    assert "More leads, but lower quality: 520 leads in the last 13 weeks, 260" in answer.finding[0]
    assert answer.finding[1] == "ICP leads went from 130 to 104."
    assert "Fair accounts for" in answer.finding[2]
    assert answer.advice
    assert answer.body["channel"]["name"] == "Fair"


BAND = {"acquisition": {"low": 0.36, "high": 0.44}}


def test_a_flood_of_few_weeks_is_told_as_the_detector_sees_it(company: Company, ask: Ask) -> None:
    """Thirteen weeks with four flooded ones look steady; the detector's window does not."""
    company.world.values["bands"] = BAND
    weeks(company, 22, 4, 6)
    weeks(company, 4, 4, 12, "Fair")
    company.world.pass_time(weeks=1)

    answer = ask(CheckName.MORE_LEADS)

    assert answer.standing is Standing.PROBLEM
    assert answer.finding[0] == (
        "More leads, but lower quality: 16.0 leads a week in the last 4 weeks, 10.0 a week in the "
        "22 before; the ICP rate fell from 40.0% to 25.0%, its band is 36–44%."
    )
    assert answer.finding[1:] == (
        "ICP leads went from 4.0 to 4.0 a week.",
        "Fair accounts for −7.5 pp of the change.",
    )
    assert [figure.value for figure in answer.figures][-1] == "36–44%"
    assert answer.advice


def test_lower_quality_without_more_leads_is_worth_a_look(company: Company, ask: Ask) -> None:
    company.world.values["bands"] = BAND
    weeks(company, 10, 6, 9)
    weeks(company, 4, 2, 13)
    company.world.pass_time(weeks=1)

    answer = ask(CheckName.MORE_LEADS)

    assert answer.standing is Standing.WATCH
    assert answer.finding[0] == (
        "Lower quality: the ICP rate of the last 4 weeks is 13.3%, its band is 36–44%. Leads have "
        "not surely become more: 15.0 a week, 15.0 a week in the 10 weeks before."
    )


def test_too_much_quality_is_no_dilution_and_is_said(company: Company, ask: Ask) -> None:
    company.world.values["bands"] = BAND
    weeks(company, 10, 6, 9)
    weeks(company, 4, 12, 3)
    company.world.pass_time(weeks=1)

    answer = ask(CheckName.MORE_LEADS)

    assert answer.standing is Standing.WATCH
    assert "but the opposite: the ICP rate of the last 4 weeks is 80.0%" in answer.finding[0]
    assert answer.advice == ()


def test_an_incident_that_nothing_new_closes_is_not_denied(company: Company, ask: Ask) -> None:
    """The inflow stops: the detector has too little to say, and the incident stays open."""
    company.world.values["bands"] = BAND
    weeks(company, 10, 6, 9)
    weeks(company, 4, 2, 13)
    company.world.pass_time(weeks=1)
    company.world.first_sync()
    company.world.pass_time(weeks=14)

    answer = ask(CheckName.MORE_LEADS)

    assert answer.body["skew"] == "volume"
    assert answer.standing is Standing.WATCH


def test_a_book_without_leads_cannot_tell(ask: Ask) -> None:
    answer = ask(CheckName.MORE_LEADS, "ja")

    assert answer.standing is Standing.UNCLEAR
    assert "判定済みのリードが足りません" in answer.finding[0]


def months_of_deals(company: Company, *, turn_after: int, count: int = 14) -> None:
    """Half of the deals fit, later one in ten; oldest month first."""
    fitting, other = company.customer(), company.customer(fits=False)
    for month in range(count):
        fits = 10 if month < turn_after else 2
        ago = (count - month) * 30.44 - 10
        for number in range(20):
            company.deal(fitting if number < fits else other, won=None, ago=ago, owner="o1")


def test_a_lasting_change_is_dated_with_target_and_manager(
    company: Company, ask: Ask, tmp_path: Path
) -> None:
    months_of_deals(company, turn_after=8)
    turned = company.day(6 * 30.44)
    (tmp_path / "people.csv").write_text(
        f"id,name,team,manager,since\no1,Ann,East,Bo,\n"
        f"o1,Ann,East,Cy,{(turned - timedelta(days=20)).date()}\n",
        encoding="utf-8",
    )
    (tmp_path / "targets.csv").write_text("team,period,target\nEast,2026,1000\n,oops,5\n", "utf-8")
    company.deal(company.customer(), 400, ago=100)
    company.world.values["inputs"] = {"people": str(tmp_path / "people.csv")}

    answer = ask(CheckName.FLIPS, targets=str(tmp_path / "targets.csv"))

    east = [one for one in answer.body["changes"] if one["team"] == "East"]
    assert answer.standing is Standing.WATCH
    assert [one["what"] for one in east] == ["worked"]
    assert east[0]["before"] == pytest.approx(0.5, abs=0.05)
    assert east[0]["after"] == pytest.approx(0.9, abs=0.05)
    assert east[0]["attained"] == 0.4
    assert len(east[0]["manager_changes"]) == 1
    assert any("Target attainment then: 40.0%." in one for one in answer.finding)
    assert any("A manager changed on" in one for one in answer.finding)
    assert not any(name in str(answer.finding) for name in ("Ann", "Bo", "Cy"))
    assert any("1 rows of the targets could not be used; line 3" in one for one in answer.missing)


def test_a_steady_policy_is_good_and_says_what_it_could_not_see(company: Company, ask: Ask) -> None:
    months_of_deals(company, turn_after=99)

    answer = ask(CheckName.FLIPS)

    assert answer.standing is Standing.GOOD
    assert "No lasting change" in answer.finding[0]
    assert len(answer.missing) == 4


@pytest.mark.parametrize(
    ("direction", "days", "contrary"),
    [
        ("quality", 250, True),
        ("volume", 250, False),
        ("balanced", 250, False),
        ("quality", 5, False),
    ],
)
def test_action_is_set_against_the_declared_stance(
    company: Company, ask: Ask, direction: str, days: int, contrary: bool
) -> None:
    months_of_deals(company, turn_after=8)
    company.world.first_sync()
    with company.world.agent() as agent:
        agent.store.decide("Kim", {"direction": direction}, None, company.day(days))

    answer = ask(CheckName.FLIPS)

    said = any("goes against the declared stance" in one for one in answer.finding)
    assert said is contrary
    assert (answer.standing is Standing.PROBLEM) is contrary
    assert not any("bbm decide" in one for one in answer.missing)
    assert "Kim" not in str(answer.finding)


def test_a_mix_that_is_shifted_back_is_a_problem(company: Company, ask: Ask) -> None:
    company.world.clock.time = datetime(2025, 1, 6, tzinfo=UTC)
    for web, fair in ((10, 10), (10, 10), (18, 2), (3, 17), (3, 17)):
        for _ in range(13):
            for number in range(web + fair):
                at = company.world.clock.now() + timedelta(minutes=number)
                channel = "Web" if number < web else "Fair"
                company.world.lead(at=at, channel=channel)
            company.world.pass_time(weeks=1)

    answer = ask(CheckName.FLIPS)

    assert answer.standing is Standing.PROBLEM
    assert any("The mix of sources was shifted back in" in one for one in answer.finding)
    assert any(one["turned"] for one in answer.body["mix"])


def test_a_short_record_says_how_long_it_must_be(ask: Ask) -> None:
    answer = ask(CheckName.FLIPS)

    assert answer.standing is Standing.UNCLEAR
    assert "6 full months are needed" in answer.finding[0]


def test_a_segment_outside_the_icp_that_wins_as_much_is_a_candidate(
    company: Company, ask: Ask
) -> None:
    fitting, other = company.customer(), company.customer(fits=False)
    for number in range(120):
        company.deal(fitting, 1000, won=number % 4 == 0)
        company.deal(other, 1000, won=number % 3 == 0)

    answer = ask(CheckName.MARKETS)

    assert answer.standing is Standing.WATCH
    assert [one["market"] for one in answer.body["candidates"]] == [OTHER]
    assert any(f"{OTHER}, outside the ICP, wins 40 of 120 deals" in one for one in answer.finding)
    assert any("Effort is not recorded" in one for one in answer.missing)
    assert f"Try {OTHER}" in answer.advice[0]


def test_leads_from_segments_without_customer_are_counted(company: Company, ask: Ask) -> None:
    company.deal(company.customer(), 10)
    for number in range(10):
        company.lead(fits=number < 6)

    answer = ask(CheckName.MARKETS)

    assert (answer.body["inflow"], answer.body["inflow_new_markets"]) == (10, 4)
    assert answer.body["new_markets"] == (OTHER,)
    assert answer.body["effective_markets"] == 1
    assert answer.standing is Standing.GOOD


def test_without_a_segment_the_attribute_is_asked_for(company: Company, ask: Ask) -> None:
    company.world.values["slices"] = []

    answer = ask(CheckName.MARKETS)

    assert answer.standing is Standing.UNCLEAR
    assert "`market` of [checks]" in answer.missing[0]


def test_an_attribute_that_names_people_divides_no_market(company: Company, ask: Ask) -> None:
    company.world.values["privacy"] = {"people": ["industry"]}
    company.deal(company.customer(), 10)

    assert ask(CheckName.MARKETS).standing is Standing.UNCLEAR
    assert ask(CheckName.MARKETS, market="industry").standing is Standing.UNCLEAR
    company.world.values["privacy"] = {"people": ["industry"], "by_person": True}
    assert ask(CheckName.MARKETS).standing is Standing.GOOD


def profile_mode(company: Company, mode: str) -> None:
    company.world.values["icp"]["profiles"][0]["mode"] = mode


def test_a_balanced_profile_watches_both_sides(ask: Ask) -> None:
    answer = ask(CheckName.MODE)

    assert "(BBM)" in answer.finding[0]
    assert "too low and too high" in answer.finding[1]


def test_an_account_based_profile_covers_its_named_accounts(
    company: Company, ask: Ask, tmp_path: Path
) -> None:
    profile_mode(company, "abm")
    won, open_, known, cold = (company.customer(name) for name in ("W", "O", "K", "Cold Corp"))
    company.deal(won, 10)
    company.deal(open_, 10, won=None)
    company.world.crm.create(RecordKind.CONTACT, {}, account=known)
    path = tmp_path / "named.csv"
    path.write_text("id\n" + "\n".join(one.id for one in (won, open_, known, cold, won)), "utf-8")

    answer = ask(CheckName.MODE, named_accounts=str(path))

    abm = answer.body["abm"]
    assert (abm["named"], abm["people"], abm["deals"], abm["won"]) == (4, 3, 2, 1)
    assert answer.standing is Standing.GOOD
    assert "75.0%" in answer.finding[1]
    assert "with Cold Corp." in answer.advice[0]
    assert answer.missing == ("What customers are worth is not known. Run `bbm ltv`.",)


def test_named_accounts_may_be_marked_by_an_attribute(company: Company, ask: Ask) -> None:
    profile_mode(company, "abm")
    company.world.values["attributes"]["target"] = {"account": "Target__c"}
    company.customer("A", Target__c=True)
    company.customer("B", Target__c=False)

    answer = ask(CheckName.MODE, named_attribute="target")

    assert answer.body["abm"]["named"] == 1
    assert answer.standing is Standing.WATCH


def test_an_account_based_profile_without_list_asks_for_it(company: Company, ask: Ask) -> None:
    profile_mode(company, "abm")

    assert "`named_accounts`" in ask(CheckName.MODE).missing[0]
    company.world.values["attributes"]["target"] = {"account": "Target__c"}
    assert "is empty" in ask(CheckName.MODE, named_attribute="target").missing[0]


@pytest.mark.parametrize(
    ("before", "now", "standing"),
    [(5, 3, Standing.WATCH), (3, 5, Standing.GOOD), (0, 0, Standing.UNCLEAR)],
)
def test_a_lead_based_profile_counts_wins_and_new_markets(
    company: Company, ask: Ask, before: int, now: int, standing: Standing
) -> None:
    profile_mode(company, "lbm")
    old, new = company.customer(), company.customer(fits=False)
    for number in range(before):
        company.deal(old, ago=500 + number)
    for number in range(now):
        company.deal(new if number else old, ago=100 + number)

    answer = ask(CheckName.MODE)

    assert answer.standing is standing
    assert answer.body["lbm"]["won"] == now
    assert answer.body["lbm"]["won_before"] == before
    if before:
        assert answer.body["lbm"]["new_markets"] == [OTHER]
    assert FITTING not in answer.body["lbm"]["new_markets"] or not before


@pytest.mark.parametrize(("modes", "said"), [(("abm", "lbm"), True), (("bbm", "bbm"), False)])
def test_profiles_of_different_modes_are_said_to_be_judged_on_both_sides(
    company: Company, ask: Ask, modes: tuple[str, str], said: bool
) -> None:
    (profile,) = company.world.values["icp"]["profiles"]
    company.world.values["icp"]["profiles"] = [
        {**profile, "name": f"profile{number}", "mode": mode} for number, mode in enumerate(modes)
    ]

    answer = ask(CheckName.MODE)

    assert any(one.startswith("The modes differ") for one in answer.finding) is said
