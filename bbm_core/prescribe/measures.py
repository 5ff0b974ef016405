"""The catalogue of measures, which of them fit a skew at a stage, and what the skew costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from bbm_core.balance.cause import Cause, Contribution
from bbm_core.balance.tally import Tally
from bbm_core.balance.watch import Skew
from bbm_core.icp.profile import Lang


class Direction(StrEnum):
    """Where a measure pulls the balance."""

    VOLUME = "volume"  # more records, of whatever fit
    QUALITY = "quality"  # more fit, perhaps fewer records


@dataclass(frozen=True, slots=True)
class Wording:
    """One text in both languages. `{channel}` stands for the channel that a cause names."""

    en: str
    ja: str

    def text(self, lang: Lang, channel: str = "") -> str:
        wording = self.ja if lang == "ja" else self.en
        # Not str.format: a channel's name may hold braces of its own.
        return wording.replace("{channel}", channel)


@dataclass(frozen=True, slots=True)
class Measure:
    """Something a company can do. Without stages it suits any; the order is the preference."""

    id: str
    direction: Direction
    label: Wording
    advice: Wording
    stages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A measure for this skew at this stage; `channel` is set where the measure names one."""

    measure: Measure
    channel: str = ""

    def text(self, lang: Lang) -> str:
        return self.measure.advice.text(lang, self.channel)


NARROW_CHANNEL = Measure(
    "narrow_channel",
    Direction.QUALITY,
    Wording("Narrow the channel", "チャネルの対象を絞る"),
    Wording(
        "Narrow {channel} to the companies of your ICP, or cap its volume.",
        "{channel}の対象をICP企業に絞るか、件数に上限を設けます。",
    ),
)
NAME_CHANNEL = Measure(
    "name_channel",
    Direction.QUALITY,
    Wording("Record the channel", "チャネルを記録する"),
    Wording(
        "Find out where the records without a channel come from; they moved the rate most.",
        "チャネル未設定のレコードの流入元を調べます。比率を最も動かしたのはこれらです。",
    ),
)
RESTORE_CHANNEL = Measure(
    "restore_channel",
    Direction.VOLUME,
    Wording("Bring the channel back", "チャネルを戻す"),
    Wording(
        "Bring {channel} back to its former volume: it shrank, and the reach shrank with it.",
        "{channel}の件数を元の水準に戻します。縮小に伴い接点も減っています。",
    ),
)

