"""Concentration of what is kept: customers, the ICP alone, segments, owners, and the risk."""

from agent.checks.answer import CheckName, Standing
from tests.agent.checks.conftest import Ask, Company

NAME = CheckName.CONCENTRATION


def figures(answer: object) -> dict[str, str]:
    return {figure.label: figure.value for figure in answer.figures}  # type: ignore[attr-defined]


def test_revenue_that_leans_on_one_customer_is_a_problem(company: Company, ask: Ask) -> None:
    company.deal(company.customer("Giant"), 500)
    for number in range(20):
        company.deal(company.customer(f"Small {number}", fits=False), 25)

    answer = ask(NAME)

    assert answer.standing is Standing.PROBLEM
    assert answer.finding[0] == "The largest customer, Giant, brings 50.0% (guide line 20.0%)."
    assert "Losing Giant would take 50.0% of the revenue." in answer.finding
    assert "Customers in the ICP are 1 of 21 and bring 50.0% of the revenue." in answer.finding
    assert figures(answer)["If Giant left"] == "−50.0%"
    assert answer.body["icp"]["customers"] == 1
    assert answer.body["markets"]["customers"] == 2
    assert answer.body["owners"] == {"owners": 1, "hhi": 1.0}


def test_guide_lines_are_the_configured_ones(company: Company, ask: Ask) -> None:
    company.deal(company.customer("Giant"), 500)
    for number in range(20):
        company.deal(company.customer(f"Small {number}"), 25)

    answer = ask(NAME, top1=[0.6, 0.8], top3=[0.7, 0.9], top10=[0.9, 1.0], hhi=[0.3, 0.4])

    assert answer.standing is Standing.GOOD
    assert answer.advice == ()


def test_what_one_company_owns_counts_as_one_customer(company: Company, ask: Ask) -> None:
    company.world.values["attributes"]["parent"] = {"account": "ParentId"}
    group = company.customer("Group", fits=False)
    plant = company.customer("Plant", ParentId=group.id)
    office = company.customer("Office", ParentId=plant.id, fits=False)
    for account, amount in ((plant, 300), (office, 200), (company.customer("Other"), 500)):
        company.deal(account, amount)

    apart = ask(NAME)
    company.world.values["accounts"] = {"parent": "parent"}
    together = ask(NAME)

    assert (apart.body["customers"]["customers"], together.body["customers"]["customers"]) == (3, 2)
    assert together.body["customers"]["hhi"] == 0.5
    assert together.body["icp"]["total"] == 800  # each account's own verdict counts


def test_a_customers_deals_are_added_up_and_old_ones_do_not_count(
    company: Company, ask: Ask
) -> None:
    one, other = company.customer("One"), company.customer("Other")
    company.deal(one, 100)
    company.deal(one, 200, renewal=True)
    company.deal(one, 900, ago=500)
    company.deal(one, 900, won=False)
    company.deal(other, 300)

    answer = ask(NAME)

    assert answer.body["customers"]["hhi"] == 0.5
    assert answer.body["customers"]["total"] == 600


def test_amounts_of_different_currencies_are_never_added(company: Company, ask: Ask) -> None:
    for number in range(3):
        company.deal(company.customer(f"E{number}"), 100)
    company.deal(company.customer("J"), 9_000_000, currency="JPY")

    answer = ask(NAME)

    assert answer.body["currency"] == "EUR"
    assert answer.body["customers"]["customers"] == 3
    assert answer.body["without_rate"] == {"JPY": 1}
    assert "1 deals in JPY are left out: [currencies] states no rate into EUR." in answer.missing


def test_other_currencies_count_by_the_rate_of_the_day(company: Company, ask: Ask) -> None:
    company.world.values["currencies"] = {
        "rates": {"JPY": 0.005},
        "dated": {"JPY": {company.day(60).date(): 0.006}},
    }
    company.deal(company.customer("E"), 100)
    company.deal(company.customer("J"), 50_000, currency="JPY", ago=30)
    company.deal(company.customer("K"), 50_000, currency="JPY", ago=90)

    answer = ask(NAME)

    assert (answer.body["currency"], answer.body["customers"]["total"]) == ("EUR", 650)
    assert figures(answer)["Customers (revenue)"] == "3 (650 EUR)"
    assert not any("[currencies]" in one for one in answer.missing)


def test_the_stated_currency_counts_even_if_few_deals_are_in_it(company: Company, ask: Ask) -> None:
    company.deal(company.customer("E"), 100)
    for number in range(3):
        company.deal(company.customer(f"J{number}"), 100, currency="JPY")

    assert ask(NAME).body["currency"] == "EUR"


def test_where_nothing_can_be_counted_it_says_so(company: Company, ask: Ask) -> None:
    company.deal(company.customer("J"), 100, currency="JPY")

    answer = ask(NAME)

    assert answer.standing is Standing.UNCLEAR
    assert answer.finding == ("No won amount of the last 12 months can be counted.",)
    assert any("states no rate" in one for one in answer.missing)


def test_a_deal_won_in_the_future_brings_nothing_yet(company: Company, ask: Ask) -> None:
    company.deal(company.customer("A"), 100)
    company.deal(company.customer("B"), 900, ago=-5)

    answer = ask(NAME)

    assert answer.body["customers"]["total"] == 100
    assert "1 deals are closed on a day to come and are left out." in answer.missing


def test_deals_without_amount_or_account_are_named(company: Company, ask: Ask) -> None:
    company.deal(company.customer("A"), 100)
    company.deal(company.customer("B"), None)
    company.deal(None, 100)

    missing = ask(NAME).missing

    assert "1 won deals have no amount and are left out." in missing
    assert "1 won deals have no account and belong to no customer." in missing


def test_without_revenue_nothing_is_said(ask: Ask) -> None:
    answer = ask(NAME)

    assert answer.standing is Standing.UNCLEAR
    assert answer.finding == ("There is no won amount in the last 12 months.",)


def test_negative_amounts_have_no_share(company: Company, ask: Ask) -> None:
    company.deal(company.customer("A"), 100)
    company.deal(company.customer("B"), -40)

    body = ask(NAME).body["customers"]

    assert (body["customers"], body["negative"], body["total"]) == (1, 1, 100)


def test_the_risk_needs_to_know_who_leaves(company: Company, ask: Ask) -> None:
    company.deal(company.customer("A"), 100)

    answer = ask(NAME)

    assert answer.body["risk"] is None
    assert any("`leaving` of [checks]" in one for one in answer.missing)
    assert ask(NAME, leaving=0.2).body["risk"]["expected"] == 0.2


def test_lost_renewals_say_who_leaves(company: Company, ask: Ask) -> None:
    account = company.customer("A")
    for number in range(19):
        company.deal(account, 10, won=number >= 4, renewal=True, ago=60 + number)

    assert ask(NAME).body["leaving"] == 4.5 / 20


def test_customers_of_one_name_stay_apart(company: Company, ask: Ask) -> None:
    first, second = company.customer("Twin"), company.customer("Twin")
    company.deal(first, 100)
    company.deal(second, 60)

    body = ask(NAME).body["customers"]

    assert body["customers"] == 2
    assert body["largest"] == f"Twin ({first.id})"


def test_a_customer_without_name_is_called_by_its_id(company: Company, ask: Ask) -> None:
    account = company.customer()
    company.deal(account, 100)

    answer = ask(NAME, "ja")

    assert answer.finding[0] == f"売上のすべてが1社({account.id})によるものです。"
