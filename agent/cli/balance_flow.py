"""How records go on: cohorts with their conversions, and the odds chain."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

from agent.cli.accounts import match_json, match_note
from agent.cli.balance_rows import Hidden, heading, hidden_places, slice_namer, span_columns
from agent.cli.icp_marks import marks, marks_json
from agent.cli.kpi_words import KPI, NOTES
from agent.cli.output import print_json
from agent.cli.sheet import Column, Form, Sheet, show_csv, show_sheet
from agent.cli.table import percent, tally_json
from agent.cli.words import WORDS
from agent.cohorts import Cohort, Onward, Part
from agent.question import Each, Question
from agent.wiring import Books
from bbm_core.balance.cells import Unit
from bbm_core.balance.chain import Chain, Link
from bbm_core.icp.profile import Lang


@dataclass(frozen=True, slots=True)
class Asked:
    """The books, the question and the language of the answer."""

    books: Books
    question: Question
    lang: Lang

    def label(self, stage: str) -> str:
        specs = {spec.name: spec.label for spec in self.books.rules.stages}
        return specs[stage].text(self.lang)


def show_cohorts(asked: Asked, found: Sequence[Onward], target: str, form: Form) -> None:
    rows = [one for onward in found for one in _onward_json(asked, onward)]
    match form:
        case Form.JSON:
            body = {**_question_json(asked), "to": target, "rows": rows}
            print_json("bbm.balance-cohorts/1", asked.books.clock.now(), body)
        case Form.CSV:
            show_csv(rows)
        case _:
            show_sheet(_cohort_sheet(asked, found), form)


def show_chain(asked: Asked, chain: Chain, form: Form) -> None:
    rows = [_link_json(link) for link in chain.links]
    match form:
        case Form.JSON:
            print_json("bbm.balance-chain/1", asked.books.clock.now(), _chain_json(asked, chain))
        case Form.CSV:
            show_csv(rows)
        case _:
            show_sheet(_chain_sheet(asked, chain), form)


# cohorts


def _cohort_sheet(asked: Asked, found: Sequence[Onward]) -> Sheet:
    words, question = KPI[asked.lang], asked.question
    columns = [Column(WORDS[asked.lang]["stage"])]
    columns += span_columns(question, asked.lang)
    titles = [words[name] for name in ("entered", "on", "lost", "open", "within", "all")]
    titles += [WORDS[asked.lang]["icp"], words["not_icp"], words["ratio"]]
    sheet = Sheet([*columns, *(Column(title, is_figure=True) for title in titles)])
    sheet.heading = heading(question, asked.lang)
    name_of = slice_namer(asked.books, question.by, asked.lang)
    for onward in found:
        hidden = _hidden(asked, onward)
        for cohort in onward.cohorts:
            place = [asked.label(onward.stage)]
            place += [cohort.span] * (question.each is not Each.PERIOD)
            place += [name_of(cohort.slice)] if question.by else []
            if (cohort.span, cohort.slice) in hidden:
                sheet.rows.append((*place, words["hidden"]))
            else:
                sheet.rows.append((*place, *_cohort_figures(cohort, onward.days, asked.lang)))
    sheet.notes += [*_common_notes(asked), *_cohort_notes(asked, found)]
    return sheet


def _cohort_figures(cohort: Cohort, days: int | None, lang: Lang) -> Sequence[str]:
    words, whole = KPI[lang], cohort.whole
    counts = [f"{n:,}" for n in (whole.entered, whole.on, whole.lost, whole.open)]
    within = words["days"].format(days=days) if days else ""
    parts = [_rate(part, lang) for part in (whole, cohort.icp, cohort.not_icp)]
    return (*counts, within, *parts, _ratio(cohort.link))


def _hidden(asked: Asked, onward: Onward) -> Hidden:
    sizes = ((one.span, one.slice, one.whole.entered) for one in onward.cohorts)
    return hidden_places(sizes) if asked.question.by else frozenset()


def _rate(part: Part, lang: Lang) -> str:
    within = part.within
    if within is None or not part.entered:
        return "–"
    if within.rate is None:
        return KPI[lang]["young"]
    if within.ripe == part.entered:
        return percent(within.rate)
    return KPI[lang]["young_part"].format(rate=percent(within.rate), ripe=within.ripe)


def _ratio(link: Link | None) -> str:
    interval = link.interval() if link else None
    if link is None or interval is None or link.pull is None:
        return "–"
    return f"{exp(link.pull):.2f} ({exp(interval.low):.2f}–{exp(interval.high):.2f})"


def _cohort_notes(asked: Asked, found: Sequence[Onward]) -> Iterator[str]:
    notes = NOTES[asked.lang]
    yield notes["ratio"]
    if any(_hidden(asked, onward) for onward in found):
        yield notes["hidden"]
    parts = [cohort.whole for onward in found for cohort in onward.cohorts]
    if any(part.within and part.within.ripe < part.entered for part in parts):
        yield notes["young"]
    unknown = [asked.label(onward.stage) for onward in found if onward.days is None]
    if unknown:
        yield notes["no_horizon"].format(stages=", ".join(unknown))


def _onward_json(asked: Asked, onward: Onward) -> Iterator[Mapping[str, Any]]:
    hidden = _hidden(asked, onward)
    for cohort in onward.cohorts:
        place = {"stage": onward.stage, "span": cohort.span, "slice": cohort.slice}
        if (cohort.span, cohort.slice) in hidden:
            yield {**place, "suppressed": True}
            continue
        yield {
            **place,
            "suppressed": False,
            "horizon_days": onward.days,
            "all": _part_json(cohort.whole),
            "icp": _part_json(cohort.icp),
            "not_icp": _part_json(cohort.not_icp),
            "ratio": _ratio_json(cohort.link),
        }


def _part_json(part: Part) -> Mapping[str, Any]:
    within, late = part.within, part.long_run
    return {
        "entered": part.entered,
        "on": part.on,
        "lost": part.lost,
        "open": part.open,
        "on_share": part.on / part.entered if part.entered else None,
        "within": within
        and {
            "ripe": within.ripe,
            "on": within.on,
            "rate": within.rate,
            "interval": list(within.interval),
        },
        "long_run": late
        and {"days": late.days, "share": late.share, "interval": list(late.interval)},
    }


def _ratio_json(link: Link | None) -> Mapping[str, Any] | None:
    interval = link.interval() if link else None
    if link is None or interval is None or link.pull is None:
        return None
    return {"ratio": exp(link.pull), "interval": [exp(interval.low), exp(interval.high)]}


# the chain


def _chain_sheet(asked: Asked, chain: Chain) -> Sheet:
    words, common = KPI[asked.lang], WORDS[asked.lang]
    figures = [common["rate"], common["icp"], words["not_icp"], words["pull"], common["interval"]]
    sheet = Sheet(
        [
            Column(common["stage"]),
            *(Column(title, is_figure=True) for title in figures),
            Column(words["means"]),
        ]
    )
    sheet.heading = heading(asked.question, asked.lang)
    for first in chain.stages[:1]:
        sheet.rows.append((asked.label(first.name), percent(first.tally.rate), "", "", "", "", ""))
    sheet.rows += [_link_row(asked, link) for link in chain.links]
    sheet.notes += [*_common_notes(asked), *_chain_notes(asked, chain)]
    return sheet


def _link_row(asked: Asked, link: Link) -> Sequence[str]:
    interval = link.interval()
    return (
        asked.label(link.end.name),
        percent(link.end.tally.rate),
        percent(link.conversion_icp),
        percent(link.conversion_not_icp),
        "–" if link.pull is None else _signed(link.pull),
        "" if interval is None else f"{_signed(interval.low)} – {_signed(interval.high)}",
        _meaning(link, asked.lang),
    )


def _meaning(link: Link, lang: Lang) -> str:
    words, interval = KPI[lang], link.interval()
    if interval is None:
        return words["gap"].format(why=words[str(link.gap)])
    if interval.low > 0:
        return words["favours"]
    return words["works_less"] if interval.high < 0 else words["alike"]


def _chain_notes(asked: Asked, chain: Chain) -> Iterator[str]:
    notes, stages = NOTES[asked.lang], chain.stages
    if chain.nested and stages:
        yield notes["cohort_chain"].format(stage=asked.label(stages[0].name))
    else:
        yield notes["inflow_chain"]
    pulls = [link.pull for link in chain.links]
    if len(stages) > 1 and stages[0].logit is not None and None not in pulls:
        yield notes["sum"].format(
            first=asked.label(stages[0].name),
            low=_signed(stages[0].logit),
            pulls=_signed(sum(pull for pull in pulls if pull is not None)),
            last=asked.label(stages[-1].name),
            high=_signed(stages[-1].logit or 0.0),
        )


def _signed(number: float) -> str:
    return f"{number:+.2f}".replace("-", "−")


def _chain_json(asked: Asked, chain: Chain) -> Mapping[str, Any]:
    return {
        **_question_json(asked),
        "nested": chain.nested,
        "stages": [
            {"stage": one.name, **tally_json(one.tally), "log_odds": one.logit, "gap": one.gap}
            for one in chain.stages
        ],
        "links": [_link_json(link) for link in chain.links],
    }


def _link_json(link: Link) -> Mapping[str, Any]:
    interval = link.interval()
    return {
        "from": link.start.name,
        "to": link.end.name,
        "conversion_icp": link.conversion_icp,
        "conversion_not_icp": link.conversion_not_icp,
        "pull": link.pull,
        "interval": interval and list(interval),
        "gap": link.gap,
    }


def _common_notes(asked: Asked) -> Iterator[str]:
    if asked.question.unit is Unit.ACCOUNT:
        yield match_note(asked.books, asked.lang)
    yield from marks(asked.books, asked.question.first, asked.question.last, asked.lang)


def _question_json(asked: Asked) -> Mapping[str, Any]:
    question = asked.question
    matched = question.unit is Unit.ACCOUNT
    return {
        **({"account_match": match_json(asked.books)} if matched else {}),
        "view": question.look,
        "unit": question.unit,
        "segment": question.segment,
        "first": question.first,
        "last": question.last,
        "by": question.by,
        "each": question.each,
        "definition_changes": marks_json(asked.books, question.first, question.last),
    }
