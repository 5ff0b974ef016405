"""Makes records, judgements and writes for the store's tests, through the real core."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from agent.store import Store
from bbm_core.balance.funnel import StageRule, StageSpec, When
from bbm_core.icp.classify import Classifier
from bbm_core.icp.profile import Criterion, Label, Profile, Role
from bbm_core.judgement import Judgement, Rules, judge
from bbm_core.plan import PlannedWrite
from bbm_core.records import (
    FieldRole,
    Money,
    Outcome,
    Record,
    RecordKind,
    RecordRef,
    StatusEntry,
    Value,
)
from bbm_core.scope import ScopeFilter

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)

STAGES = (
    StageSpec(
        name="acquisition",
        label=Label(en="Acquisition"),
        enter=(StageRule(kind=RecordKind.LEAD, when=When.STATUS, status=("Open",)),),
    ),
    StageSpec(
        name="nurturing",
        label=Label(en="Nurturing"),
        enter=(StageRule(kind=RecordKind.LEAD, when=When.STATUS, status=("Working",)),),
    ),
    StageSpec(
        name="opportunity",
        label=Label(en="Opportunity"),
        enter=(StageRule(kind=RecordKind.OPPORTUNITY, when=When.STATUS, status=("Proposal",)),),
    ),
    StageSpec(
        name="won",
        label=Label(en="Won"),
        enter=(StageRule(kind=RecordKind.OPPORTUNITY, when=When.WON),),
    ),
)

TEST_RECORDS = ScopeFilter(name="tests", kind=RecordKind.LEAD, attribute="industry", equals="Test")


def profile(wanted: str = "Manufacturing") -> Profile:
    return Profile(
        name="core",
        threshold=50,
        criteria=(
            Criterion(
                id="industry",
                label=Label(en="Industry", ja="業種"),
                role=Role.PLUS,
                points=10,
                attribute="industry",
                equals=wanted,
            ),
        ),
    )


def rules(wanted: str = "Manufacturing") -> Rules:
    return Rules(Classifier((profile(wanted),)), STAGES, (TEST_RECORDS,))


RULES = rules()
VERSION = RULES.classifier.version


def ref(number: int, kind: RecordKind = RecordKind.LEAD) -> RecordRef:
    return RecordRef(kind, f"{number:018d}")


def lead(
    number: int,
    *statuses: tuple[str, datetime],
    industry: str | None = "Manufacturing",
    modified: datetime = NOW,
    channel: str | None = "web",
    written: Mapping[FieldRole, Value] | None = None,
) -> Record:
    entries = statuses or (("Open", NOW - DAY),)
    return Record(
        ref=ref(number),
        created=entries[0][1],
        modified=modified,
        statuses=tuple(StatusEntry(status, at) for status, at in entries),
        channel=channel,
        attributes={} if industry is None else {"industry": industry},
        written=written or {},
    )


def account(number: int, **attributes: Value) -> Record:
    return Record(
        ref=ref(number, RecordKind.ACCOUNT), created=NOW, modified=NOW, attributes=attributes
    )


def opportunity(
    number: int,
    account_number: int | None,
    at: datetime = NOW - DAY,
    *,
    amount: Decimal = Decimal(100),
    currency: str = "JPY",
    won: datetime | None = None,
) -> Record:
    return Record(
        ref=ref(number, RecordKind.OPPORTUNITY),
        created=at,
        modified=NOW,
        statuses=(StatusEntry("Proposal", at),),
        outcome=Outcome.OPEN if won is None else Outcome.WON,
        closed_at=won,
        amount=Money(amount, currency),
        account=None if account_number is None else ref(account_number, RecordKind.ACCOUNT),
    )


def judged(
    record: Record,
    inherited: Mapping[str, Value] | None = None,
    *,
    by: Rules = RULES,
    now: datetime = NOW,
) -> Judgement:
    return judge(record, inherited or {}, by, now)


def write(target: RecordRef, flag: str = "icp", *, was: str | None = None) -> PlannedWrite:
    return PlannedWrite(
        ref=target,
        values={FieldRole.FLAG: flag, FieldRole.SCORE: 100},
        old={FieldRole.FLAG: was, FieldRole.SCORE: None},
        flips=None if was is None else (was, flag),
    )


def keep(
    store: Store,
    records: Sequence[Record],
    writes: Sequence[PlannedWrite] = (),
    *,
    by: Rules = RULES,
    now: datetime = NOW,
    slices: Sequence[str] = (),
    inherited: Mapping[str, Value] | None = None,
    **more: object,
) -> None:
    """Judge the records and keep them, as a cycle does with a page."""
    store.keep(
        1,
        [judged(record, inherited, by=by, now=now) for record in records],
        writes,
        now=now,
        slices=slices,
        judge_age_days=7,
        **more,  # type: ignore[arg-type]  # what a test adds is one of keep's own parameters
    )