CATALOGUE: tuple[Measure, ...] = (
    NARROW_CHANNEL,
    NAME_CHANNEL,
    RESTORE_CHANNEL,
    Measure(
        "target_accounts",
        Direction.QUALITY,
        Wording("Approach target accounts one to one", "ターゲット企業への個別アプローチ"),
        Wording(
            "Approach a list of target accounts one to one, with letters to their key people.",
            "ターゲット企業を一覧にし、キーマンへの手紙などで個別にアプローチします。",
        ),
        ("acquisition",),
    ),
    Measure(
        "dedicated_seminar",
        Direction.QUALITY,
        Wording("Seminar for one industry", "業種を絞ったセミナー"),
        Wording(
            "Hold a seminar for one industry of your ICP, by invitation.",
            "ICPの業種に絞った招待制セミナーを開催します。",
        ),
        ("acquisition", "nurturing"),
    ),
    Measure(
        "segmented_nurturing",
        Direction.QUALITY,
        Wording("Nurture by fit", "適合度別の育成"),
        Wording(
            "Give ICP records a programme of their own and leave the others to newsletters.",
            "ICP該当先には専用の育成施策を用意し、それ以外はメール配信に任せます。",
        ),
        ("nurturing",),
    ),
    Measure(
        "handover_agreement",
        Direction.QUALITY,
        Wording("Agree on the hand-over", "引き渡し基準の合意"),
        Wording(
            "Agree with sales on what is handed over, and on how soon ICP records are followed up.",
            "営業へ引き渡す基準と、ICP該当先への対応期限を営業と合意します。",
        ),
        ("nurturing", "handover", "opportunity"),
    ),
    Measure(
        "sales_enablement",
        Direction.QUALITY,
        Wording("Help sales win ICP deals", "ICP商談の営業支援"),
        Wording(
            "Help sales with cases and offers for ICP companies; more advertising would not.",
            "ICP企業向けの事例や提案書で営業を支援します。広告を増やしても改善しません。",
        ),
        ("handover", "opportunity", "won"),
    ),
    Measure(
        "qualify_early",
        Direction.QUALITY,
        Wording("Qualify before the offer", "提案前の見極め"),
        Wording(
            "Check the fit before an offer is made, so that hours go where customers stay.",
            "提案の前に適合度を確認し、長く続く顧客に営業時間を充てます。",
        ),
        ("opportunity", "won"),
    ),
    Measure(
        "customer_expansion",
        Direction.QUALITY,
        Wording("Grow ICP customers", "ICP顧客の深耕"),
        Wording(
            "Offer ICP customers more of your range, and ask them to recommend you to their peers.",
            "ICP顧客に追加提案を行い、同業他社の紹介を依頼します。",
        ),
        ("won", "customer"),
    ),
    Measure(
        "retain_customers",
        Direction.QUALITY,
        Wording("Keep ICP customers", "ICP顧客の維持"),
        Wording(
            "Review why ICP customers leave, and talk to those whose contracts end next.",
            "ICP顧客の離反理由を確認し、更新の近い顧客と面談します。",
        ),
        ("customer",),
    ),
    Measure(
        "content_reach",
        Direction.VOLUME,
        Wording("Search and white papers", "SEO・ホワイトペーパー"),
        Wording(
            "Widen the reach with search and white papers on the problems you solve.",
            "自社が解決する課題のSEOとホワイトペーパーで接点を広げます。",
        ),
        ("acquisition",),
    ),
    Measure(
        "events",
        Direction.VOLUME,
        Wording("Exhibitions and open seminars", "展示会・公開セミナー"),
        Wording(
            "Go to an exhibition or hold an open seminar to meet companies you do not know yet.",
            "展示会への出展や公開セミナーで、まだ接点のない企業と出会います。",
        ),
        ("acquisition", "nurturing"),
    ),
    Measure(
        "wake_dormant",
        Direction.VOLUME,
        Wording("Wake dormant contacts", "休眠顧客の掘り起こし"),
        Wording(
            "Write to contacts who have been silent for half a year.",
            "半年以上動きのないコンタクトに連絡します。",
        ),
        ("nurturing", "handover"),
    ),
    Measure(
        "lower_handover",
        Direction.VOLUME,
        Wording("Hand over more", "引き渡し基準の緩和"),
        Wording(
            "Hand over more records: let sales try those that narrowly miss the ICP.",
            "引き渡す件数を増やし、ICPにわずかに届かない先も営業が試します。",
        ),
        ("handover", "opportunity"),
    ),
    Measure(
        "light_offer",
        Direction.VOLUME,
        Wording("A lighter offer", "導入しやすい商品"),
        Wording(
            "Offer a smaller package with a short cycle to companies outside the ICP.",
            "ICP以外の企業に、短期間で導入できる小さな商品を提案します。",
        ),
        ("opportunity", "won"),
    ),
    Measure(
        "new_segments",
        Direction.VOLUME,
        Wording("Try new segments", "新しいセグメントの開拓"),
        Wording(
            "Try one new segment, so that revenue does not hang on few customers.",
            "売上が少数の顧客に偏らないよう、新しいセグメントを一つ開拓します。",
        ),
        ("won", "customer"),
    ),
    Measure(
        "partners",
        Direction.VOLUME,
        Wording("Partners", "パートナー"),
        Wording(
            "Let partners sell where you have no reach of your own.",
            "自社の接点がない領域はパートナー経由で広げます。",
        ),
        ("customer",),
    ),
    Measure(
        "review_sources",
        Direction.QUALITY,
        Wording("Move effort to what fits", "適合度の高い施策へ移す"),
        Wording(
            "Move effort from the sources with the lowest ICP rate to those with the highest.",
            "ICP率の低い流入元から高い流入元へ労力を移します。",
        ),
    ),
    Measure(
        "refine_criteria",
        Direction.QUALITY,
        Wording("Ask for what decides", "判定項目の収集"),
        Wording(
            "Ask for industry and size at the first contact, so that fit is known early.",
            "最初の接点で業種と規模を尋ね、適合度を早く判定します。",
        ),
    ),
    Measure(
        "widen_sources",
        Direction.VOLUME,
        Wording("Widen the sources", "流入元を広げる"),
        Wording(
            "Add a source that brings many companies, and accept a lower fit for a while.",
            "多くの企業に届く流入元を加え、一時的に適合度が下がることを許容します。",
        ),
    ),
    Measure(
        "raise_frequency",
        Direction.VOLUME,
        Wording("Do more of what works", "効果のある施策を増やす"),
        Wording(
            "Repeat more often what worked, with less selection.",
            "効果のあった施策を、対象を絞り込みすぎずに増やします。",
        ),
    ),
)
"""Every measure; those that no stage claims come last and suit stages of a company's own making."""

