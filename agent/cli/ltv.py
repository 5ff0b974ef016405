"""`bbm ltv`: what customers are worth, who is good, and whether the profile sees it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from agent.cli.ltv_json import worth_json
from agent.cli.ltv_tables import show_worth
from agent.cli.opening import config_path, open_config, reading_lang
from agent.cli.output import console, print_json
from agent.clock import SystemClock
from agent.config import Loaded
from agent.config.ltv import CurrencySettings, LtvSettings
from agent.currency import rate_table
from agent.orders import Orders, orders_of_file
from agent.tables import DayOrder
from agent.wiring import open_books
from agent.worth import Worth, common_currency, currencies_of, value_book, value_orders
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Lang


def ltv(  # noqa: PLR0913 - one option each
    *,
    from_: Path | None = None,
    customer: str = "",
    date: str = "",
    date_order: DayOrder | None = None,
    amount: str = "",
    currency: str = "",
    margin: str = "",
    order: str = "",
    by: str = "",
    as_of: str = "",
    top: int = 10,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """What customers are worth: class, vintage, fit, the highest ones, and how it was found.

    Args:
        from_: value the orders of this CSV file instead of the book; needs no CRM.
        customer: its column of the customer.
        date: its column of the day.
        date_order: what 11/9/2022 means there; else its days after the 12th tell.
        amount: its column of the amount.
        currency: its column of the currency.
        margin: its column of the margin, an amount or with a percent sign a share.
        order: its column of the order's id, where an order has several rows.
        by: break down by an attribute of accounts, or by a column of the file.
        as_of: the day of the valuation, 2026-11-27; today, or the last day of the file.
        top: how many of the highest customers are shown.
        lang: the language of the text.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    columns = {
        "account": customer,
        "date": date,
        "amount": amount,
        "currency": currency,
        "margin": margin,
        "order": order,
        "group": by,
    }
    named = {name: column for name, column in columns.items() if column}
    asked = _day(as_of)
    _check_top(top)
    if from_ is None:
        _only_a_group({**named, "date_order": date_order} if date_order else named)
        worth, kept, spoken = _of_book(config, by, asked, lang)
    else:
        worth, kept, spoken = _of_file(from_, named, date_order, asked, config, lang)
    if json:
        print_json("bbm.ltv/1", SystemClock().now(), worth_json(worth, kept=kept))
    else:
        show_worth(console(), worth, spoken, top=top, kept=kept)
    return 0


Answer = tuple[Worth, bool, Lang]
"""The worth, whether it was kept, and the language to say it in."""


def _of_book(config: Path | None, by: str, asked: dt.date | None, lang: Lang | None) -> Answer:
    """The values of today are kept for the other commands; those of another day are not."""
    loaded = open_config(config)
    _known_group(loaded, by)
    with open_books(loaded, SystemClock()) as books:
        now = books.clock.now()
        worth = value_book(books, asked or now.date(), by)
        is_today = worth.as_of == now.date()
        if is_today:
            books.store.keep_customer_values(worth.customers, now)
    return worth, is_today, reading_lang(loaded, lang)


def _of_file(  # noqa: PLR0913, PLR0917 - one option each
    path: Path,
    named: Mapping[str, str],
    date_order: DayOrder | None,
    asked: dt.date | None,
    config: Path | None,
    lang: Lang | None,
) -> Answer:
    lacking = [option for name, option in _NEEDED.items() if name not in named]
    if lacking:
        raise ConfigError(
            f"--from also needs {', '.join(lacking)}.",
            hint="Name the columns: --from FILE.csv --customer COL --date COL --amount COL.",
            code="BBM-LV-001",
        )
    loaded = _loaded(config)
    orders = orders_of_file(path, named, named, date_order=date_order)
    chosen = loaded.settings.ltv if loaded else LtvSettings()
    currencies = loaded.settings.currencies if loaded else CurrencySettings()
    base = loaded.settings.crm.currency if loaded else ""
    rates = rate_table(currencies, base or common_currency(currencies_of(orders.sales)))
    today = SystemClock().now().date()
    worth = value_orders(orders.sales, rates, chosen, asked or _last_day(orders, today))
    bad = {str(path): orders.bad} if orders.bad else {}
    spoken = reading_lang(loaded, lang) if loaded else lang or "en"
    return replace(worth, by=named.get("group", ""), groups=orders.groups, bad=bad), False, spoken


_NEEDED = {"account": "--customer", "date": "--date", "amount": "--amount"}


def _loaded(config: Path | None) -> Loaded | None:
    """The configuration, if there is one: a file of orders needs none."""
    return open_config(config) if config or config_path(None).exists() else None


def _last_day(orders: Orders, today: dt.date) -> dt.date:
    """The last day of the file that is not in the future: it was exported about then."""
    return max((sale.on for sale in orders.sales if sale.on <= today), default=today)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigError(
            f"{text!r} is no day.", hint="Write --as-of 2026-11-27.", code="BBM-LV-002"
        ) from error


def _check_top(top: int) -> None:
    if top < 0:
        raise ConfigError(
            f"--top {top} is below 0.", hint="Write --top 10, or 0 for none.", code="BBM-LV-004"
        )


def _only_a_group(named: Mapping[str, str]) -> None:
    if set(named) - {"group"}:
        raise ConfigError(
            "Columns are named, but no file.", hint="Add --from FILE.csv.", code="BBM-LV-001"
        )


def _known_group(loaded: Loaded, by: str) -> None:
    known = [n for n, one in loaded.settings.attributes.items() if one.account]
    if by and by not in known:
        raise ConfigError(
            f"Accounts have no attribute {by!r}.",
            hint=f"Name one of {', '.join(known) or 'those you add to [attributes]'}.",
            code="BBM-LV-003",
        )
