"""`bbm recommend`: what to do about the balance, and what it rests on; asks no CRM."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from agent.alerts.figures import foreign
from agent.alerts.need import amount, need_line
from agent.beside import age_lines, foreign_lines
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json, sign
from agent.cli.recommend_json import document
from agent.cli.recommend_words import quantity_name, say
from agent.cli.table import percent, span
from agent.cli.words import assumed_words, verdict_words
from agent.clock import SystemClock
from agent.prescription import Prescription, prescribe
from agent.weigh import StageReport
from agent.wiring import open_books
from bbm_core.balance.band import Origin
from bbm_core.balance.rate import Interval
from bbm_core.icp.profile import Lang
from bbm_core.prescribe.estimates import SHARES, Basis, Gap
from bbm_core.prescribe.explore import FloorCheck
from bbm_core.prescribe.limit import RiskLimit
from bbm_core.prescribe.measures import Recommendation
from bbm_core.prescribe.optimum import Optimum, Shortage
from bbm_core.prescribe.pose import profit_now
from bbm_core.prescribe.tornado import Swing

_NOTHING = 1e-9
_OVERLOAD = 1.1
_FOUR = (Gap.PEOPLE, Gap.HOURS, Gap.MARGIN, Gap.BUDGET)


def recommend(
    *,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """What to do about the balance: best plan, measures in figures, what it all rests on.

    Args:
        lang: the language of the text.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        found = prescribe(books)
        currency, foreign = books.store.currency(), books.store.foreign_amounts()
        values_of = books.store.customer_values_found_at()
        speech = reading_lang(loaded, lang)
        aged = age_lines(books.store, books.clock.now(), speech)
        notes = [
            *(aged if found.outlook.observed.worth else ()),
            *foreign_lines(books.store, speech),
        ]
    if json:
        print_json(
            "bbm.recommend/1",
            SystemClock().now(),
            {
                **document(found, currency),
                "ltv_found_at": values_of if found.outlook.observed.worth else None,
                "foreign_amounts": foreign,
            },
        )
    else:
        show(console(), found, speech, currency)
        _section(console(), "", notes)
    return 0


def show(out: Console, found: Prescription, lang: Lang, currency: str = "") -> None:
    """Everything, the verdict first and what it rests on last."""
    period = found.outlook.period
    unit = f", {currency}" if currency else ""
    out.print(
        say(
            lang,
            "title",
            first=period.first,
            last=period.last_day,
            weeks=period.weeks,
            currency=unit,
        )
    )
    _section(out, say(lang, "verdicts"), _verdicts(found, lang))
    if any(one.band and one.band.assumed for one in found.reports):
        out.print(f"  {say(lang, 'default_hours')}")
    _section(out, "", need_lines(found, lang))
    best = found.outlook.best
    if isinstance(best, Optimum):
        _plan(out, found, best, lang)
    elif isinstance(best, Shortage):
        _section(out, "", [_shortage(best, lang)])
    _do(out, found, lang)
    _section(out, "", _guard_lines(found, lang))
    _rests(out, found, lang)
    _missing(out, found, lang)


def need_lines(found: Prescription, lang: Lang) -> Iterator[str]:
    """What the revenue target takes, or that there is none."""
    outlook = found.outlook
    if outlook.revenue is None:
        yield say(lang, "no_target")
    elif outlook.need is None:
        yield say(lang, "no_revenue", revenue=amount(outlook.revenue))
    else:
        yield need_line(outlook.need, lang)
        if found.misses_target and outlook.need.capacity is not None:
            more = amount(outlook.need.hours - outlook.need.capacity)
            yield f"{sign('warn')} {say(lang, 'out_of_reach', more=more)}"
    if found.way is not None:
        way = found.way
        yield say(
            lang,
            "way",
            opportunities=amount(way.opportunities.middle),
            leads=amount(way.leads.middle),
            icp=amount(way.icp_leads.middle),
            low=amount(way.leads.low),
            high=amount(way.leads.high),
        )


def _section(out: Console, title: str, lines: Iterable[str] | Table) -> None:
    """A title, then lines or a table, a blank line apart; nothing where there is nothing to say."""
    if isinstance(lines, Table):
        out.print(f"\n{title}")
        out.print(lines)
        return
    found = list(lines)
    if found:
        out.print(f"\n{title}" if title else "")
        for line in found:
            out.print(f"  {line}")


