"""Customer values as people read them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.table import Table

from agent.cli.ltv_json import by_group, totals
from agent.cli.ltv_words import say
from agent.cli.table import percent
from agent.worth import Margins, Worth
from bbm_core.icp.classify import Flag
from bbm_core.icp.profile import Lang
from bbm_core.value.case import Lack, Why
from bbm_core.value.customer import CustomerValue, LtvClass, Rung
from bbm_core.value.customers import (
    MIN_VINTAGE,
    Good,
    Quadrant,
    Sides,
    by_value,
    missed_customers,
    quadrant,
    two_by_two,
    two_sides,
    vintages,
)


def show_worth(out: Console, worth: Worth, lang: Lang, *, top: int, kept: bool) -> None:
    """How it was found, the classes, vintages, fit, the highest, and what was left out."""
    currency = say(lang, "currency" if worth.base else "no_currency", base=worth.base)
    out.print(say(lang, "title", day=worth.as_of, currency=currency))
    if not worth.customers:
        out.print(say(lang, "nobody"))
    else:
        _show_customers(out, worth, lang, top)
    for line in _left_out(worth, lang):
        out.print(line)
    out.print(say(lang, "kept" if kept else "not_kept"))


def _show_customers(out: Console, worth: Worth, lang: Lang, top: int) -> None:
    for line in _how(worth, lang):
        out.print(line)
    out.print(_classes(worth, lang))
    out.print(say(lang, f"good_{worth.chosen.good.value}"))
    out.print(_spans(worth, lang))
    for line in _tiny(worth, lang):
        out.print(line)
    if worth.by:
        out.print(_groups(worth, lang))
    if worth.flags is not None:
        _show_fit(out, worth, lang)
    if top > 0:
        out.print(_top(worth, lang, top))


def _how(worth: Worth, lang: Lang) -> Iterator[str]:
    estimate, chosen = worth.valuation.estimate, worth.chosen
    what = say(lang, estimate.rung.value, months=estimate.months)
    how = say(lang, "how_given" if estimate.rung is Rung.GIVEN else "how", what=what)
    mark = "。" if lang == "ja" else "."
    if estimate.discounted:
        comma = "、" if lang == "ja" else ", "
        rate = say(lang, "discounted", percent=percent(chosen.discount, digits=0))
        how = f"{how}{comma}{rate}"
    yield f"{how}{mark}"
    if estimate.months is not None and estimate.months < chosen.horizon_months:
        yield say(lang, "shortened", wanted=chosen.horizon_months, months=estimate.months)
    if estimate.rung is not Rung.GIVEN:
        yield _margin(worth, lang)
    if worth.valuation.lacks:
        yield f"{say(lang, 'rungs')}:"
    for lack in worth.valuation.lacks:
        yield f"  {say(lang, f'rung_{lack.rung.value}')}: {_why(lack, lang)}"


def _margin(worth: Worth, lang: Lang) -> str:
    if worth.margins is Margins.ALL:
        return say(lang, "margin_stated")
    if worth.margins is Margins.NONE and worth.chosen.margin == 1:
        return say(lang, "revenue")
    return say(lang, "margin", percent=percent(float(worth.chosen.margin), digits=0))


def _why(lack: Lack, lang: Lang) -> str:
    by_day = lack.why is Why.FEW_LEFT and lack.rung is Rung.CONTRACT
    key = "few_left_day" if by_day else lack.why.value
    return say(lang, key, have=f"{lack.have:,}", need=f"{lack.need:,}")


def _table(lang: Lang, first: str, *columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    table.add_column(first, no_wrap=True)
    for name in columns:
        table.add_column(say(lang, name), justify="right", no_wrap=True)
    return table


def _classes(worth: Worth, lang: Lang) -> Table:
    table = _table(
        lang, say(lang, "class"), "customers", "left", "ltv", "share", "mean", "realised_sum"
    )
    whole = totals(worth.customers)["ltv"]
    for one in LtvClass:
        found = [c for c in worth.customers if c.ltv_class is one]
        if found or one is not LtvClass.UNKNOWN:
            table.add_row(say(lang, one.value), *_sums(found, whole))
    table.add_row(say(lang, "all"), *_sums(worth.customers, whole))
    return table


def _sums(customers: Sequence[CustomerValue], whole: Decimal) -> Sequence[str]:
    found = totals(customers)
    share = percent(float(found["ltv"] / whole)) if whole > 0 else "–"
    return (
        f"{found['customers']:,}",
        f"{found['left']:,}",
        money(found["ltv"]),
        share,
        money(found["mean"]),
        money(found["realised"]),
    )


def money(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{amount:,.0f}"


def _spans(worth: Worth, lang: Lang) -> Table:
    rows = [
        (str(year or say(lang, "year_unknown")), found)
        for year, found in vintages(worth.customers).items()
    ]
    return _rows(say(lang, "since"), rows, lang)


def _groups(worth: Worth, lang: Lang) -> Table:
    rows = [(name or say(lang, "none"), found) for name, found in by_group(worth)]
    return _rows(worth.by, rows, lang)


def _rows(first: str, rows: Sequence[tuple[str, Sequence[CustomerValue]]], lang: Lang) -> Table:
    table = _table(
        lang, first, "customers", "high", "low", "unknown", "left", "mean", "realised_sum"
    )
    for name, customers in rows:
        found = totals(customers)
        counts = (found[key] for key in ("customers", "high", "low", "unknown", "left"))
        sums = money(found["mean"]), money(found["realised"])
        table.add_row(name, *(f"{count:,}" for count in counts), *sums)
    return table


def _tiny(worth: Worth, lang: Lang) -> Iterator[str]:
    if worth.chosen.good is not Good.TOP_QUARTILE:
        return
    years = [
        str(year or say(lang, "year_unknown"))
        for year, found in vintages(worth.customers).items()
        if sum(one.ltv is not None or one.left for one in found) < MIN_VINTAGE
    ]
    if years:
        yield say(lang, "tiny", least=MIN_VINTAGE, years=", ".join(years))


def _show_fit(out: Console, worth: Worth, lang: Lang) -> None:
    assert worth.flags is not None  # noqa: S101 - asked before
    found = two_by_two(worth.customers, worth.flags)
    table = _table(lang, say(lang, "fit"), "fit_high", "fit_low", "no_value")
    for flag in Flag:
        cells = [_cell(quadrant(flag, one), found[flag, one].customers, lang) for one in LtvClass]
        table.add_row(say(lang, flag.value), *cells)
    out.print(table)
    out.print(_shares(two_sides(worth.customers, worth.flags), lang))
    missed = len(missed_customers(worth.customers, worth.flags))
    if missed:
        high = sum(one.ltv_class is LtvClass.HIGH for one in worth.customers)
        out.print(say(lang, "missed", count=f"{missed:,}", high=f"{high:,}"))


def _shares(sides: Sides, lang: Lang) -> str:
    """The stage's ICP rate is about fit; the share of high values stands beside it."""
    return say(
        lang,
        "shares",
        icp=percent(sides.fit.share),
        fits=f"{sides.fit.yes:,}",
        decided=f"{sides.fit.known:,}",
        high=percent(sides.value.share),
        good=f"{sides.value.yes:,}",
        told=f"{sides.value.known:,}",
    )


