"""`bbm checks`: what is kept, and the concentration of files, to the digit of the reference."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.agent.cli.conftest import Bbm
from tests.agent.world import World

MAVEN = ("maven_crm/sales_pipeline.csv", "--amount", "close_value", "--where", "deal_stage=Won")
SAAS = ("aws_saas/SaaS-Sales.csv", "--amount", "Sales")
GOODS = ("Fresh", "Milk", "Grocery", "Frozen", "Detergents_Paper", "Delicassen")
WHOLESALE = (
    "wholesale_customers/Wholesale customers data.csv",
    *(word for name in GOODS for word in ("--amount", name)),
    "--customer",
    "CustomerId",
)

# customers, total, HHI, points, effective number, Gini, top 1, 3, 5, 10, top 20 %, largest
FACTS = {
    "maven accounts": (
        (*MAVEN, "--customer", "account"),
        {
            "": "85 10005534.00 0.013581 135.81 73.632335 0.202111 "
            "0.034127 0.081666 0.120942 0.207230 0.316874 Kan-code"
        },
    ),
    "maven accounts by quarter": (
        (*MAVEN, "--customer", "account", "--date", "close_date", "--each", "quarter"),
        {
            "2017Q1": "84 1134672.00 0.017069 170.69 58.584529 0.360094 "
            "0.040149 0.100704 0.157380 0.276233 0.401524 Isdom",
            "2017Q2": "85 3086111.00 0.014220 142.20 70.324497 0.252204 "
            "0.030513 0.078117 0.123141 0.222377 0.338212 Kan-code",
            "2017Q3": "85 2982255.00 0.015265 152.65 65.508329 0.276182 "
            "0.044859 0.103063 0.143199 0.232173 0.348933 Kan-code",
            "2017Q4": "85 2802496.00 0.015141 151.41 66.044839 0.287650 "
            "0.032818 0.091157 0.141336 0.249888 0.369701 Kan-code",
        },
    ),
    "maven agents": (
        (*MAVEN, "--customer", "sales_agent"),
        {
            "": "30 10005534.00 0.043261 432.61 23.115297 0.244818 "
            "0.115258 0.208475 0.298061 0.504667 0.341870 Darcel Schlecht"
        },
    ),
    "maven products": (
        (*MAVEN, "--customer", "product"),
        {
            "": "7 10005534.00 0.250330 2503.30 3.994733 0.473328 "
            "0.350864 0.835199 0.955587 1.000000 0.613683 GTXPro"
        },
    ),
    "saas": (
        (*SAAS, "--customer", "Customer"),
        {
            "": "99 2297200.86 0.011961 119.61 83.608158 0.241051 "
            "0.024255 0.062039 0.097942 0.184546 0.335300 Anthem"
        },
    ),
    "saas by year": (
        (*SAAS, "--customer", "Customer", "--date", "Order Date", "--each", "year"),
        {
            "2020": "99 484247.50 0.018817 188.17 53.143614 0.408384 "
            "0.079768 0.132221 0.181475 0.276970 0.442797 Anthem",
            "2021": "99 470532.51 0.015239 152.39 65.619323 0.384205 "
            "0.037591 0.095630 0.147961 0.257386 0.427958 Humana",
            "2022": "99 608473.83 0.015099 150.99 66.229568 0.373245 "
            "0.036382 0.095301 0.148886 0.262675 0.430985 Coca-Cola",
            "2023": "99 733947.02 0.013755 137.55 72.699536 0.326072 "
            "0.030091 0.082945 0.129855 0.231722 0.394610 Trafigura Group",
        },
    ),
    "saas industries": (
        (*SAAS, "--customer", "Industry"),
        {
            "": "10 2297200.86 0.127378 1273.78 7.850619 0.286079 "
            "0.206404 0.467520 0.701001 1.000000 0.339019 Finance"
        },
    ),
    # The reference counts rows from 0, the file's customers from 1: 85 there is 86 here.
    "wholesale": (
        WHOLESALE,
        {
            "": "440 14619500.00 0.003700 36.995448 270.30 0.364022 "
            "0.013673 0.039863 0.063910 0.106295 0.429048 86"
        },
    ),
    "wholesale channel 1": (
        (*WHOLESALE, "--where", "Channel=1"),
        {
            "": "298 7999569.00 0.005636 56.357970 177.44 0.367723 "
            "0.023772 0.063345 0.088704 0.137012 0.440924 182"
        },
    ),
    "wholesale channel 2": (
        (*WHOLESALE, "--where", "Channel=2"),
        {
            "": "142 6619931.00 0.009813 98.132480 101.90 0.276179 "
            "0.030195 0.084364 0.125269 0.200773 0.389858 86"
        },
    ),
}
NORTHWIND = {
    "customerID": {
        "": "89 1265793.04 0.033691 336.91 29.681616 0.575454 "
        "0.087121 0.252422 0.332275 0.450425 0.600570 QUICK",
    },
    "customerID by year": {
        "1996": "67 208083.97 0.033599 335.99 29.763006 0.551208 "
        "0.074816 0.182589 0.280490 0.501161 0.610755 ERNSH",
        "1997": "86 617085.20 0.036650 366.50 27.285169 0.585234 "
        "0.099030 0.270497 0.341454 0.465040 0.613650 QUICK",
        "1998": "81 440623.87 0.040285 402.85 24.823001 0.631701 "
        "0.093528 0.260399 0.362662 0.545477 0.682367 ERNSH",
    },
    "employeeID": {
        "": "9 1265793.04 0.129691 1296.91 7.710649 0.230802 "
        "0.183988 0.495983 0.727774 1.000000 0.344214 4",
    },
}


def spoken(
    bbm: Bbm, path: Path, *arguments: str, digits: tuple[int, int] = (2, 6)
) -> dict[str, str]:
    """The figures by span, as the reference prints them: its tables round two of them otherwise."""
    points, effective = digits
    answer = bbm("checks", "--only", "concentration", "--from", str(path), *arguments, "--json")
    assert answer.code == 0
    return {
        one["span"]: f"{one['customers']} {Decimal(one['total']):.2f} {one['hhi']:.6f} "
        f"{one['hhi_points']:.{points}f} {one['effective']:.{effective}f} "
        f"{one['gini']:.6f} {one['top1']:.6f} {one['top3']:.6f} {one['top5']:.6f} "
        f"{one['top10']:.6f} {one['top20_percent']:.6f} "
        f"{one['largest']}"
        for one in answer.document["spans"]
    }


@pytest.mark.parametrize("case", sorted(FACTS))
def test_real_files_have_the_figures_of_the_reference(bbm: Bbm, shared: Path, case: str) -> None:
    (name, *arguments), expected = FACTS[case]

    digits = (6, 2) if case.startswith("wholesale") else (2, 6)

    assert spoken(bbm, shared / "data" / name, *arguments, digits=digits) == expected


@pytest.mark.parametrize("case", sorted(NORTHWIND))
def test_a_joined_file_has_them_too(bbm: Bbm, northwind: Path, case: str) -> None:
    column, _, each = case.partition(" by ")
    cut = ["--date", "orderDate", "--each", each] if each else []

    found = spoken(bbm, northwind, "--customer", column, "--amount", "net", *cut)

    assert found == NORTHWIND[case]


def file_of(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "sales.csv"
    path.write_text("\n".join(["customer,amount,day", *rows]), encoding="utf-8")
    return path


COLUMNS = ("--customer", "customer", "--amount", "amount")


def test_a_file_is_told_in_a_table_and_a_sentence(bbm: Bbm, tmp_path: Path) -> None:
    path = file_of(tmp_path, "Acme,60,2026-01-05", "Beta,30,2026-02-05", "Gamma,-5,", "Zero,0,")

    answer = bbm("checks", "--from", str(path), *COLUMNS)

    assert answer.out.startswith("sales.csv: 4 rows used\n")
    assert "as concentrated as among 1.8 customers of one size (HHI 0.556, guide line 0.25)" in (
        answer.out
    )
    assert "1 customers with nothing and 1 with less than nothing have no share." in (
        answer.out.replace("\n", " ")
    )


def test_a_file_that_leans_on_one_customer_ends_a_check_with_10(bbm: Bbm, tmp_path: Path) -> None:
    leaning = file_of(tmp_path, "Acme,60,2026-01-05", "Beta,30,2026-02-05")

    assert bbm("checks", "--from", str(leaning), *COLUMNS).code == 0
    assert bbm("checks", "--from", str(leaning), *COLUMNS, "--check").code == 10

    even = file_of(tmp_path, *(f"c{number},10,2026-01-05" for number in range(60)))
    assert bbm("checks", "--from", str(even), *COLUMNS, "--check").code == 0


def test_rows_that_cannot_be_used_are_named_by_their_line(bbm: Bbm, tmp_path: Path) -> None:
    path = file_of(tmp_path, "A,1,2026-01-05", "B,many,2026-01-05", "C,,2026-01-05", ",4,", "D,5,")

    answer = bbm("checks", "--from", str(path), *COLUMNS, "--date", "day", "--each", "month")

    assert "1 rows used, 1 without a customer, 3 could not be used" in answer.out
    assert "! line 3: 'many' is no number" in answer.out
    assert "! line 4: there is no amount" in answer.out
    assert "! line 6: there is no day" in answer.out


def test_a_file_speaks_japanese(bbm: Bbm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file_of(tmp_path, "Acme,60,2026-01-05")

    assert (
        "1社(Acme)によるものです"
        in bbm("checks", "--from", str(path), *COLUMNS, "--lang", "ja").out
    )
    monkeypatch.setenv("BBM_LANG", "ja")
    assert "1社(Acme)によるものです" in bbm("checks", "--from", str(path), *COLUMNS).out


def test_a_file_without_revenue_says_so(bbm: Bbm, tmp_path: Path) -> None:
    path = file_of(tmp_path, "Acme,0,2026-01-05")

    assert (
        "There is no positive revenue to spread."
        in bbm("checks", "--from", str(path), *COLUMNS).out
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--from", "sales.csv"], "BBM-CK-002"),
        (["--from", "sales.csv", *COLUMNS, "--each", "year"], "BBM-CK-002"),
        (["--from", "sales.csv", *COLUMNS, "--where", "stage"], "BBM-CK-001"),
        (["--from", "sales.csv", *COLUMNS, "--only", "flips"], "BBM-CK-003"),
        (["--customer", "customer"], "BBM-CK-004"),
        (["--from", "sales.csv", "--customer", "custmer", "--amount", "amount"], "BBM-TB-004"),
        (["--from", "nowhere.csv", *COLUMNS], "BBM-TB-001"),
    ],
)
def test_what_makes_no_sense_is_refused(
    bbm: Bbm, tmp_path: Path, arguments: list[str], code: str
) -> None:
    file_of(tmp_path, "A,1,2026-01-05")

    answer = bbm("checks", *arguments)

    assert answer.code == 2
    assert code in answer.err


@pytest.mark.usefixtures("config")
def test_what_is_kept_is_checked_problem_by_problem(world: World, bbm: Bbm) -> None:
    world.lead()
    world.first_sync()

    answer = bbm("checks")

    assert answer.code == 0
    for title in ("More leads, lower quality", "Marketing and sales", "Flips", "new markets"):
        assert title in answer.out
    assert "Acceptance by sales is not recorded." in answer.out
    assert "売上の集中" in bbm("checks", "--lang", "ja").out
    assert bbm("checks", "--check").code == 0


@pytest.mark.usefixtures("config")
def test_an_empty_state_answers_every_check(world: World, bbm: Bbm) -> None:
    world.first_sync()

    document = bbm("checks", "--json").document

    assert document["schema"] == "bbm.checks/1"
    assert {one["standing"] for one in document["checks"]} == {"unclear", "good"}
    assert [one["check"] for one in document["checks"]] == [
        "more-leads",
        "alignment",
        "flips",
        "markets",
        "concentration",
        "mode",
    ]


@pytest.mark.usefixtures("config")
def test_only_the_named_checks_are_made(world: World, bbm: Bbm) -> None:
    world.first_sync()

    document = bbm("checks", "--json", "--only", "mode", "--only", "flips").document

    assert [one["check"] for one in document["checks"]] == ["flips", "mode"]
