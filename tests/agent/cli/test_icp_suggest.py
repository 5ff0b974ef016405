"""`bbm icp suggest`: what parts good from bad, as text, as a draft that loads, and as JSON."""

import csv
import tomllib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agent.config.model import IcpSettings
from bbm_core.records import Outcome, RecordKind
from bbm_core.value.customer import CustomerValue, LtvClass, Rung
from tests.agent.cli.conftest import Bbm
from tests.agent.world import FITTING, OTHER, World
from tests.bbm_core.icp.learn.worlds import planted, shuffled


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., str]:
    """Writes made-up customers to a file, with whatever columns a test adds."""

    def write(rows: int, *, shuffle: bool = False, **more: Iterable[object]) -> str:
        one = shuffled(planted(rows), 1) if shuffle else planted(rows)
        columns = {a.name: a.values for a in one.attributes}
        columns |= {"outcome": ["won" if good else "lost" for good in one.good]}
        columns |= {name: [*values] for name, values in more.items()}  # type: ignore[misc]  # any cells
        path = tmp_path / "customers.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(
                ["" if cell is None else cell for cell in row]
                for row in zip(*columns.values(), strict=True)
            )
        return str(path)

    return write


def test_a_planted_profile_is_suggested_and_nothing_is_applied(
    bbm: Bbm, table: Callable[..., str]
) -> None:
    answer = bbm("icp", "suggest", "--from", table(400), "--label", "outcome")

    assert answer.code == 0
    assert "industry is Manufacturing" in answer.out
    assert "employees is at least" in answer.out
    assert "region   chance shows as much" in answer.out
    assert "Nothing was applied." in answer.out


def test_the_draft_loads_as_profiles_do_and_carries_its_figures(
    bbm: Bbm, table: Callable[..., str], tmp_path: Path
) -> None:
    out = tmp_path / "draft.toml"
    answer = bbm("icp", "suggest", "--from", table(400), "--label", "outcome", "--out", str(out))

    text = out.read_text(encoding="utf-8")
    (profile,) = IcpSettings.model_validate(tomllib.loads(text)["icp"]).profiles
    assert profile.name == "learned"
    assert {c.attribute for c in profile.criteria} == {"industry", "employees"}
    assert text.count(" good: ") >= len(profile.criteria)
    assert "# ICP from a score of" in text
    assert f"Wrote {out}" in " ".join(answer.out.split())


def test_where_nothing_separates_it_says_exactly_that(
    bbm: Bbm, table: Callable[..., str], tmp_path: Path
) -> None:
    out = tmp_path / "draft.toml"
    path = table(300, shuffle=True)

    answer = bbm("icp", "suggest", "--from", path, "--label", "outcome", "--out", str(out))

    assert answer.code == 0
    assert "Nothing separates good from bad." in answer.out
    assert not out.exists()
    japanese = bbm("icp", "suggest", "--from", path, "--label", "outcome", "--lang", "ja")
    assert "優良とそれ以外を分けるものはありません。" in japanese.out


def test_an_attribute_that_is_the_outcome_is_marked_and_the_draft_is_made_twice(
    bbm: Bbm, table: Callable[..., str], tmp_path: Path
) -> None:
    out = tmp_path / "draft.toml"
    echo = ["x" if good else "y" for good in planted(400).good]
    path = table(400, echo=echo)

    answer = bbm("icp", "suggest", "--from", path, "--label", "outcome", "--out", str(out))

    assert "SUSPICIOUS: echo" in answer.out
    assert "! echo is x" in answer.out
    assert "Without echo:" in answer.out
    cautious = tmp_path / "draft.cautious.toml"
    assert 'attribute = "echo"' in out.read_text(encoding="utf-8")
    assert "# SUSPICIOUS. " in out.read_text(encoding="utf-8")
    assert 'attribute = "echo"' not in cautious.read_text(encoding="utf-8")


