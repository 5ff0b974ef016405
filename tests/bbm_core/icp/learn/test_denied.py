"""What is known only after the outcome is told by its name."""

import pytest

from bbm_core.icp.learn.denied import Denial, denied


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("StageName", Denial.OUTCOME),
        ("dealstage", Denial.OUTCOME),
        ("lifecyclestage", Denial.OUTCOME),
        ("IsConverted", Denial.OUTCOME),
        ("converted_at", Denial.OUTCOME),
        ("ConvertedOpportunityId", Denial.OUTCOME),
        ("is_won", Denial.OUTCOME),
        ("ltv_class", Denial.OUTCOME),
        ("受注", Denial.OUTCOME),
        ("Amount", Denial.MONEY),
        ("close_value", Denial.MONEY),
        ("ExpectedRevenue", Denial.MONEY),
        ("受注金額", Denial.OUTCOME),
        ("金額", Denial.MONEY),
        ("CloseDate", Denial.AFTER),
        ("closedate", Denial.AFTER),
        ("engage_date", Denial.AFTER),
        ("失注理由", Denial.OUTCOME),
        ("OwnerId", Denial.PEOPLE),
        ("sales_agent", Denial.PEOPLE),
        ("hubspot_owner_id", Denial.PEOPLE),
        ("hubspotscore", Denial.SCORE),
        ("Lead_Score__c", Denial.SCORE),
        ("BBM_ICP__c", Denial.SCORE),
        ("bbm_tier", Denial.SCORE),
        ("Account Name", Denial.NAME),
        ("Email", Denial.NAME),
    ],
)
def test_what_nobody_knows_before_is_denied(name: str, why: Denial) -> None:
    assert denied(name) is why


@pytest.mark.parametrize(
    "name",
    [
        *("industry", "employees", "NumberOfEmployees", "region", "country", "source", "product"),
        *("annual_revenue", "AnnualRevenue", "credit_amount", "job_title", "fleet_size", "sector"),
        *("year_established", "job", "purpose", "housing", "score_of_nothing_known", "業種"),
        *("従業員数", "regional_office", "customer_type", "company_size", "status_of_account"),
    ],
)
def test_what_describes_the_customer_is_not(name: str) -> None:
    assert denied(name) is None


def test_one_of_several_names_is_enough() -> None:
    assert denied("phase", "StageName") is Denial.OUTCOME
