"""The catalogue: what a company can do about its balance, for volume and for quality.

The effects are rough assumptions about business-to-business marketing, against the company's own
average lead; no source gives them for every trade. They only order the measures until own records
say better, and the configuration changes them.
"""

from bbm_core.prescribe.measure import Begins, Direction, Effect, Measure, Wording

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
        "one_to_one",
        Direction.QUALITY,
        Wording("Approach target accounts one to one", "ターゲット企業への個別アプローチ"),
        Wording(
            "Draw up a list of target accounts and approach each of them one to one.",
            "ターゲット企業を一覧にし、1社ずつ個別にアプローチします。",
        ),
        ("acquisition",),
        Effect(odds=6.0, cost=8.0, hours=1.5, lag_weeks=13),
    ),
    Measure(
        "key_letters",
        Direction.QUALITY,
        Wording("Letters to key persons", "キーマンへの手紙"),
        Wording(
            "Write by letter to the people who decide at companies of your ICP.",
            "ICP企業の意思決定者(キーマン)に手紙を送ります。",
        ),
        ("acquisition",),
        Effect(odds=5.0, cost=4.0, lag_weeks=4),
    ),
    Measure(
        "dedicated_seminars",
        Direction.QUALITY,
        Wording("Seminar for one industry", "業種を絞ったセミナー"),
        Wording(
            "Hold a seminar for one industry of your ICP, by invitation.",
            "ICPの業種に絞った招待制セミナーを開催します。",
        ),
        ("acquisition", "nurturing"),
        Effect(odds=3.0, cost=2.5, lag_weeks=8),
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
        "cross_sell",
        Direction.QUALITY,
        Wording("Cross-sell to ICP customers", "ICP顧客へのクロスセル"),
        Wording(
            "Offer ICP customers more of your range.",
            "ICP顧客に、まだ導入していない商品を提案します。",
        ),
        ("won", "customer"),
        Effect(odds=8.0, cost=6.0, lag_weeks=8, begins=Begins.OPPORTUNITY),
    ),
    Measure(
        "referrals",
        Direction.QUALITY,
        Wording("Referrals from ICP customers", "ICP顧客からの紹介"),
        Wording(
            "Ask ICP customers to recommend you to their peers.",
            "ICP顧客に同業他社の紹介を依頼します。",
        ),
        ("won", "customer"),
        Effect(odds=4.0, cost=1.5, lag_weeks=8),
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
        "seo",
        Direction.VOLUME,
        Wording("Search engine optimisation", "SEO(検索流入)"),
        Wording(
            "Be found: write about the problems you solve, for those who search for them.",
            "自社が解決する課題の記事を整え、検索から見つけてもらいます。",
        ),
        ("acquisition",),
        Effect(odds=0.9, cost=0.6, lag_weeks=26),
    ),
    Measure(
        "white_papers",
        Direction.VOLUME,
        Wording("White papers", "ホワイトペーパー"),
        Wording(
            "Offer white papers on the problems you solve.",
            "自社が解決する課題のホワイトペーパーを公開します。",
        ),
        ("acquisition",),
        Effect(odds=0.8, cost=0.7, lag_weeks=8),
    ),
    Measure(
        "exhibitions",
        Direction.VOLUME,
        Wording("Exhibitions", "展示会"),
        Wording(
            "Go to an exhibition to meet companies you do not know yet.",
            "展示会に出展し、まだ接点のない企業と出会います。",
        ),
        ("acquisition",),
        Effect(odds=0.7, cost=1.3, lag_weeks=13),
    ),
    Measure(
        "seminars",
        Direction.VOLUME,
        Wording("Open seminars", "公開セミナー"),
        Wording(
            "Hold an open seminar or webinar.",
            "公開セミナーやウェビナーを開催します。",
        ),
        ("acquisition", "nurturing"),
        Effect(odds=1.2, cost=1.2, lag_weeks=6),
    ),
    Measure(
        "media",
        Direction.VOLUME,
        Wording("Trade media", "業界メディア"),
        Wording(
            "Publish in the media that your market reads.",
            "業界メディアへの掲載で認知を広げます。",
        ),
        ("acquisition",),
        Effect(odds=0.7, cost=1.0, lag_weeks=6),
    ),
    Measure(
        "ads",
        Direction.VOLUME,
        Wording("Advertising", "広告"),
        Wording(
            "Advertise in search and social media.",
            "検索広告やSNS広告を出稿します。",
        ),
        ("acquisition",),
        Effect(odds=0.6, cost=1.2, lag_weeks=2),
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
        ("acquisition", "customer"),
        Effect(odds=1.3, cost=1.1, hours=0.8, lag_weeks=26),
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