def test_what_nobody_knows_before_is_left_out_unless_it_is_asked_for(
    bbm: Bbm, table: Callable[..., str]
) -> None:
    path = table(400, amount=range(400))
    call = ["icp", "suggest", "--from", path, "--label", "outcome", "--json"]

    left_out, kept = bbm(*call).document, bbm(*call, "--keep", "amount").document

    assert left_out["denied"] == {"amount": "money"}
    assert "amount" in [one["name"] for one in kept["attributes"]]


def test_an_attribute_can_be_left_out(bbm: Bbm, table: Callable[..., str]) -> None:
    call = ["icp", "suggest", "--from", table(400), "--label", "outcome", "--json"]

    document = bbm(*call, "--drop", "industry").document

    assert document["dropped"] == ["industry"]
    assert document["named"] == ["employees"]


def test_the_document_holds_every_figure(bbm: Bbm, table: Callable[..., str]) -> None:
    path = table(400)
    document = bbm("icp", "suggest", "--from", path, "--label", "outcome", "--json").document

    assert document["schema"] == "bbm.icp-suggest/1"
    assert document["conclusion"] == "named"
    assert set(document["named"]) == {"industry", "employees"}
    assert document["draft"]["profile"]["criteria"]
    assert document["draft"]["bases"][0]["rows"] > 0
    assert document["applied"] is False
    assert document["cautious"] is None


def test_the_thresholds_are_a_curve_and_the_guide_lines_stand_beside_it(
    bbm: Bbm, table: Callable[..., str]
) -> None:
    call = ["icp", "suggest", "--from", table(400), "--label", "outcome"]

    said = " ".join(bbm(*call).out.split())
    draft = bbm(*call, "--json").document["draft"]

    assert "From Flagged Of the good Good of flagged Lift" in said
    assert "tier A good ten times as often as tier D" in said
    assert f"✔ {draft['threshold']['threshold']} {draft['threshold']['share']:.1%}" in said
    assert {*draft["threshold"]["guides"]} == {"share", "recall", "times"}
    assert draft["threshold"] in draft["thresholds"]


def test_days_in_a_file_are_not_learned_from(bbm: Bbm, table: Callable[..., str]) -> None:
    days = [f"2026/{1 + n % 9}/1" for n in range(400)]
    call = ["icp", "suggest", "--from", table(400, seen=days), "--label", "outcome", "--json"]

    assert bbm(*call).document["unfit"] == {"seen": "date"}


def test_few_customers_are_hypotheses_only(bbm: Bbm, table: Callable[..., str]) -> None:
    path = table(30)
    answer = bbm("icp", "suggest", "--from", path, "--label", "outcome")

    assert "Too few to learn from" in answer.out
    assert (
        bbm("icp", "suggest", "--from", path, "--label", "outcome", "--json").document["named"]
        == []
    )


def test_worth_alone_makes_the_top_quarter_good_and_is_told_beside_a_label(
    bbm: Bbm, table: Callable[..., str]
) -> None:
    worth = [1000 + n if good else n % 50 for n, good in enumerate(planted(400).good)]
    path = table(400, worth=worth)

    labelled = bbm("icp", "suggest", "--from", path, "--label", "outcome", "--value", "worth")
    by_worth = bbm("icp", "suggest", "--from", path, "--value", "worth", "--drop", "outcome")

    assert "of the worth." in labelled.out
    assert "100 of them good (25.0%)" in by_worth.out


def test_copies_of_a_row_count_once(bbm: Bbm, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    row = "1,A,won\n2,B,lost\n"
    path.write_text(f"id,kind,outcome\n{row}{row}", encoding="utf-8")

    document = bbm("icp", "suggest", "--from", str(path), "--label", "outcome", "--json").document

    assert document["copies"] == 2
    assert document["rows"] == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--label", "outcome"], "BBM-LN-005"),
        (["--from", "x.csv", "--objective", "ltv"], "BBM-LN-005"),
        (["--from", "x.csv", "--until", "2026-05-31"], "BBM-LN-005"),
        (["--objective", "ltv", "--until", "2026-05-31"], "BBM-LN-005"),
        (["--out", "draft.json"], "BBM-LN-006"),
        (["--from", "missing.csv", "--label", "x"], "BBM-TB-001"),
    ],
)
def test_options_that_make_no_sense_are_refused(bbm: Bbm, arguments: list[str], code: str) -> None:
    answer = bbm("icp", "suggest", *arguments)

    assert answer.code == 2
    assert code in answer.err