def _cell(place: Quadrant, count: int, lang: Lang) -> str:
    if place is Quadrant.UNKNOWN:
        return f"{count:,}"
    return f"{say(lang, f'quadrant_{place.value}')} {count:,}"


def _top(worth: Worth, lang: Lang, top: int) -> Table:
    flags = worth.flags
    fit = () if flags is None else ("fit",)
    table = _table(lang, say(lang, "top"), "ltv", "realised_sum", "orders", "first", "class", *fit)
    for one in by_value(worth.customers)[:top]:
        flag = () if flags is None else (flags.get(one.customer, Flag.UNKNOWN),)
        table.add_row(
            one.customer,
            money(one.ltv),
            money(one.realised),
            f"{one.orders:,}",
            str(one.first or "–"),
            say(lang, "gone" if one.left else one.ltv_class.value),
            *(say(lang, known.value) for known in flag),
        )
    return table


def _left_out(worth: Worth, lang: Lang) -> Iterator[str]:
    lines = list(_reasons(worth, lang))
    if lines:
        yield f"{say(lang, 'left_out')}:"
        yield from (f"  {line}" for line in lines)
    if worth.flags is not None and worth.strangers:
        yield say(lang, "strangers", count=f"{worth.strangers:,}")


def _reasons(worth: Worth, lang: Lang) -> Iterator[str]:
    left_out = worth.left_out
    for name in ("unowned", "unpriced", "future", "repeated", "refunds_only"):
        if count := getattr(left_out, name):
            yield say(lang, name, count=f"{count:,}", day=worth.as_of)
    for currency, count in left_out.unconverted.items():
        yield say(lang, "unconverted", count=f"{count:,}", currency=currency)
    for currency, count in worth.unconverted.items():
        yield say(lang, "unconverted_stated", count=f"{count:,}", currency=currency)
    for name, count in worth.unread.items():
        yield say(lang, "unread", count=f"{count:,}", name=name)
    for path, rows in worth.bad.items():
        yield say(
            lang, "bad", count=f"{len(rows):,}", path=path, line=rows[0].line, why=rows[0].why
        )
