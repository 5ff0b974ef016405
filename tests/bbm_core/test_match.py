"""Which account a lead belongs to, and when none is taken."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.match import Identity, Key, Match, Names, Standing, identity_of, match
from bbm_core.records import Value

NAMES = Names("number", "domain", "company", "prefecture")
NTA, DIET = "7000012050002", "2000012010019"  # two with the right check digit
LEAST = 80


def said(**attributes: Value) -> Identity:
    return identity_of(attributes, NAMES)


def found(lead: Mapping[str, Value], **accounts: Mapping[str, Value]) -> Match:
    return match(said(**lead), {id_: said(**one) for id_, one in accounts.items()}, LEAST)


# what a record says


def test_a_record_says_what_is_comparable() -> None:
    assert said(
        number="T7000-0120-50002",
        domain="taro@sales.kita.co.jp",
        company="株式会社北物流 東京支店",
        prefecture="東京都渋谷区",
    ) == {
        Key.NUMBER: NTA,
        Key.DOMAIN: "kita.co.jp",
        Key.NAME: "北物流",
        Key.PREFECTURE: "13",
    }


def test_what_says_nothing_is_absent() -> None:
    assert said(number="123", domain="taro@gmail.com", company="個人", prefecture=" ") == {}
    assert identity_of({"company": "Acme"}, Names()) == {}


@pytest.mark.parametrize(
    "name",
    [
        "株式会社北物流",
        "北物流株式会社",
        "(株)北物流",
        "（株）北物流",
        "㈱北物流",
        "北物流㈱",
        "北物流",
        "北物流　大阪営業所",
        "有限会社北物流",
        "合同会社　北物流",
    ],
)
def test_a_company_is_the_same_with_every_form(name: str) -> None:
    assert said(company=name) == {Key.NAME: "北物流"}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("医療法人社団 青空会", "青空会"),
        ("学校法人みなと学園", "みなと学園"),
        ("一般社団法人物流協会", "物流協会"),
        ("Acme Co., Ltd.", "acme"),
        ("ACME Kabushiki Kaisha", "acme"),
        ("ﾔﾏﾀﾞ電機（株）", "ヤマダ電機"),
        ("Müller GmbH & Co. KG", "müller"),
    ],
)
def test_legal_forms_of_all_kinds_are_left_out(name: str, key: str) -> None:
    assert said(company=name) == {Key.NAME: key}


def test_a_region_that_is_no_prefecture_stands_for_itself() -> None:
    assert said(prefecture="California") == {Key.PREFECTURE: "california"}


# who is found


def test_the_corporate_number_decides() -> None:
    assert found(
        {"number": NTA, "domain": "a@other.com"},
        right={"number": NTA},
        domain={"domain": "other.com"},
    ) == Match(Standing.MATCHED, "right", Key.NUMBER, 97)


def test_the_domain_of_an_address_finds_the_website() -> None:
    assert found(
        {"domain": "a@mail.acme.com"}, acme={"domain": "https://www.acme.com/jp"}
    ) == Match(Standing.MATCHED, "acme", Key.DOMAIN, 90)


def test_a_name_counts_together_with_its_prefecture() -> None:
    lead = {"company": "㈱サンライズ", "prefecture": "東京"}
    tokyo = {"company": "サンライズ株式会社", "prefecture": "Tokyo"}
    osaka = {"company": "株式会社サンライズ", "prefecture": "大阪府"}

    assert found(lead, tokyo=tokyo, osaka=osaka) == Match(Standing.MATCHED, "tokyo", Key.NAME, 85)
    assert found(lead, osaka=osaka) == Match(Standing.WEAK, "osaka", Key.NAME, 40)
    assert found({"company": "サンライズ"}, tokyo=tokyo).standing is Standing.WEAK


def test_nobody_is_found_by_a_prefecture() -> None:
    assert found({"prefecture": "東京"}, tokyo={"prefecture": "東京"}).standing is Standing.BLANK


def test_a_lead_without_a_company_says_nothing_to_go_by() -> None:
    assert found({"domain": "a@yahoo.co.jp"}, yahoo={"domain": "yahoo.co.jp"}) == Match(
        Standing.BLANK
    )


# who is not taken


def test_two_accounts_of_one_domain_are_ambiguous() -> None:
    one = {"domain": "acme.com"}

    assert found({"domain": "a@acme.com"}, b=one, a=one) == Match(
        Standing.AMBIGUOUS, None, Key.DOMAIN, 90, ("a", "b")
    )


def test_of_two_accounts_of_one_domain_the_name_tells() -> None:
    lead = {"domain": "a@acme.com", "company": "Acme Foods"}
    accounts = {
        "foods": {"domain": "acme.com", "company": "Acme Foods Inc."},
        "tools": {"domain": "acme.com", "company": "Acme Tools Inc."},
    }

    assert found(lead, **accounts) == Match(Standing.MATCHED, "foods", Key.DOMAIN, 95)


def test_of_two_accounts_of_one_domain_the_prefecture_tells() -> None:
    lead = {"domain": "a@acme.com", "prefecture": "Osaka"}
    accounts = {
        "tokyo": {"domain": "acme.com", "prefecture": "東京都"},
        "osaka": {"domain": "acme.com", "prefecture": "大阪府"},
    }

    assert found(lead, **accounts).account == "osaka"


def test_two_accounts_of_one_number_are_ambiguous() -> None:
    assert found({"number": NTA}, a={"number": NTA}, b={"number": NTA}).standing is (
        Standing.AMBIGUOUS
    )


def test_another_corporate_number_is_another_company() -> None:
    lead = {"number": NTA, "domain": "a@acme.com", "company": "Acme"}

    assert found(lead, other={"number": DIET, "domain": "acme.com", "company": "Acme"}) == Match(
        Standing.NONE
    )


@pytest.mark.parametrize(
    ("lead", "account"),
    [
        ("日立物流", "日立ホールディングス"),
        ("Acme Foods", "Acme Holdings"),
        ("Acme HD", "Acme Foods"),
    ],
)
def test_a_holding_is_not_its_company(lead: str, account: str) -> None:
    answer = found(
        {"domain": "a@acme.com", "company": lead}, it={"domain": "acme.com", "company": account}
    )

    assert answer == Match(Standing.WEAK, "it", Key.DOMAIN, 60)


def test_another_name_at_the_same_domain_is_less_sure() -> None:
    lead = {"domain": "a@acme.com", "company": "Acme Japan"}

    assert found(lead, it={"domain": "acme.com", "company": "Acme"}).confidence == 82


def test_the_same_name_at_another_domain_is_not_enough() -> None:
    lead = {"company": "サンライズ", "prefecture": "東京", "domain": "a@sunrise.co.jp"}
    account = {"company": "サンライズ", "prefecture": "東京", "domain": "sun-rise.jp"}

    assert found(lead, it=account) == Match(Standing.WEAK, "it", Key.NAME, 50)


def test_a_typing_error_matches_nobody() -> None:
    assert found({"company": "Acmee", "prefecture": "東京"}, it={"company": "Acme"}).standing is (
        Standing.NONE
    )


@pytest.mark.parametrize("page", ["https://www.facebook.com/acme", "https://acme.wixsite.com"])
def test_a_page_at_a_host_of_many_is_nobodys_domain(page: str) -> None:
    assert found({"domain": page}, it={"domain": page}) == Match(Standing.BLANK)


def test_a_key_of_too_many_accounts_tells_nothing() -> None:
    lead = said(domain="a@acme.com", company="Acme", prefecture="東京")
    crowded = {(Key.DOMAIN, "acme.com")}

    assert match(lead, {}, LEAST, crowded) == Match(Standing.AMBIGUOUS, key=Key.DOMAIN)


def test_the_confidence_that_is_asked_for_decides() -> None:
    lead, account = said(domain="acme.com"), {"it": said(domain="acme.com")}

    assert match(lead, account, 90).standing is Standing.MATCHED
    assert match(lead, account, 91).standing is Standing.WEAK


# laws

_PARTS = st.fixed_dictionaries(
    {},
    optional={
        "number": st.sampled_from([NTA, DIET]),
        "domain": st.sampled_from(["acme.com", "acme.co.jp", "gmail.com"]),
        "company": st.sampled_from(["Acme", "Acme Holdings", "北物流"]),
        "prefecture": st.sampled_from(["東京", "大阪", "Ohio"]),
    },
)
_BOOK = st.lists(_PARTS, max_size=6)


@given(lead=_PARTS, book=_BOOK, order=st.randoms(use_true_random=False))
def test_the_order_of_accounts_changes_nothing(
    lead: dict[str, Value], book: list[dict[str, Value]], order: Any
) -> None:
    accounts = [(f"a{n}", said(**one)) for n, one in enumerate(book)]
    shuffled = list(accounts)
    order.shuffle(shuffled)

    assert match(said(**lead), dict(shuffled), LEAST) == match(said(**lead), dict(accounts), LEAST)


@given(lead=_PARTS, book=_BOOK)
def test_accounts_with_nothing_in_common_change_nothing(
    lead: dict[str, Value], book: list[dict[str, Value]]
) -> None:
    accounts = {f"a{n}": said(**one) for n, one in enumerate(book)}
    others = {"z": said(company="Zebra", domain="zebra.org", prefecture="沖縄")}

    assert match(said(**lead), {**accounts, **others}, LEAST) == match(
        said(**lead), accounts, LEAST
    )


@given(lead=_PARTS, book=_BOOK)
def test_a_double_of_the_account_makes_it_ambiguous(
    lead: dict[str, Value], book: list[dict[str, Value]]
) -> None:
    accounts = {f"a{n}": said(**one) for n, one in enumerate(book)}
    before = match(said(**lead), accounts, LEAST)
    if before.account is None:
        return

    twice = match(said(**lead), {**accounts, "double": accounts[before.account]}, LEAST)

    assert twice.standing is Standing.AMBIGUOUS


# real names


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_real_companies_are_told_apart_and_found_again(shared: Path) -> None:
    """Of 503 listed companies, each finds itself by name and state; doubles are share classes."""
    listed = rows(shared / "data/sp500/constituents.csv")
    book = {
        row["Symbol"]: said(company=row["Security"], prefecture=row["Headquarters Location"])
        for row in listed
    }
    answers = {
        symbol: match(
            said(
                company=f"{row['Security'].upper()}, Inc.", prefecture=row["Headquarters Location"]
            ),
            book,
            LEAST,
        )
        for symbol, row in zip(book, listed, strict=True)
    }

    wrong = [s for s, one in answers.items() if one.account not in {s, None}]
    assert wrong == []
    assert sum(one.standing is Standing.MATCHED for one in answers.values()) == len(book)


def test_real_customers_of_many_countries_find_themselves(shared: Path) -> None:
    customers = rows(shared / "data/northwind/customers.csv")
    book = {
        row["customerID"]: said(company=row["companyName"], prefecture=row["city"])
        for row in customers
    }

    for row in customers:
        lead = said(company=f" {row['companyName'].upper()} ", prefecture=row["city"].lower())
        assert match(lead, book, LEAST).account == row["customerID"]


def test_real_leads_have_a_domain_or_a_company(shared: Path) -> None:
    leads = rows(shared / "data/easy_spaces_leads/Lead_Data.csv")
    said_by = [said(domain=row["Email"] or "", company=row["Company"]) for row in leads]

    assert all(Key.NAME in one for one in said_by)
    with_domain = [one for one in said_by if Key.DOMAIN in one]
    assert len(with_domain) >= len(leads) * 0.8
    book = {"acct": with_domain[0], "else": said(domain="elsewhere.example.org")}
    assert match(with_domain[0], book, LEAST).account == "acct"
