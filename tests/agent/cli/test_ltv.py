"""`bbm ltv`: what customers are worth, from the book or from any file of orders."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.config.example import render
from agent.store import Store
from bbm_core.records import Money, Outcome, RecordKind, RecordRef
from bbm_core.value.customer import CustomerValue, LtvClass
from tests.agent.cli.conftest import Bbm
from tests.agent.world import FITTING, OTHER, World

Configure = Callable[..., Path]


@pytest.fixture
def configure(world: World, tmp_path: Path) -> Configure:
    """Write the world's configuration with further sections."""

    def write(**sections: Any) -> Path:
        world.values |= sections
        values = copy.deepcopy({**world.values, "state": {"url": world.url}})
        values["crm"]["salesforce"]["client_secret"] = "env:BBM_SALESFORCE_SECRET"
        path = tmp_path / "config.toml"
        path.write_text(render(values), encoding="utf-8")
        return path

    return write


def win(
    world: World, account: RecordRef | None, amount: float | None, days: int, **more: Any
) -> None:
    """A won opportunity of so many days ago, by the machine's clock, which the command reads."""
    world.crm.create(
        RecordKind.OPPORTUNITY,
        more.pop("values", None),
        at=world.clock.now() - timedelta(days=1),
        outcome=Outcome.WON,
        closed_at=datetime.now(UTC) - timedelta(days=days),
        amount=None if amount is None else Money(Decimal(str(amount)), more.pop("currency", "JPY")),
        account=account,
        **more,
    )


def twenty(world: World) -> list[RecordRef]:
    """Twenty customers of one year, ten of them fitting; the last five by far the largest."""
    accounts = [world.account(FITTING if n % 2 else OTHER) for n in range(20)]
    for number, account in enumerate(accounts):
        win(world, account, 1000 * (number + 1) if number < 15 else 90_000 + number, 3)
        win(world, account, 500, 1)
    return accounts


def kept(world: World) -> dict[str, CustomerValue]:
    with Store.open(world.url, lock=False) as store:
        return dict(store.customer_values())


def file(folder: Path, *rows: str, header: str = "who,day,sum") -> Path:
    path = folder / "orders.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


COLUMNS = ("--customer", "who", "--date", "day", "--amount", "sum")


