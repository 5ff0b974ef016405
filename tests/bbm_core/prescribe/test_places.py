"""Which stages play which part."""

from bbm_core.balance.funnel import StageSpec
from bbm_core.balance.tally import Tally
from bbm_core.prescribe.places import Places, places


def stage(name: str, kind: str, when: str, *status: str) -> StageSpec:
    rule = {"kind": kind, "when": when, "status": status}
    return StageSpec.model_validate({"name": name, "label": name, "enter": [rule]})


LEADS = stage("acquisition", "lead", "created")
HANDOVER = stage("handover", "lead", "status", "Qualified")
DEALS = stage("deals", "opportunity", "created")
WON = stage("signed", "opportunity", "won")
CUSTOMER = stage("customer", "account", "status", "Customer")
MANY, FEW = Tally(icp=90), Tally(icp=9)


def test_the_parts_are_read_off_the_rules_whatever_the_names() -> None:
    found = places([LEADS, HANDOVER, DEALS, WON, CUSTOMER], {"acquisition": MANY, "deals": FEW})

    assert found == Places("acquisition", "handover", "deals", "signed", "customer")


def test_without_hand_over_sales_works_from_the_opportunity_on() -> None:
    found = places([LEADS, DEALS, WON], {"acquisition": MANY, "deals": FEW})

    assert found == Places("acquisition", "deals", "deals", "signed")


def test_more_opportunities_than_leads_do_not_come_from_the_leads() -> None:
    found = places([LEADS, HANDOVER, DEALS, WON], {"acquisition": FEW, "deals": MANY})

    assert found == Places("deals", "deals", None, "signed")


def test_a_company_that_records_deals_alone_counts_from_them() -> None:
    assert places([DEALS, WON], {}) == Places("deals", "deals", None, "signed")


def test_a_stage_named_won_is_what_is_won() -> None:
    won = stage("won", "account", "status", "Customer")

    assert places([LEADS, won], {}) == Places("acquisition", None, None, "won")


def test_one_stage_alone_is_where_records_come_in() -> None:
    assert places([LEADS], {}) == Places("acquisition", None, None, None)
    assert places([WON], {}) == Places("signed", None, None, None)
