"""Backtests on the kept book: a definition as of a day, or a challenger beside the one in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from agent.wiring import Books
from bbm_core.book import BookRecord
from bbm_core.errors import ConfigError
from bbm_core.icp.backtest import Backtest, Disorder, Span, backtest, disorder
from bbm_core.icp.challenger import Comparison, compare
from bbm_core.icp.classify import Classifier
from bbm_core.icp.lookback import Question, Seen, Sighting, cases, duels, follow, sight
from bbm_core.icp.profile import Profile, profiles_version
from bbm_core.icp.versions import Act, challenger

COHORT_DAYS = 180
"""Days of what came in that a backtest looks at, unless a day is named."""

_EVER = datetime(1970, 1, 1, tzinfo=UTC)

USUAL_TARGET = "opportunity"
"""The stage that ICP records should come to, where the funnel has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be tested; without a day, the latest that leaves enough time after it."""

    days: int = 90
    book: bool = False  # all that was there on the day, not what came in from it on
    since: date | None = None
    start: str = ""
    target: str = ""
    learned_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A backtest, whom it was about, and what is to be known before believing it."""

    version: str
    span: Span
    question: Question
    sighting: Sighting | None  # None: of what came in from the day on
    unripe: int  # companies that have not been followed long enough
    result: Backtest
    hindsight: int  # cases judged by what was read only after the day
    written_later: bool  # the definition is younger than the day: who wrote it may have known

    @property
    def cases(self) -> int:
        return self.result.cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A challenger against the definition in force, since it became one."""

    active: str
    shadow: str
    since: datetime
    days: int
    question: Question
    comparison: Comparison
    unripe: int  # companies that came in since, whose days have not passed


def run_backtest(books: Books, profiles: tuple[Profile, ...], wanted: Wanted) -> Tested:
    """Judge by what was known at the time, and compare with what happened after it.

    Usually on what came in from a day on, each company followed for the same days from its judging
    age; with `book`, on all that was there on the day.

    Raises:
        ConfigError: the stages do not exist, or the order of time would let later facts judge.
    """
    now = books.clock.now()
    question = question_of(books, wanted.start, wanted.target)
    ago = timedelta(days=wanted.days if wanted.book else wanted.days + COHORT_DAYS)
    span = Span(_day(wanted.since) or now - ago, wanted.days)
    _in_order(span, now, wanted.learned_until)
    records = list(books.store.book())
    cohorts = _standing if wanted.book else _coming
    seen, earlier, sighting, unripe = cohorts(records, question, span, now)
    judge = Classifier(profiles).judge
    version = profiles_version(profiles)
    seed = f"{version} {span.since.date()} {span.days} {question.start} {question.target}"
    return Tested(
        version=version,
        span=span,
        question=question,
        sighting=sighting,
        unripe=unripe,
        result=backtest(cases(seen, judge), seed, cases(earlier, judge)),
        hindsight=sum(one.hindsight for one in seen),
        written_later=_first_known(books, version, now) > span.since,
    )


_Cohorts = tuple[tuple[Seen, ...], tuple[Seen, ...], Sighting | None, int]
"""Whom to test on, whom to calibrate on (all known by the day), and who was left out."""


def _standing(
    records: Sequence[BookRecord], question: Question, span: Span, _now: datetime
) -> _Cohorts:
    found = sight(records, question, span)
    before = Span(span.since - timedelta(days=span.days), span.days)
    return found.seen, sight(records, question, before).seen, found, 0


def _coming(
    records: Sequence[BookRecord], question: Question, span: Span, now: datetime
) -> _Cohorts:
    found = follow(records, question, span.since, span.days, now)
    # What was to happen to the earlier ones had happened, or had not, by the day.
    earlier = follow(records, question, _EVER, span.days, span.since)
    return found.seen, earlier.seen, None, found.unripe


def run_contest(books: Books, days: int, start: str = "", target: str = "") -> Contest:
    """Compare the challenger with the definition in force on what came in since it became one.

    Each company is judged by both with what was known of it at its judging age; as verdicts follow
    from that alone, it is what both would have said at the time.

    Raises:
        ConfigError: there is no challenger.
    """
    log = books.store.publications()
    shadow = challenger(log)
    profiles = None if shadow is None else books.store.definition(shadow)
    if shadow is None or profiles is None:
        raise ConfigError(
            "There is no challenger.",
            hint="Name one with `bbm icp publish --shadow --draft FILE`.",
            code="BBM-IC-007",
        )
    began = max(one.at for one in log if one.act is Act.SHADOWED and one.version == shadow)
    question = question_of(books, start, target)
    followed = follow(books.store.book(), question, began, days, books.clock.now())
    active = books.rules.classifier
    both = duels(followed.seen, active.judge, Classifier(profiles).judge)
    return Contest(
        active=active.version,
        shadow=shadow,
        since=began,
        days=days,
        question=question,
        comparison=compare(both),
        unripe=followed.unripe,
    )


def question_of(books: Books, start: str, target: str) -> Question:
    """From which stage to which; without names, from the first to opportunities, else to the last.

    Raises:
        ConfigError: a stage does not exist, or the target does not come after the start.
    """
    names = [stage.name for stage in books.rules.stages]
    first = start or names[0]
    usual = USUAL_TARGET if USUAL_TARGET in names[1:] else names[-1]
    last = target or usual
    if first not in names or last not in names or names.index(first) >= names.index(last):
        raise ConfigError(
            f"Nothing can be followed from the stage {first!r} to the stage {last!r}.",
            hint=f"Name two of {', '.join(names)}, the earlier one with --stage.",
            code="BBM-IC-009",
        )
    return Question(
        start=first,
        target=last,
        judge_age_days=books.settings.watch.judge_age_days,
        read_since=_read_since(books),
    )


def _in_order(span: Span, now: datetime, learned_until: date | None) -> None:
    match disorder(span, now, learned_until):
        case Disorder.UNRIPE:
            raise ConfigError(
                f"The {span.days} days after {span.since.date()} have not passed yet.",
                hint="Name an earlier day with --since, or fewer --days.",
                code="BBM-IC-010",
            )
        case Disorder.LEARNED_LATER:
            raise ConfigError(
                f"The draft was learned from data up to {learned_until}, which is after "
                f"{span.since.date()}: it would be tested on what it has seen.",
                hint=f"Learn it from data up to {span.since.date()}"
                f" (bbm icp suggest --until {span.since.date()}), or test it on a later day.",
                code="BBM-IC-011",
            )


def _day(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


def _first_known(books: Books, version: str, now: datetime) -> datetime:
    kept = {one.version: one.created for one in books.store.versions_kept()}
    return kept.get(version, now)


def _read_since(books: Books) -> datetime | None:
    """When the agent read for the first time: what it kept of earlier entries is younger."""
    versions = books.store.versions("profiles")
    return min(versions.values()) if versions else None