def test_an_attribute_that_is_not_there_and_a_folder_that_is_not_there_are_named(
    bbm: Bbm, table: Callable[..., str]
) -> None:
    call = ["icp", "suggest", "--from", table(400), "--label", "outcome"]

    assert "BBM-LN-004" in bbm(*call, "--drop", "nothing").err
    assert "BBM-LN-006" in bbm(*call, "--out", "no/such/folder/draft.toml").err


def deals(world: World, count: int) -> None:
    """Deals of new business, each of an account of its own; manufacturers are mostly won."""
    world.crm.page_size = 500
    for number in range(count):
        fits = number % 2 == 0
        account = world.account(FITTING if fits else OTHER)
        won = number % 10 < (8 if fits else 2)
        world.crm.create(
            RecordKind.OPPORTUNITY,
            account=account,
            outcome=Outcome.WON if won else Outcome.LOST,
            closed_at=datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=number % 20),
        )


@pytest.mark.usefixtures("config")
def test_the_book_is_learned_from_by_deals_where_no_values_are_known(
    world: World, bbm: Bbm, tmp_path: Path
) -> None:
    deals(world, 120)
    world.first_sync()
    out = tmp_path / "draft.toml"

    answer = bbm("icp", "suggest", "--out", str(out))

    assert "deals won are compared with deals lost" in " ".join(answer.out.split())
    assert "Industry is Manufacturing" in answer.out
    assert "learned_until = 2026-11-20" in out.read_text(encoding="utf-8")
    assert 'label = { en = "Industry", ja = "業種" }' in out.read_text(encoding="utf-8")


@pytest.mark.usefixtures("config")
def test_the_book_is_learned_from_by_lifetime_value_and_names_whom_the_icp_misses(
    world: World, bbm: Bbm
) -> None:
    deals(world, 120)
    world.first_sync()
    with world.agent() as agent:
        accounts = list(agent.store.book(RecordKind.ACCOUNT))
        values = [value(one.ref.id, good=number % 3 == 0) for number, one in enumerate(accounts)]
        agent.store.keep_customer_values(values, world.clock.now())

    answer = bbm("icp", "suggest")
    document = bbm("icp", "suggest", "--json").document

    assert "A row is a customer" in answer.out
    assert "The present ICP says no to" in answer.out
    assert document["objective"] == "ltv"
    assert document["fallback"] is None
    assert document["good"] == 40
    assert len(document["missed"]) > 10
    assert bbm("icp", "suggest", "--objective", "win-rate", "--json").document["good"] == 60


def value(name: str, *, good: bool) -> CustomerValue:
    return CustomerValue(
        customer=name,
        rung=Rung.WINDOW,
        ltv=Decimal(100 if good else 1),
        realised=Decimal(1),
        orders=1,
        first=None,
        ltv_class=LtvClass.HIGH if good else LtvClass.LOW,
    )


@pytest.mark.usefixtures("config")
def test_deals_that_closed_later_can_be_left_to_test_on(
    world: World, bbm: Bbm, tmp_path: Path
) -> None:
    deals(world, 120)
    world.first_sync()
    out = tmp_path / "draft.toml"

    found = bbm("icp", "suggest", "--until", "2026-11-10", "--out", str(out), "--json").document

    assert found["objective"] == "win-rate"
    assert found["fallback"] is None
    assert found["rows"] == 60
    assert "learned_until = 2026-11-10" in out.read_text(encoding="utf-8")