def _table(*columns: tuple[str, bool]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    for name, is_number in columns:
        # Japanese has no spaces to break at: fold it where the column ends.
        table.add_column(
            name,
            justify="right" if is_number else "left",
            no_wrap=is_number,
            overflow="ellipsis" if is_number else "fold",
        )
    return table


def _verdicts(found: Prescription, lang: Lang) -> Table:
    table = _table(
        (say(lang, "stage"), False),
        (say(lang, "rate"), True),
        (say(lang, "band"), False),
        (say(lang, "verdict"), False),
    )
    for report in found.reports:
        status = report.status
        rate = status.rate if status else report.inflow.rate
        verdict = verdict_words(report.skew, report.band, lang)
        band = _band_words(found, report, lang)
        table.add_row(foreign(report.stage.label.text(lang)), percent(rate), band, verdict)
    return table


def _band_words(found: Prescription, report: StageReport, lang: Lang) -> str:
    band = report.band
    if band is None:
        return "–"
    ends = span(Interval(band.low, band.high), digits=0)
    words = f"{ends} {say(lang, f'origin_{band.origin}')}{assumed_words(band, lang)}"
    stage = found.outlook.stage_bands.get(report.stage.name)
    is_capped = band.origin is Origin.OPTIMUM and stage is not None and stage.by_risk
    return f"{words}, {say(lang, 'by_risk')}" if is_capped else words


def _plan(out: Console, found: Prescription, best: Optimum, lang: Lang) -> None:
    outlook = found.outlook
    title = say(
        lang,
        "plan",
        hours=amount(outlook.given.capacity or 0),
        budget=amount(outlook.given.budget or 0),
    )
    table = _table(
        (say(lang, "channel"), False),
        (say(lang, "rate"), True),
        (f"{say(lang, 'leads')}, {say(lang, 'now')}", True),
        (say(lang, "best"), True),
        (f"{say(lang, 'spend')}, {say(lang, 'now')}", True),
        (say(lang, "best"), True),
    )
    for channel, leads, spend in zip(
        outlook.estimates.channels, best.leads, best.spends, strict=True
    ):
        paid = (amount(channel.spend), amount(spend)) if channel.is_paid else ("–", "–")
        name = foreign(channel.name) or say(lang, "no_channel")
        table.add_row(name, percent(channel.rate), amount(channel.leads), amount(leads), *paid)
    _section(out, title, table)
    _section(out, "", _plan_lines(found, best, lang))


def _plan_lines(found: Prescription, best: Optimum, lang: Lang) -> Iterator[str]:
    problem = found.outlook.problem
    if problem is None:
        return
    yield say(
        lang,
        "work",
        icp=percent(best.share_icp, digits=0),
        other=percent(best.share_other, digits=0),
        now=amount(profit_now(found.outlook.estimates, problem)),
        best=amount(best.profit),
    )
    has_price = best.hour_value > _NOTHING
    value = amount(best.hour_value)
    yield say(lang, "hour_value", value=value) if has_price else say(lang, "hour_free")
    if best.budget_value is None:
        yield say(lang, "budget_none")
    elif best.budget_value > _NOTHING:
        yield say(lang, "budget_value", value=f"{best.budget_value:,.2f}")
    else:
        yield say(lang, "budget_free")


def _shortage(lack: Shortage, lang: Lang) -> str:
    key = f"shortage_{lack.of}"
    return say(lang, key, needed=amount(lack.needed), available=amount(lack.available))


def _do(out: Console, found: Prescription, lang: Lang) -> None:
    _section(out, say(lang, "do"), _ruling_lines(found, lang))
    if found.gains:
        out.print(_gain_table(found, lang))
        out.print(f"  {say(lang, 'for', spend=amount(found.ruling.most_step))}")


def _ruling_lines(found: Prescription, lang: Lang) -> Iterator[str]:
    ruling = found.ruling
    yield say(
        lang,
        ruling.ruling.value,
        direction=say(lang, f"to_{ruling.direction}") if ruling.direction else "",
        stage=foreign(found.focus.stage.label.text(lang)),
        verdict=verdict_words(found.focus.skew, found.focus.band, lang),
        step=_step(found, lang),
        sure=percent(ruling.sure, digits=0),
        needs=percent(ruling.needs, digits=0),
        day=ruling.not_before,
        weeks=found.dwell_weeks,
    )
    if found.stance is not None:
        body = found.stance.body
        yield say(
            lang,
            "stance",
            stance=foreign(str(body["what"])),
            day=found.stance.at.date(),
            why=foreign(str(body["why"])),
        )
    for one in found.advice:
        advice = Recommendation(one.measure, foreign(one.channel)).text(lang)
        yield f"{sign('arrow')} {advice}"


def _step(found: Prescription, lang: Lang) -> str:
    """The largest step in money, or as a share where nobody said what the budget is."""
    if found.ruling.most_step > 0:
        return amount(found.ruling.most_step)
    return say(lang, "step_share", share=percent(found.max_step, digits=0))


def _gain_table(found: Prescription, lang: Lang) -> Table:
    table = _table(
        (say(lang, "measure"), False),
        (say(lang, "leads"), True),
        (say(lang, "icp"), True),
        (say(lang, "points"), True),
        (say(lang, "hours"), True),
        (say(lang, "profit"), True),
        (say(lang, "lag_label"), True),
        (say(lang, "basis"), False),
    )
    for one in found.gains:
        own = one.own
        effect = one.measure.effect
        table.add_row(
            one.measure.label.text(lang),
            f"+{amount(one.leads)}",
            f"+{amount(one.icp)}",
            f"{100 * one.rate_change:+.1f}pt",
            f"+{amount(one.hours)}",
            f"{one.profit:+,.0f}",
            say(lang, "lag", weeks=effect.lag_weeks if effect else 0),
            say(lang, "own", n=own.records) if own else say(lang, "catalogue"),
        )
    return table


def _guard_lines(found: Prescription, lang: Lang) -> Iterator[str]:
    if found.floor is not None:
        yield _floor_line(found.floor, lang)
    if found.outlook.risk is not None:
        yield from _risk_lines(found.outlook.risk, lang)


def _floor_line(check: FloorCheck, lang: Lang) -> str:
    first = ", ".join(foreign(name) for name in check.markets)
    return say(
        lang,
        "floor" if check.is_met else "floor_lacking",
        share=percent(check.share),
        floor=percent(check.floor, digits=0),
        lacking=amount(check.lacking),
        markets=say(lang, "try", markets=first) if first else "",
    )


def _risk_lines(risk: RiskLimit, lang: Lang) -> Iterator[str]:
    yield say(
        lang,
        "risk_bad" if risk.is_exceeded else "risk_ok",
        customers=f"{risk.customers:,}",
        share=percent(risk.largest_share),
        hhi=f"{risk.hhi:.3f}",
        max_share=percent(risk.max_share, digits=0),
        max_hhi=f"{risk.max_hhi:g}",
    )
    if risk.rate is not None:
        yield say(lang, "risk_rate", rate=percent(risk.rate, digits=0))


def _rests(out: Console, found: Prescription, lang: Lang) -> None:
    estimates = found.outlook.estimates
    table = _table(
        (say(lang, "estimate"), False),
        (say(lang, "value"), True),
        (say(lang, "interval"), True),
        (say(lang, "records"), True),
        (say(lang, "basis"), False),
        (say(lang, "swing"), True),
    )
    swings = {one: swing for swing in found.swings for one in swing.quantities}
    sizes = {quantity: swing.size for quantity, swing in swings.items()}
    ordered = sorted(estimates.values.items(), key=lambda pair: -sizes.get(pair[0], 0.0))
    for quantity, one in ordered:
        shows = percent if quantity in SHARES else amount
        table.add_row(
            quantity_name(lang, quantity.value),
            shows(one.value),
            span(one.interval) if one.interval else "",
            "" if one.records is None else f"{one.records:,}",
            quantity_name(lang, one.basis.value),
            _swing(swings.get(quantity)),
        )
    _section(out, say(lang, "rests"), table)
    bases = {one.basis for one in estimates.values.values()}
    if bases & {Basis.SCALED, Basis.SPREAD}:
        out.print(f"  {say(lang, 'assumptions')}")
    capacity = found.outlook.given.capacity
    if capacity and found.outlook.load > _OVERLOAD * capacity:
        load = amount(found.outlook.load)
        out.print(f"  {sign('warn')} {say(lang, 'overload', load=load, capacity=amount(capacity))}")
    if problem := found.outlook.spending.problem:
        out.print(f"  {sign('warn')} {problem}")


def _swing(swing: Swing | None) -> str:
    if swing is None:
        return ""
    return " / ".join("–" if one is None else amount(one.profit) for one in (swing.low, swing.high))


def _missing(out: Console, found: Prescription, lang: Lang) -> None:
    gaps = found.outlook.estimates.gaps
    lines = [f"{sign('warn')} {say(lang, f'gap_{gap}')}" for gap in gaps]
    if any(gap in _FOUR for gap in gaps):
        lines.append(say(lang, "init"))
    _section(out, say(lang, "missing"), lines)