_NAMING_CHANNEL = (NARROW_CHANNEL, NAME_CHANNEL, RESTORE_CHANNEL)
_ADVICE_COUNT = 2


@dataclass(frozen=True, slots=True)
class Consequence:
    """What changed from a week before to a week now, on average, and what it costs."""

    icp_per_week: int
    not_icp_per_week: int
    hours_per_week: Decimal | None  # None: what a lead costs is not configured


def recommend(skew: Skew, stage: str, cause: Cause | None) -> tuple[Recommendation, ...]:
    """Two measures that pull against the skew and fit the stage; none without a skew.

    Where records come from is decided at the first stage only, so the causing channel is advised
    on there; later the same skew asks for other measures.
    """
    if skew not in (Skew.VOLUME, Skew.QUALITY):
        return ()
    direction = Direction.QUALITY if skew is Skew.VOLUME else Direction.VOLUME
    first = _on_channel(direction, cause) if stage == "acquisition" else ()
    rest = [Recommendation(measure) for measure in _suiting(direction, stage)]
    return (*first, *rest)[:_ADVICE_COUNT]


def consequence(
    before: Tally, after: Tally, weeks: int, hours_per_lead: Decimal | None
) -> Consequence:
    """Compare two periods of this many weeks each. Hours count what does not fit, more or less."""
    not_icp = after.not_icp - before.not_icp
    return Consequence(
        icp_per_week=_rounded(Decimal(after.icp - before.icp) / weeks),
        not_icp_per_week=_rounded(Decimal(not_icp) / weeks),
        hours_per_week=None if hours_per_lead is None else not_icp * hours_per_lead / weeks,
    )


def _on_channel(direction: Direction, cause: Cause | None) -> tuple[Recommendation, ...]:
    headline = cause.headline if cause else None
    if headline is None or headline.name is None:
        return ()
    if headline.name == "":
        return (Recommendation(NAME_CHANNEL),) if direction is Direction.QUALITY else ()
    if direction is Direction.QUALITY:
        return (Recommendation(NARROW_CHANNEL, headline.name),)
    return (Recommendation(RESTORE_CHANNEL, headline.name),) if _shrank(headline) else ()


def _shrank(contribution: Contribution) -> bool:
    return contribution.after.total < contribution.before.total


def _suiting(direction: Direction, stage: str) -> Sequence[Measure]:
    fitting = [m for m in CATALOGUE if m.direction is direction and m not in _NAMING_CHANNEL]
    claimed = [m for m in fitting if stage in m.stages]
    return [*claimed, *(m for m in fitting if not m.stages)]


def _rounded(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))