class TestBook:
    def test_won_opportunities_say_what_customers_are_worth(
        self, world: World, configure: Configure, bbm: Bbm
    ) -> None:
        accounts = twenty(world)
        configure()
        world.first_sync()

        answer = bbm("ltv", "--json")

        document = answer.document
        assert answer.code == 0
        assert (document["schema"], document["currency"]) == ("bbm.ltv/1", "JPY")
        assert document["all"]["customers"] == 20
        assert document["all"]["high"] == 5
        assert document["rung"] == "realised"  # customers of three days have no window
        best = document["customers"][0]
        assert (best["customer"], best["ltv"], best["orders"]) == (accounts[19].id, "90519.00", 2)
        assert [lack["rung"] for lack in document["lacks"]] == [
            "given", "contract", "segment", "repeat", "window",
        ]  # fmt: skip

    def test_the_values_are_kept_for_the_other_commands(
        self, world: World, configure: Configure, bbm: Bbm
    ) -> None:
        accounts = twenty(world)
        configure()
        world.first_sync()

        assert bbm("ltv").out.endswith("Kept for the other commands.\n")

        values = kept(world)
        assert set(values) == {account.id for account in accounts}
        assert values[accounts[19].id].ltv_class is LtvClass.HIGH
        assert values[accounts[0].id].ltv_class is LtvClass.LOW

    def test_a_look_at_another_day_is_not_kept(
        self, world: World, configure: Configure, bbm: Bbm
    ) -> None:
        twenty(world)
        configure()
        world.first_sync()

        answer = bbm("ltv", "--as-of", "2020-01-01")

        assert "There are no customers" in answer.out
        assert "Not kept" in answer.out
        assert kept(world) == {}

    def test_fit_and_value_make_four_kinds_of_customers(
        self, world: World, configure: Configure, bbm: Bbm
    ) -> None:
        twenty(world)
        configure()
        world.first_sync()

        fit = {
            one["quadrant"]: one["customers"]
            for one in bbm("ltv", "--json").document["fit"]
            if one["quadrant"] != "unknown"
        }

        assert fit == {"good": 3, "develop": 7, "missed": 2, "neither": 8}
        text = bbm("ltv").out
        assert "the ICP misses them 2" in text
        assert "Of the customers 50.0% are ICP (10 of 20 decided), and 25.0% are of high" in text
        assert "2 of 5 high-value customers are not ICP" in text
        assert "ICPの見落とし 2" in bbm("ltv", "--lang", "ja").out

    def test_what_is_left_out_is_said_by_its_reason(
        self, world: World, configure: Configure, bbm: Bbm
    ) -> None:
        account = world.account()
        win(world, account, 100, 5)
        win(world, account, 100, 4)
        win(world, account, None, 3)
        win(world, account, 100, -9)
        win(world, account, 7, 3, currency="CHF")
        win(world, None, 100, 3)
        configure()
        world.first_sync()

        text = bbm("ltv").out

        assert "1 sales without a customer" in text
        assert "1 sales without an amount" in text
        assert "1 sales after" in text
        assert "1 sales in CHF: add its rate to [currencies]" in text
        assert bbm("ltv", "--json").document["all"]["realised"] == "200"

    def test_a_rate_brings_another_currency_in(
        self, world: World, configure: Configure, bbm: Bbm
    ) -> None:
        account = world.account()
        win(world, account, 100, 5)
        win(world, account, 2, 3, currency="USD")
        win(world, account, 1, 3, currency="EUR")
        configure(
            currencies={
                "base": "JPY", "rates": {"USD": 150}, "dated": {"EUR": {"2000-01-01": 160}}
            }
        )  # fmt: skip
        world.first_sync()

        assert bbm("ltv", "--json").document["all"]["realised"] == "560"

    def test_the_margin_is_that_of_the_deal_or_the_share_of_all(
        self, world: World, configure: Configure, bbm: Bbm
    ) -> None:
        world.values["attributes"]["profit"] = {"opportunity": "Margin__c"}
        account = world.account()
        win(world, account, 100, 5, values={"Margin__c": Decimal(35)})
        win(world, account, 100, 3)
        configure(ltv={"margin": 0.5, "order_margin": "profit"})
        world.first_sync()

        assert bbm("ltv", "--json").document["all"]["realised"] == "85.0"
        assert (
            "Margin is 50% of an amount, unless an order or a customer states its own."
            in bbm("ltv").out
        )

    def test_who_bought_something_of_unknown_price_is_a_customer(
        self, world: World, configure: Configure, bbm: Bbm
    ) -> None:
        account = world.account()
        win(world, account, None, 5)
        configure()
        world.first_sync()

        (customer,) = bbm("ltv", "--json").document["customers"]
        assert (customer["ltv"], customer["ltv_class"]) == (None, "unknown")

    def test_accounts_may_state_their_value_and_when_they_left(
        self, world: World, configure: Configure, bbm: Bbm
    ) -> None:
        world.values["attributes"] |= {
            name: {"account": name.capitalize()}
            for name in ("worth", "yearly", "since", "gone")
        }  # fmt: skip
        create = world.crm.create
        stays = create(RecordKind.ACCOUNT, {"Worth": Decimal(700), "Since": "2024/01/05"})
        left = create(RecordKind.ACCOUNT, {"Worth": "1,000", "Gone": "2025-02-01"})
        some_day = create(RecordKind.ACCOUNT, {"Worth": 5, "Gone": "yes", "Yearly": Decimal(3)})
        create(RecordKind.ACCOUNT, {"Worth": Decimal(0), "Gone": "no"})  # no customer
        odd = create(RecordKind.ACCOUNT, {"Worth": "much", "Since": "once", "Gone": "perhaps"})
        win(world, odd, 10, 5)
        configure(
            ltv={
                "stated_ltv": "worth", "yearly_margin": "yearly", "started": "since",
                "churned": "gone",
            }
        )  # fmt: skip
        world.first_sync()

        document = bbm("ltv", "--json").document

        found = {one["customer"]: one for one in document["customers"]}
        assert document["rung"] == "given"
        assert set(found) == {stays.id, left.id, some_day.id, odd.id}
        assert (found[stays.id]["ltv"], found[stays.id]["first"]) == ("700", "2024-01-05")
        assert (found[left.id]["ltv"], found[left.id]["left"]) == ("1000", True)
        assert found[some_day.id]["ltv_class"] == "low"
        assert found[odd.id]["ltv"] is None
        assert document["left_out"]["unread"] == {"gone": 1, "since": 1, "worth": 1}

    def test_a_file_may_say_what_the_crm_does_not_hold(
        self, world: World, configure: Configure, bbm: Bbm, tmp_path: Path
    ) -> None:
        account, other = world.account(), world.account()
        rows = [
            f"{account.id},500,USD,2024-05-01,",
            f"{other.id},300,JPY,2024-05-01,2025-01-31",
            "stranger,9,CHF,,",
            f"{other.id},1,JPY,,",
            ",1,JPY,,",
            "x,much,JPY,,",
            "y,1,,,",
        ]
        path = tmp_path / "customers.csv"
        path.write_text("\n".join(["account,LTV,currency,started,churned", *rows]), "utf-8")
        configure(
            ltv={"customers": "customers.csv", "customer_columns": {"ltv": "LTV"}},
            currencies={"base": "JPY", "rates": {"USD": 150}},
        )
        world.first_sync()

        document = bbm("ltv", "--json").document

        found = {one["customer"]: one for one in document["customers"]}
        assert (found[account.id]["ltv"], found[other.id]["ltv"]) == ("75000", "300")
        assert found[other.id]["left"]
        assert document["left_out"]["unconverted_stated"] == {"CHF": 1}
        (bad,) = document["left_out"]["rows"].values()
        assert [row["line"] for row in bad] == [5, 6, 7, 8]
        assert document["strangers"] == 1
        text = bbm("ltv").out
        assert "4 rows of customers.csv, the first one in line 5" in text
        assert "1 customers are no account of the book" in text

    def test_orders_may_come_from_a_file(
        self, world: World, configure: Configure, bbm: Bbm, tmp_path: Path
    ) -> None:
        account = world.account()
        win(world, account, 77, 5)
        day = datetime.now(UTC).date() - timedelta(days=9)
        path = tmp_path / "orders.csv"
        rows = ("account,date,amount,margin,id", f"{account.id},{day},100,30%,1")
        path.write_text("\n".join([*rows, rows[1], f"{account.id},{day},100,7,2"]), "utf-8")
        configure(ltv={"orders": "orders.csv"})
        world.first_sync()

        document = bbm("ltv", "--json").document

        (customer,) = document["customers"]
        assert (customer["realised"], customer["orders"]) == ("37.0", 2)
        assert document["left_out"]["repeated"] == 1
        assert document["margins_stated"] == "all"

    def test_a_configured_column_must_be_there(
        self, world: World, configure: Configure, bbm: Bbm, tmp_path: Path
    ) -> None:
        (tmp_path / "customers.csv").write_text("account,ltv\n", encoding="utf-8")
        configure(ltv={"customers": "customers.csv", "customer_columns": {"margin": "Marge"}})
        world.first_sync()

        answer = bbm("ltv")

        assert answer.code == 2
        assert "BBM-TB-004" in answer.err
        assert "Marge" in answer.err

    def test_groups_are_those_of_an_attribute(
        self, world: World, configure: Configure, bbm: Bbm
    ) -> None:
        twenty(world)
        configure()
        world.first_sync()

        document = bbm("ltv", "--by", "industry", "--json").document

        assert [(one["group"], one["customers"]) for one in document["groups"]] == [
            (FITTING, 10), (OTHER, 10),
        ]  # fmt: skip
        assert FITTING in bbm("ltv", "--by", "industry").out

    def test_a_group_that_accounts_do_not_have_is_refused(
        self, world: World, configure: Configure, bbm: Bbm
    ) -> None:
        configure()
        world.first_sync()

        answer = bbm("ltv", "--by", "seen")

        assert answer.code == 2
        assert "BBM-LV-003" in answer.err
        assert "industry" in answer.err

    def test_an_unknown_attribute_in_the_configuration_is_named(
        self, configure: Configure, bbm: Bbm
    ) -> None:
        configure(ltv={"churned": "gone"})

        answer = bbm("config", "check")

        assert answer.code == 2
        assert "[ltv] churned uses the attribute `gone`" in answer.out + answer.err

    def test_a_book_without_customers_says_so(
        self, world: World, configure: Configure, bbm: Bbm
    ) -> None:
        configure()
        world.first_sync()

        answer = bbm("ltv")

        assert answer.code == 0
        assert "There are no customers" in answer.out
        assert "顧客がいません" in bbm("ltv", "--lang", "ja").out

    def test_a_book_without_accounts_takes_the_fit_of_the_deals(
        self, world: World, configure: Configure, bbm: Bbm
    ) -> None:
        world.values["attributes"]["industry"]["opportunity"] = "Industry"
        world.values["kinds"] = {"lead": {}, "opportunity": {}}
        account = world.account()
        win(world, account, 10, 9, values={"Industry": OTHER})
        win(world, account, 10, 3, values={"Industry": FITTING})
        configure()
        world.first_sync()

        (customer,) = bbm("ltv", "--json").document["customers"]
        assert customer["fit"] == "icp"


