"""`bbm explain-drift`: why a rate changed, from what is kept; asks no CRM."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from agent.alerts.figures import band_range, day, foreign, percent, period_range, points
from agent.alerts.news import suspicion_text
from agent.cli.explain_words import dimension_word, say
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json
from agent.cli.period import Days, read_period
from agent.cli.table import tally_json
from agent.clock import SystemClock
from agent.explanation import Need, StageChange, explain_stage, has_changed
from agent.preflight import PARTIAL
from agent.slices import sliceable
from agent.tell import standings
from agent.weigh import StageReport, weigh
from agent.wiring import Books, open_books
from bbm_core.balance.cells import CHANNEL
from bbm_core.balance.dimension import Explanation, Part
from bbm_core.balance.tally import Period, Tally, last_closed_week
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Lang

SHOWN_PARTS = 3
"""Slices that are told of a dimension."""


def explain_drift(  # noqa: PLR0913 - one option each
    *,
    stage: str = "",
    by: str = "",
    period: str = "",
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Since when a stage's ICP rate is another one, where in the funnel, and by which slices.

    Args:
        stage: only this stage; without it, every one that changed, or all where none did.
        by: only this dimension: channel, measure, campaign, team, or an attribute of `slices`.
        period: the weeks to explain: 4w, 2026-10 or 2026-10-01..2026-10-31; without it, those
            since the change that was found.
        lang: the language of the text.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        reports = _reports(books, stage)
        dimensions = (by,) if by else sliceable(books.settings)
        after = _weeks(books, period) if period else None
        chosen = reports if stage else _worth_telling(books, reports, after)
        told = [explain_stage(books, one, dimensions, after) for one in chosen]
        if json:
            _print(books, told)
        else:
            shown = _Shown(books, reading_lang(loaded, lang))
            for change in told:
                for line in shown.lines(change):
                    console().print(line)
    return 0


def _reports(books: Books, stage: str) -> Sequence[StageReport]:
    stages = [one.name for one in books.rules.stages]
    if stage and stage not in stages:
        raise ConfigError(
            f"There is no stage {stage!r}.",
            hint=f"Name one of {', '.join(stages)}.",
            code="BBM-BL-001",
        )
    return [one for one in weigh(books, standings(books.store)) if stage in {"", one.stage.name}]


def _weeks(books: Books, text: str) -> Period:
    """The closed whole weeks that begin in the period."""
    days = read_period(text, books.clock.now().date())
    last = last_closed_week(books.clock.now().date(), books.settings.watch.judge_age_days)
    found = _mondays(days, last)
    if not found:
        raise ConfigError(
            f"No closed week begins in {text}.",
            hint=f"The last closed week begins on {last}; a week closes "
            f"{books.settings.watch.judge_age_days} days after its end.",
            code="BBM-BL-010",
        )
    return Period(found[0], found[-1])


def _mondays(days: Days, last: date) -> Sequence[date]:
    if days.first is None or days.last is None:
        raise ConfigError(
            "All time has nothing before it to compare with.",
            hint="Name a period: --period 4w, 2026-10 or 2026-10-01..2026-10-31.",
            code="BBM-BL-006",
        )
    first = days.first + timedelta(days=-days.first.weekday() % 7)
    count = (min(days.last, last) - first).days // 7 + 1
    return [first + timedelta(weeks=number) for number in range(max(0, count))]


def _worth_telling(
    books: Books, reports: Sequence[StageReport], after: Period | None
) -> Sequence[StageReport]:
    """The stages that changed; all of them where none did."""
    return [one for one in reports if has_changed(books, one, after)] or reports


class _Shown:
    """Puts an explanation into the words of one language."""

    def __init__(self, books: Books, lang: Lang) -> None:
        self._lang = lang
        self._stages = {stage.name: stage.label for stage in books.rules.stages}
        self._labels = {
            name: attribute.label
            for name, attribute in books.settings.attributes.items()
            if attribute.label is not None
        }

    def lines(self, one: StageChange) -> Iterator[str]:
        name = self._stage(one.report.stage.name)
        if one.change is None:
            yield self._say("headline_none", stage=name)
            yield f"  {self._say('nothing')}"
            yield ""
            return
        low, high = (points(end, self._lang) for end in one.interval)
        yield self._say("headline", stage=name, **self._rates(one), low=low, high=high)
        yield f"  {self._periods(one)}"
        yield f"  {self._verdict(one)}"
        yield from (f"  {line}" for line in self._data(one))
        yield from (f"  {line}" for line in self._where(one))
        for place, explanation in enumerate(one.explanations):
            nearest = not place and one.was_found
            yield from (f"  {line}" for line in self._dimension(explanation, nearest=nearest))
        if not one.was_found:
            yield from (f"  {line}" for line in self._needs(one.needs))
        yield ""

    def sentence(self, one: StageChange) -> str:
        """The change and the slices that surely did it, in one line; empty without a rate."""
        if one.change is None:
            return ""
        low, high = (points(end, self._lang) for end in one.interval)
        said = [self._say("sentence", **self._rates(one), low=low, high=high)]
        for explanation in one.explanations[:1]:
            if explanation.beyond_chance:
                said += [self._part(explanation, part) for part in explanation.telling]
        return "; ".join(said)

    def _rates(self, one: StageChange) -> Mapping[str, str]:
        return {
            "before": percent(one.before.rate),
            "after": percent(one.after.rate),
            "change": points(one.change or 0.0, self._lang),
        }

    def _periods(self, one: StageChange) -> str:
        return self._say(
            "periods",
            before=period_range(one.spans.before, self._lang),
            after=period_range(one.spans.after, self._lang),
            known=f"{one.after.known:,}",
            known_before=f"{one.before.known:,}",
        )

    def _verdict(self, one: StageChange) -> str:
        shift, report = one.shift, one.report
        if shift is not None:
            first, last = _dates(one) or (shift.since, shift.since)
            week, low, high = (
                day(on, self._lang)
                for on in (shift.since, min(first, shift.since), max(last, shift.since))
            )
            key = "found_shift_sure" if low == high else "found_shift"
            return self._say(key, week=week, low=low, high=high)
        if one.was_found and report.band is not None:
            return self._say("found_band", band=band_range(report.band, self._lang))
        return self._say("beyond" if one.is_beyond_chance else "within")

    def _data(self, one: StageChange) -> Iterator[str]:
        if one.doubts:
            yield self._say("doubts")
            yield from (f"  {suspicion_text(doubt, self._lang)}" for doubt in one.doubts)
        else:
            yield self._say("sound")
        for point in one.definitions:
            yield self._say("defined", day=day(point.at.date(), self._lang), version=point.version)

    def _where(self, one: StageChange) -> Iterator[str]:
        if one.counts is not None:
            before, after = (
                f"{tally.icp / span.weeks:.1f}"
                for tally, span in ((one.before, one.spans.before), (one.after, one.spans.after))
            )
            volume, rate = (_signed(part) for part in (one.counts.volume, one.counts.rate))
            yield self._say("counts", before=before, after=after, volume=volume, rate=rate)
        if one.moves is None:
            return
        decisive = one.moves.decisive()
        if decisive is None:
            yield self._say("moved_nowhere")
        elif decisive.start is None:
            yield self._say("moved_inflow", stage=self._stage(decisive.stage))
        else:
            start, stage = self._stage(decisive.start), self._stage(decisive.stage)
            yield self._say("moved_link", start=start, stage=stage)

    def _dimension(self, one: Explanation, *, nearest: bool) -> Iterator[str]:
        """The slices that tell; of a change that was found, the nearest dimension's in any case."""
        name = self._dimension_name(one.dimension)
        if not (one.beyond_chance or nearest):
            key = "by_few" if one.usual_surprise is None else "by_chance"
            yield self._say(key, dimension=name)
            return
        yield self._say("by" if one.beyond_chance else "by_nearest", dimension=name)
        for part in (one.telling or one.parts)[:SHOWN_PARTS]:
            mark = "" if part in one.sure else f" · {self._say('unsure')}"
            yield f"  {self._part(one, part)}{mark}"
        if one.cause.reverses:
            yield f"  {self._say('reverses')}"

    def _part(self, one: Explanation, part: Part) -> str:
        split = part.contribution
        values = {
            "points": points(split.total, self._lang),
            "slice": self._slice(one.dimension, split.name),
            "low": points(part.low, self._lang),
            "high": points(part.high, self._lang),
        }
        if abs(split.mix) >= abs(split.rate):
            rate = split.after.rate if split.after.known else split.before.rate
            before = _share(split.before, one.cause.before)
            after = _share(split.after, one.cause.after)
            return self._say("mix", **values, before=before, after=after, rate=percent(rate))
        before, after = percent(split.before.rate), percent(split.after.rate)
        return self._say("rate", **values, before=before, after=after)

    def _needs(self, needs: Sequence[Need]) -> Iterator[str]:
        for need in needs:
            if need.records is None:
                continue
            values = {
                "points": points(need.change, self._lang).lstrip("+"),
                "records": f"{need.records:,}",
            }
            if need.weeks is None:
                yield self._say("needs_never", **values)
            else:
                yield self._say("needs", **values, weeks=f"{need.weeks:,.0f}")

    def _slice(self, dimension: str, name: str | None) -> str:
        if name is None:
            return self._say("rest")
        return foreign(name) or self._say("no_channel" if dimension == CHANNEL else "no_value")

    def _dimension_name(self, name: str) -> str:
        if name in self._labels:
            return self._labels[name].text(self._lang)
        return dimension_word(self._lang, name)

    def _stage(self, name: str) -> str:
        return foreign(self._stages[name].text(self._lang))

    def _say(self, key: str, **values: str) -> str:
        return say(self._lang, key, **values)


