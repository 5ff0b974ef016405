"""The words of `bbm icp backtest`, English and Japanese."""

from types import MappingProxyType
from typing import Final

from bbm_core.icp.profile import Lang

EN: Final = MappingProxyType(
    {
        "head_book": "{version} on the book as of {day}: who was in {start}, and came to {target} "
        "in the {days} days after it",
        "head_came": "{version} on what came into {start} from {day} on: who came to {target} "
        "within {days} days",
        "cases": "{cases} companies, of which {happened} came to it.",
        "left_out": "Left out: {already} that had come to it by then, {young} of which too little "
        "was known by then.",
        "waiting": "Left out: {unripe} that have not been followed for so long yet.",
        "auc": "AUC",
        "auc_note": "the chance that who came to it scores above who did not; 0.5 is chance",
        "permutation": "Permutation p",
        "permutation_note": "how often shuffled outcomes rank as well; below 0.05 it is no chance",
        "lift": "Lift of the best 20 %",
        "lift_note": "how many times the usual rate the best-scored fifth has",
        "recall": "Recall",
        "recall_note": "of those that came to it, the share that was ICP",
        "precision": "ICP came to it",
        "precision_note": "the rate of ICP companies",
        "rest": "Others came to it",
        "rest_note": "the rate of companies that were not ICP",
        "ks": "KS",
        "ks_note": "the widest gap between the two sides' scores",
        "brier": "Brier score",
        "brier_note": "in brackets: of giving everybody the same chance; lower is better",
        "slope": "Calibration",
        "slope_note": "slope / intercept of chances fitted on earlier companies; 1 / 0 is perfect",
        "score": "Score",
        "companies": "Companies",
        "came": "Came to it",
        "rate": "Rate",
        "interval": "95 %",
        "ruled_out": "ruled out",
        "gate_flagged_share": "{value} are ICP (usual of useful definitions: 15–35 %)",
        "gate_recall": "{value} of those that came to it were ICP (useful: 60 % and more)",
        "gate_top_to_bottom": "the best tenth comes to it {value} as often as the last "
        "(useful: 10× and more)",
        "gate_nobody": "nobody in the last tenth came to it, some in the best one did",
        "no_cases": "Nobody could be judged as of that day: choose a later day or other stages.",
        "too_few": "Too few to tell: it takes {needed} companies that came to it and {needed} that "
        "did not. The figures above are counts, not evidence.",
        "hindsight": "{count} of {cases} companies are judged by what the agent read only after "
        "that day, so the figures may flatter. This gets better as time passes.",
        "written_later": "This definition is younger than that day: whoever wrote it may have "
        "known what happened.",
        "no_calibration": "No calibration: it takes {needed} companies of each kind in the period "
        "before.",
        "contest": "Challenger {shadow} beside {active}, on what came in since {since}, each "
        "followed for {days} days",
        "contest_cases": "{cases} companies, of which {happened} came to it; {unripe} more have "
        "not been followed long enough.",
        "contest_auc": "AUC {active} in force, {shadow} challenger: {difference}",
        "contest_right": "Only the one in force was right {active} times, only the challenger "
        "{shadow} times (McNemar p = {p}).",
        "better_shadow": "The challenger is better. Put it in force with `bbm icp publish`; "
        "nothing does so by itself.",
        "better_active": "The definition in force is better.",
        "better_neither": "Neither is better beyond chance.",
        "better_too_few": "Too few to tell: it takes {needed} companies that came to it and "
        "{needed} that did not.",
    }
)

JA: Final = MappingProxyType(
    {
        "head_book": "{version}を{day}時点の全件に適用:"
        "{start}にいた企業がその後{days}日以内に{target}に進んだか",
        "head_came": "{version}を{day}以降に{start}に入った企業に適用:"
        "{days}日以内に{target}に進んだか",
        "waiting": "除外:まだ追跡期間に満たない{unripe}社。",
        "cases": "対象{cases}社、うち{happened}社が進みました。",
        "left_out": "除外:その時点で既に進んでいた{already}社、情報が足りなかった{young}社。",
        "auc": "AUC",
        "auc_note": "進んだ企業の点数が進まなかった企業を上回る確率。0.5は偶然と同じ",
        "permutation": "並べ替え検定 p",
        "permutation_note": "結果を無作為に並べ替えても同程度になる割合。0.05未満なら偶然ではない",
        "lift": "上位20%のリフト",
        "lift_note": "点数上位2割の進んだ割合が全体の何倍か",
        "recall": "再現率",
        "recall_note": "進んだ企業のうちICPだった割合",
        "precision": "ICPの進んだ割合",
        "precision_note": "ICPと判定された企業のうち",
        "rest": "ICP以外の進んだ割合",
        "rest_note": "非該当と判定された企業のうち",
        "ks": "KS",
        "ks_note": "両者の点数分布の最大の差",
        "brier": "ブライアスコア",
        "brier_note": "かっこ内は全員に同じ確率を与えた場合。小さいほど良い",
        "slope": "較正",
        "slope_note": "以前の企業で求めた確率の傾き/切片。1/0が理想",
        "score": "点数",
        "companies": "企業",
        "came": "進んだ",
        "rate": "割合",
        "interval": "95%区間",
        "ruled_out": "対象外",
        "gate_flagged_share": "ICPの割合 {value}(有用な定義の目安:15〜35%)",
        "gate_recall": "進んだ企業のうちICP {value}(目安:60%以上)",
        "gate_top_to_bottom": "最上位1割は最下位の{value}の割合で進む(目安:10×以上)",
        "gate_nobody": "最下位1割に進んだ企業はなく、最上位にはあります",
        "no_cases": "その時点で判定できる企業がありません。"
        "より後の日付か別のステージを指定してください。",
        "too_few": "件数不足:進んだ企業と進まなかった企業が各{needed}社必要です。"
        "上の数値は件数であり、根拠にはなりません。",
        "hindsight": "{cases}社中{count}社は、その日より後に読み取った情報で判定しているため、"
        "実際より良く見える可能性があります。時間がたつほど改善します。",
        "written_later": "この定義はその日より後に作られています。"
        "作成者が結果を知っていた可能性があります。",
        "no_calibration": "較正なし:前の期間に各{needed}社が必要です。",
        "contest": "候補{shadow}と適用中の{active}を、"
        "{since}以降に入った企業で比較(各{days}日追跡)",
        "contest_cases": "対象{cases}社、うち{happened}社が進みました。"
        "他に追跡期間が足りない企業が{unripe}社。",
        "contest_auc": "AUC:適用中{active}、候補{shadow}、差{difference}",
        "contest_right": "適用中だけが正しかったのは{active}社、候補だけが正しかったのは{shadow}社"
        "(マクネマー検定 p = {p})。",
        "better_shadow": "候補のほうが優れています。"
        "適用するには`bbm icp publish`。自動では適用されません。",
        "better_active": "適用中の定義のほうが優れています。",
        "better_neither": "偶然を超える差はありません。",
        "better_too_few": "件数不足:進んだ企業と進まなかった企業が各{needed}社必要です。",
    }
)


def say(lang: Lang, key: str, **values: object) -> str:
    """The sentence in this language, with its blanks filled."""
    return (JA if lang == "ja" else EN)[key].format(**values)