class TestFile:
    def test_a_file_needs_neither_crm_nor_configuration(self, bbm: Bbm, tmp_path: Path) -> None:
        path = file(tmp_path, "A,2024-01-05,100", "A,2024-02-05,50", "B,2024-03-01,7")

        document = bbm("ltv", "--from", str(path), *COLUMNS, "--json").document

        assert document["as_of"] == "2024-03-01"
        assert document["currency"] == ""
        assert document["fit"] is None
        assert not document["kept"]
        assert [(c["customer"], c["realised"]) for c in document["customers"]] == [
            ("A", "150"), ("B", "7"),
        ]  # fmt: skip

    def test_it_reads_as_text_in_both_languages(self, bbm: Bbm, tmp_path: Path) -> None:
        rows = [f"C{n},2024-01-05,{n + 1}" for n in range(8)] + ["D,2023-01-05,1"]
        path = file(tmp_path, *rows)

        english = bbm("ltv", "--from", str(path), *COLUMNS, "--top", "2").out
        japanese = bbm("ltv", "--from", str(path), *COLUMNS, "--lang", "ja").out

        assert "as of 2024-01-05" in english
        assert "LTV is the margin to date, nothing expected." in english
        assert "these are revenues" in english
        assert "Vintages of fewer than 8 customers are not told apart: 2023." in english
        assert "C7" in english
        assert "C5" not in english
        assert "LTVは現在までの粗利" in japanese
        assert "Not kept" in english

    def test_margins_currencies_lines_and_groups_have_columns(
        self, bbm: Bbm, tmp_path: Path
    ) -> None:
        path = file(
            tmp_path,
            "A,2024-01-05,100,usd,40%,1,north",
            "A,2024-01-05,50,USD,-5,1,north",
            "A,2024-02-05,10,USD,1,2,south",
            "B,2024-02-05,10,EUR,1,3,south",
            "C,2024-02-05,10,,1,4,",
            "D,later,10,USD,1,5,",
            "E,,10,USD,1,6,",
            header="who,day,sum,cur,left,no,area",
        )
        more = ("--currency", "cur", "--margin", "left", "--order", "no", "--by", "area")

        document = bbm("ltv", "--from", str(path), *COLUMNS, *more, "--json").document

        found = {one["customer"]: one for one in document["customers"]}
        assert document["currency"] == "USD"
        assert (found["A"]["realised"], found["A"]["orders"]) == ("36.0", 2)
        assert found["A"]["group"] == "south"
        assert found["B"]["ltv"] is None
        assert document["left_out"]["unconverted"] == {"EUR": 1}
        (bad,) = document["left_out"]["rows"].values()
        assert [row["line"] for row in bad] == [6, 7, 8]
        assert [one["group"] for one in document["groups"]] == ["south"]

    def test_the_configuration_counts_where_there_is_one(
        self, configure: Configure, bbm: Bbm, tmp_path: Path
    ) -> None:
        configure(ltv={"margin": 0.25, "good": "abc"})
        path = file(tmp_path, "A,2024-01-05,100")

        answer = bbm("ltv", "--from", str(path), *COLUMNS)

        assert "Margin is 25% of an amount" in answer.out
        assert "class A" in answer.out

    def test_a_file_without_rows_has_no_customers(self, bbm: Bbm, tmp_path: Path) -> None:
        answer = bbm("ltv", "--from", str(file(tmp_path)), *COLUMNS)

        assert answer.code == 0
        assert "There are no customers" in answer.out

    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            (("--customer", "who"), "BBM-LV-001", "--date, --amount"),
            ((*COLUMNS, "--as-of", "soon"), "BBM-LV-002", "soon"),
            ((*COLUMNS, "--top", "-1"), "BBM-LV-004", "--top -1"),
            (("--customer", "whom", *COLUMNS[2:]), "BBM-TB-004", "who"),
        ],
    )
    def test_what_is_wrong_with_the_question_is_said(
        self, bbm: Bbm, tmp_path: Path, arguments: tuple[str, ...], code: str, said: str
    ) -> None:
        answer = bbm("ltv", "--from", str(file(tmp_path)), *arguments)

        assert answer.code == 2
        assert code in answer.err
        assert said in answer.err

    def test_days_with_the_year_last_are_read_once_their_order_is_known(
        self, bbm: Bbm, tmp_path: Path
    ) -> None:
        path = file(tmp_path, "A,11/9/2022,100", "B,12/9/2022,7")
        asked = ("ltv", "--from", str(path), *COLUMNS)

        assert "which of 11 and 9 is the month" in bbm(*asked).out
        assert (
            bbm(*asked, "--date-order", "month-first", "--json").document["as_of"] == "2022-12-09"
        )
        assert bbm(*asked, "--date-order", "day-first", "--json").document["as_of"] == "2022-09-12"

    @pytest.mark.parametrize("columns", [COLUMNS, ("--date-order", "month-first")])
    def test_columns_without_a_file_are_refused(self, bbm: Bbm, columns: tuple[str, ...]) -> None:
        answer = bbm("ltv", *columns)

        assert answer.code == 2
        assert "--from FILE.csv" in answer.err


