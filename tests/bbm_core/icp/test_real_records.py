"""Rules of the real data sets, judged as profiles, give the figures reckoned apart from us."""

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bbm_core.icp.classify import Classifier, Flag, Verdict
from bbm_core.icp.profile import Profile
from bbm_core.records import Value

TODAY = date(2026, 11, 3)


def rule(*criteria: dict[str, Any]) -> Classifier:
    written = [{"role": "must", **criterion} for criterion in criteria]
    return Classifier([Profile.model_validate({"name": "rule", "criteria": written})])


def flags(rows: list[dict[str, Value]], *criteria: dict[str, Any]) -> Counter[Flag]:
    classifier = rule(*criteria)
    return Counter(classifier.judge(row, TODAY).flag for row in rows)


def rows_of(path: Path, *numeric: str) -> list[dict[str, Value]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            {k: Decimal(v) if k in numeric else v for k, v in row.items() if v}
            for row in csv.DictReader(file)
        ]


def test_rule_f1_flags_591_of_946_leads(shared: Path) -> None:
    leads = rows_of(shared / "data" / "fleetio_funnel" / "leads.csv")
    sizes = {"id": "fleet", "attribute": "fleet_size", "in": ["100-499", "500-999", ">1000"]}

    assert flags(leads, sizes) == {Flag.YES: 591, Flag.NO: 355}


def test_rule_f1_can_also_be_asked_of_the_range_that_the_text_states(shared: Path) -> None:
    leads = rows_of(shared / "data" / "fleetio_funnel" / "leads.csv")

    assert flags(leads, {"id": "fleet", "attribute": "fleet_size", "at_least": 100}) == {
        Flag.YES: 591,
        Flag.NO: 355,
    }


def test_rule_m2_flags_32_of_85_accounts(shared: Path) -> None:
    accounts = rows_of(shared / "data" / "maven_crm" / "accounts.csv", "revenue")

    assert flags(accounts, {"id": "revenue", "attribute": "revenue", "at_least": 2000}) == {
        Flag.YES: 32,
        Flag.NO: 53,
    }


def test_rule_m1_flags_33_of_85_accounts(shared: Path) -> None:
    accounts = rows_of(shared / "data" / "maven_crm" / "accounts.csv", "employees")
    sectors = {"id": "sector", "attribute": "sector", "in": ["retail", "medical", "technolgy"]}
    size = {"id": "size", "attribute": "employees", "at_least": 1000}

    assert flags(accounts, sectors, size) == {Flag.YES: 33, Flag.NO: 52}


def test_an_opportunity_without_account_is_unknown_not_a_no(shared: Path) -> None:
    deals = rows_of(shared / "data" / "maven_crm" / "sales_pipeline.csv")
    accounts = {
        row["account"]: row
        for row in rows_of(shared / "data" / "maven_crm" / "accounts.csv", "revenue")
    }
    m2 = rule({"id": "revenue", "attribute": "revenue", "at_least": 2000})

    found = Counter(
        (deal["deal_stage"], m2.judge(accounts.get(deal.get("account", ""), {}), TODAY).flag)
        for deal in deals
    )

    assert (found["Won", Flag.YES], found["Won", Flag.NO]) == (1971, 4238 - 1971)
    assert (found["Prospecting", Flag.YES], found["Prospecting", Flag.UNKNOWN]) == (54, 337)
    assert (found["Engaging", Flag.YES], found["Engaging", Flag.UNKNOWN]) == (181, 1088)


def test_a_verdict_survives_being_kept_as_text() -> None:
    profile = Profile.model_validate(
        {
            "name": "p",
            "criteria": [
                {
                    "id": "size",
                    "label": {"en": "Employees", "ja": "従業員数"},
                    "unit": {"ja": "名"},
                    "attribute": "n",
                    "role": "plus",
                    "points": 3,
                    "at_least": 300,
                }
            ],
        }
    )
    kept = TypeAdapter(Verdict)

    for attributes in ({"n": 1200}, {"n": "100-499"}, {}):
        verdict = Classifier([profile]).judge(attributes, TODAY)
        assert kept.validate_json(kept.dump_json(verdict)) == verdict
