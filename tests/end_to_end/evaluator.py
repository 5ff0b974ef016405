"""A second opinion on the example profile and scope, which knows nothing of the product."""

import re
import unicodedata

FIT = {"Manufacturing", "Transportation", "Wholesale", "Technology"}
FIT |= {"MACHINERY", "LOGISTICS_AND_SUPPLY_CHAIN", "WHOLESALE", "COMPUTER_SOFTWARE"}
PUBLIC = {"Education", "Government", "EDUCATION_MANAGEMENT", "GOVERNMENT_ADMINISTRATION"}
SENIOR = set("director manager head vp chief cto cio 部長 課長 本部長 役員 取締役".split())  # noqa: SIM905 - reads as the profile's line
RIVALS = {"kogane automation", "ハヤテ機工株式会社", "northstar servo inc"}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def first(row: dict[str, str], *names: str) -> str:
    """The first of these fields that holds anything, as text."""
    return next((str(row[name]) for name in names if row.get(name) not in {None, ""}), "")


def expected(kind: str, row: dict[str, str], firm: dict[str, str]) -> tuple[str, int, str] | None:
    """Flag, score and tier of a row whose company is `firm`; None where none are to stand."""
    title, company = words(first(row, "Title", "jobtitle")), first(firm, "Company", "Name", "name")
    company, trade = " ".join(words(company)), first(firm, "Industry", "industry")
    unwanted = {"student", "学生"} & {*title} or company in {"test", "テスト株式会社"}
    partner = first(row, "Type", "type") in {"Partner", "PARTNER"}
    if row.get("IsConverted") or partner or (kind in {"Lead", "contacts"} and unwanted):
        return None
    people = first(firm, "NumberOfEmployees", "numberofemployees")
    people = people if people and 1 <= float(people) <= 3_000_000 else ""
    country = first(firm, "BillingCountry", "Country", "country")
    fits = [(40, people and 300 <= float(people) <= 5000), (30, trade and trade in FIT)]
    fits += [(15, country and country in {"Japan", "United States"})]
    score = sum(points for points, fit in [*fits, (15, SENIOR & {*title})] if fit)
    if trade in PUBLIC or company in RIVALS:
        return "not_icp", score, "D"
    best = score + sum(points for points, fit in fits if fit == "")
    flag = "not_icp" if best < 60 else "icp" if score >= 60 and trade else "unknown"
    return flag, score, "DCBA"[sum(score >= cut for cut in (40, 60, 80))]