class TestRealData:
    def test_cdnow_is_valued_by_its_repeat_orders(self, shared: Path, bbm: Bbm) -> None:
        path = shared / "data" / "cdnow" / "cdnowElog.csv"
        columns = ("--customer", "sampleid", "--date", "date", "--amount", "sales")

        document = bbm("ltv", "--from", str(path), *columns, "--json").document

        assert (document["rung"], document["months"]) == ("repeat", 36)
        assert document["all"]["customers"] == 2357
        assert document["all"]["high"] == 589

    def test_the_profits_of_the_saas_customers_are_those_of_the_facts(
        self, shared: Path, bbm: Bbm
    ) -> None:
        """FACTS section 5."""
        path = shared / "data" / "aws_saas" / "SaaS-Sales.csv"
        columns = ("--customer", "Customer", "--date", "Order Date", "--amount", "Sales")
        more = ("--margin", "Profit", "--order", "Order ID", "--by", "Industry")

        document = bbm("ltv", "--from", str(path), *columns, *more, "--json").document

        assert document["all"]["customers"] == 99
        assert Decimal(document["all"]["realised"]) == pytest.approx(Decimal("286397.02"), abs=1)
        orders = sum(one["orders"] for one in document["customers"])
        assert orders == 969 + 1038 + 1310 + 1692
        industries = {one["group"]: float(one["realised"]) for one in document["groups"]}
        assert industries["Finance"] == pytest.approx(50348.97, abs=0.01)
        assert industries["Tech"] == pytest.approx(24615.04, abs=0.01)
        assert sum(float(one["realised"]) < 0 for one in document["customers"]) == 10
        assert document["rung"] == "window"

    def test_the_sales_of_the_saas_customers_are_those_of_the_facts(
        self, shared: Path, bbm: Bbm
    ) -> None:
        """FACTS section 5: the amounts, industry by industry."""
        path = shared / "data" / "aws_saas" / "SaaS-Sales.csv"
        columns = ("--customer", "Customer", "--date", "Order Date", "--amount", "Sales")

        document = bbm("ltv", "--from", str(path), *columns, "--by", "Industry", "--json").document

        assert (document["as_of"], document["left_out"]["rows"]) == ("2023-12-31", {})
        assert round(Decimal(document["all"]["realised"]), 2) == Decimal("2297200.86")
        groups = {
            one["group"]: (one["customers"], round(float(one["realised"]), 2))
            for one in document["groups"]
        }
        assert groups == {
            "Communications": (5, 120962.24),
            "Consumer Products": (9, 224044.14),
            "Energy": (14, 304644.14),
            "Finance": (20, 474150.48),
            "Healthcare": (10, 273183.29),
            "Manufacturing": (11, 295192.38),
            "Misc": (2, 28591.76),
            "Retail": (11, 223072.07),
            "Tech": (13, 263169.03),
            "Transportation": (4, 90191.33),
        }

    def test_the_sales_of_northwind_are_those_of_the_facts(self, northwind: Path, bbm: Bbm) -> None:
        """FACTS section 8: 830 orders of 89 customers."""
        columns = ("--customer", "customerID", "--date", "orderDate", "--amount", "net")

        document = bbm(
            "ltv", "--from", str(northwind), *columns, "--order", "orderID", "--json"
        ).document

        assert document["all"]["customers"] == 89
        assert sum(one["orders"] for one in document["customers"]) == 830
        assert Decimal(document["all"]["realised"]) == pytest.approx(Decimal("1265793.0395"))
        realised = {c["customer"]: float(c["realised"]) for c in document["customers"]}
        largest = max(realised, key=lambda name: realised[name])
        assert largest == "QUICK"
        assert realised[largest] / 1265793.0395 == pytest.approx(0.087121, abs=1e-6)