def _share(part: Tally, whole: Tally) -> str:
    return percent(Fraction(part.known, whole.known))


def _signed(number: Fraction) -> str:
    tenths = f"{abs(float(number)):.1f}"
    return f"{'−' if number < 0 else '+'}{tenths}"


def _dates(one: StageChange) -> tuple[date, date] | None:
    """Between which weeks the change began."""
    if one.dated is None:
        return None
    return one.weeks[one.dated.low].week, one.weeks[one.dated.high].week


# JSON


def _print(books: Books, changes: Sequence[StageChange]) -> None:
    body = {
        "version": books.rules.classifier.version,
        "partial": books.store.fact(PARTIAL) or "",
        "stages": [_json(books, one) for one in changes],
    }
    print_json("bbm.explain-drift/1", books.clock.now(), body)


def _json(books: Books, one: StageChange) -> Mapping[str, Any]:
    shift, shifts = one.shift, one.report.shifts
    return {
        "stage": one.report.stage.name,
        "before": _span_json(one.spans.before, one.before),
        "after": _span_json(one.spans.after, one.after),
        "change": one.change,
        "interval": list(one.interval),
        "beyond_chance": one.is_beyond_chance,
        "found": one.was_found,
        "shift": shift
        and {**asdict(shift), "before": shift.before.rate, "after": shift.after.rate},
        "changed_between": _dates(one),
        "early": shifts and {"level": shifts.level, "threshold": shifts.threshold},
        "icp_per_week": one.counts and {key: float(getattr(one.counts, key)) for key in _COUNTS},
        "moves": one.moves
        and {"parts": one.moves.parts, "total": one.moves.total, "decisive": one.moves.decisive()},
        "dimensions": [_dimension_json(each) for each in one.explanations],
        "doubts": one.doubts,
        "definitions": one.definitions,
        "needs": [
            {"points": float(100 * each.change), "records": each.records, "weeks": each.weeks}
            for each in one.needs
        ],
        "text": {lang: _Shown(books, lang).sentence(one) for lang in _LANGS},
        "problems": [],
    }


_COUNTS = ("volume", "rate", "total")
_LANGS: tuple[Lang, ...] = ("en", "ja")


def _span_json(period: Period, tally: Tally) -> Mapping[str, Any]:
    return {"first": period.first, "last": period.last_day, **tally_json(tally)}


def _dimension_json(one: Explanation) -> Mapping[str, Any]:
    sure, telling = set(one.sure), set(one.telling)
    return {
        "dimension": one.dimension,
        "beyond_chance": one.beyond_chance,
        "surprise": one.surprise,
        "usual_surprise": one.usual_surprise,
        "mix": float(one.cause.mix),
        "rate": float(one.cause.rate),
        "reverses": one.cause.reverses,
        "slices": [
            {
                "slice": part.contribution.name,
                "total": part.total,
                "mix": float(part.contribution.mix),
                "rate": float(part.contribution.rate),
                "interval": [part.low, part.high],
                "power": part.power,
                "adjusted_chance": part.adjusted,
                "sure": part in sure,
                "telling": part in telling,
            }
            for part in one.parts
        ],
    }