@pytest.mark.usefixtures("config")
def test_the_draft_is_what_simulate_takes(world: World, bbm: Bbm, tmp_path: Path) -> None:
    deals(world, 120)
    world.first_sync()
    out = tmp_path / "draft.toml"

    said = "".join(bbm("icp", "suggest", "--out", str(out)).out.split())

    assert f"bbmicpsimulate--draft{out}" in said
    assert bbm("icp", "simulate", "--draft", str(out)).code == 0


@pytest.mark.usefixtures("config")
def test_a_book_with_nothing_in_it_has_nothing_to_learn_from(world: World, bbm: Bbm) -> None:
    world.first_sync()

    answer = bbm("icp", "suggest")

    assert answer.code == 0
    assert "There are no rows to learn from." in answer.out


def test_what_did_not_count_is_told(bbm: Bbm, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    lines = ["id,kind,worth,outcome"]
    lines += [f"{n},{'A' if n % 2 else 'B'},{n},{'won' if n % 3 else 'lost'}" for n in range(90)]
    lines += ["900,A,much,won", "901,A,5,open", "902,B,5,", "903,B", "900,A,much,won"]
    path.write_text("\n".join(lines), encoding="utf-8")
    call = ["icp", "suggest", "--from", str(path), "--label", "outcome", "--value", "worth"]

    said = " ".join(bbm(*call).out.split())
    japanese = "".join(bbm(*call, "--lang", "ja").out.split())

    assert "1 rows are copies of another one and count once." in said
    assert "2 rows say neither good nor bad and are left out: no value (1), open (1)." in said
    assert "2 rows of the file could not be used, such as line 95: 2 cells" in said
    assert "値なし(1)" in japanese


@pytest.mark.usefixtures("config")
def test_deals_of_few_accounts_count_as_fewer(world: World, bbm: Bbm) -> None:
    world.crm.page_size = 500
    for number in range(20):
        account = world.account(FITTING if number % 2 else OTHER)
        for _ in range(10):
            outcome = Outcome.WON if number % 4 < 3 else Outcome.LOST
            world.crm.create(RecordKind.OPPORTUNITY, account=account, outcome=outcome)
    world.first_sync()

    answer = bbm("icp", "suggest", "--objective", "win-rate")

    assert "Deals of one account end alike: 200 rows count as 20." in answer.out


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_hypotheses_are_called_so_in_the_draft(bbm: Bbm, tmp_path: Path, lang: str) -> None:
    path, out = tmp_path / "rows.csv", tmp_path / "draft.toml"
    lines = ["kind,outcome"]
    lines += [
        f"{'A' if n % 4 else 'B'},{'won' if n % 4 == 0 and n < 60 else 'lost'}" for n in range(90)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")

    bbm(
        *("icp", "suggest", "--from", str(path), "--label", "outcome"),
        *("--out", str(out), "--lang", lang),
    )

    said = {"en": "These are hypotheses", "ja": "以下は仮説"}
    assert said[lang] in out.read_text(encoding="utf-8")


def test_where_all_turned_out_alike_it_says_so(bbm: Bbm, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    rows = "".join(f"{'A' if n % 2 else 'B'},{n % 3},1\n" for n in range(30))
    path.write_text(f"kind,size,worth\n{rows}", encoding="utf-8")
    alike = bbm("icp", "suggest", "--from", str(path), "--value", "worth")

    assert "All 30 rows turned out bad, so there is nothing to compare." in alike.out


def test_signs_of_no_value_in_an_export_are_no_value(bbm: Bbm, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    cells = ["NaN", "n/a", "-", "7", "8,000"]
    rows = "".join(f"{n},{cells[n % 5]!r},{n % 2}\n".replace("'", '"') for n in range(100))
    path.write_text(f"id,size,won\n{rows}", encoding="utf-8")

    document = bbm("icp", "suggest", "--from", str(path), "--label", "won", "--json").document

    (size,) = document["attributes"]
    assert size["unknown"] == 60
    assert size["form"] == "number"
