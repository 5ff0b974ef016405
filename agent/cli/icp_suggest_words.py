"""The words of `bbm icp suggest` and of the drafts it writes, English and Japanese."""

from collections.abc import Mapping

from agent.examples import Examples
from bbm_core.icp.profile import Lang

WORDS: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "stop": " ",
        "end": "",
        "comma": ", ",
        "from.ltv": "A row is a customer; good: its lifetime value is high among those of the same"
        " year.",
        "from.win-rate": "A row is a closed deal of new business; good: it was won.",
        "from.file": "A row is one of the file; good: {what}.",
        "label.column": "the column {column} says so",
        "label.worth": "it is in the top quarter by {column}",
        "fallback": "Too few customers of known lifetime value (high: {high}, others: {low};"
        " 20 of each are needed), so deals won are compared with deals lost.",
        "counts": "{rows} rows, {good} of them good ({base}).",
        "known": "Known as of: {what}.",
        "known.lead": "the first entry of the lead {n}",
        "known.entry": "their own first entry {n}",
        "known.today": "today {n}",
        "copies": "{n} rows are copies of another one and count once.",
        "left_out": "{n} rows say neither good nor bad and are left out: {what}.",
        "bad": "{n} rows of the file could not be used, such as line {line}: {why}.",
        "scale": "Deals of one account end alike: {rows} rows count as {effective}.",
        "named": "These attributes part good from bad:",
        "nothing": "Nothing separates good from bad.",
        "nothing.chance": "Shuffled outcomes look as telling in {chance} of cases; to name"
        " anything it must be at most {most}.",
        "nothing.rest": "What looks telling is of no use or does not hold; see below.",
        "too_few": "Too few to learn from: {good} good and {bad} bad, at least 20 of each are"
        " needed.",
        "too_few.some": "These are hypotheses, each with the same weight. They prove nothing.",
        "too_few.none": "There is not even a hypothesis.",
        "one_sided": "All {rows} rows turned out {side}, so there is nothing to compare.",
        "no_rows": "There are no rows to learn from.",
        "side.good": "good",
        "side.bad": "bad",
        "criterion": "Criterion",
        "points": "Points",
        "good": "Good",
        "of": "of",
        "rate": "Rate",
        "interval": "95 %",
        "lift": "Lift",
        "area": "All attributes together order rows not seen before with an AUC of {area}; 0.50 is"
        " chance.",
        "restless": "The model did not come to rest: take its points as rough.",
        "chance": "Shuffled outcomes look as telling in {chance} of cases.",
        "threshold": "ICP from a score of {threshold}: {share} of the rows are flagged and {recall}"
        " of the good ones; of the flagged {precision} are good, of all {base}. {unknown} rows stay"
        " unknown.",
        "threshold.why": "Of all thresholds it parts good from bad the widest.",
        "worth": "The flagged rows hold {share} of the worth.",
        "semicolon": "; ",
        "guide": "Guide lines: {lines}.",
        "guide.line": "{line} ({met})",
        "guide.share": "15-35 % flagged",
        "guide.recall": "60 % of the good flagged",
        "guide.times": "tier A good ten times as often as tier D, {best} to {worst}",
        "met": "met",
        "not_met": "not met",
        "cut": "from {threshold}: {share} flagged, {recall} of the good, {precision} good,"
        " {met} guide lines met",
        "curve.from": "From",
        "curve.share": "Flagged",
        "curve.recall": "Of the good",
        "curve.precision": "Good of flagged",
        "curve.lift": "Lift",
        "curve.unknown": "Unknown",
        "curve.times": "Good in A / D",
        "curve.met": "Guide lines",
        "suspicious": "SUSPICIOUS: {names} tells more than one attribute usually does (AUC above"
        " 0.90 or information value above 0.5). Was it known before the outcome? The draft is"
        " shown with and without it.",
        "suspicious.mark": "suspicious",
        "without": "Without {names}:",
        "with": "With {names}:",
        "spent": "Says nothing beside the others: {names}.",
        "not_named": "Not named:",
        "doubt.chance": "chance shows as much ({chance})",
        "doubt.useless": "sure, but of no use (information value {information})",
        "doubt.surplus": "more attributes than these rows carry",
        "doubt.unstable": "{stability} of resamples keep it; 70 % are needed",
        "doubt.few_rows": "too few rows ({chance})",
        "unfit.empty": "no values",
        "unfit.constant": "the same everywhere",
        "unfit.names": "nearly every row has its own",
        "unfit.date": "a date says when, not what kind",
        "unfit.several": "several values a row",
        "unfit.rare": "no two values with enough rows",
        "unfit.alike": "rows with a value all turned out alike",
        "denied": "Left out, because nobody knows it before (--keep NAME asks for it anyway):",
        "denied.outcome": "the outcome itself",
        "denied.money": "an amount",
        "denied.after": "known after the close",
        "denied.people": "who worked on it",
        "denied.score": "a score",
        "denied.name": "who it is",
        "missed": "The present ICP says no to {n} customers of high lifetime value:",
        "missed.more": "and {n} more; --json lists all",
        "not_applied": "Nothing was applied.",
        "written": "Wrote {path}. Read it, change it, then see what it would do:"
        " bbm icp simulate --draft {path}",
        "write": "Write the draft with --out FILE.toml.",
        "none": "no value",
        "draft": "A draft of the ideal customer profile, learned by `bbm icp suggest`. It applies"
        " nothing: read it, change it, see what it would do with `bbm icp simulate`, publish it.",
        "draft.rates": "Rates are of the rows it was learned from; on new ones they will lie nearer"
        " to the rate of all.",
        "basis": "{good} of {rows} good: {rate} (95 %: {interval}); of all {known} known {base};"
        " lift {lift}",
        "or": "Other thresholds:",
    },
    "ja": {
        "stop": "",
        "end": "。",
        "comma": "、",
        "from.ltv": "1件は1顧客、優良は同じ年に取引を始めた顧客の中でLTVが高いもの",
        "from.win-rate": "1件は終了した新規商談1件、優良は受注したもの",
        "from.file": "1件はファイルの1行、優良は{what}",
        "label.column": "{column}列で判定",
        "label.worth": "{column}の上位4分の1",
        "fallback": "LTVの分かる顧客が足りないため(高:{high}件、その他:{low}件、それぞれ20件必要)、"
        "受注と失注を比べました。",
        "counts": "{rows}件、うち優良{good}件({base})。",
        "known": "属性の時点:{what}。",
        "known.lead": "リードの最初のステージ入り{n}件",
        "known.entry": "自身の最初のステージ入り{n}件",
        "known.today": "現在{n}件",
        "copies": "{n}件は別の行の写しのため、1件として数えました。",
        "left_out": "{n}件は良否が分からないため除きました:{what}。",
        "bad": "ファイルの{n}行は使えませんでした(例:{line}行目 {why})。",
        "scale": "同じ取引先の商談は結果が似るため、{rows}件を{effective}件相当として数えました。",
        "named": "優良とそれ以外を分ける属性:",
        "nothing": "優良とそれ以外を分けるものはありません。",
        "nothing.chance": "結果をでたらめに入れ替えても、{chance}の場合に同じ程度の差が出ます"
        "(採用できるのは{most}以下のとき)。",
        "nothing.rest": "差があるように見えるものも、役に立たないか安定しません(下記)。",
        "too_few": "学習するには件数が足りません。優良{good}件、それ以外{bad}件です"
        "(それぞれ20件以上必要)。",
        "too_few.some": "以下は仮説であり、重みはすべて同じです。何も証明していません。",
        "too_few.none": "仮説と言えるものもありません。",
        "one_sided": "{rows}件すべてが{side}のため、比べるものがありません。",
        "no_rows": "学習する行がありません。",
        "side.good": "優良",
        "side.bad": "優良でない",
        "criterion": "条件",
        "points": "点数",
        "good": "優良",
        "of": "件数",
        "rate": "優良率",
        "interval": "95%区間",
        "lift": "倍率",
        "area": "全属性を合わせると、学習に使わない行をAUC {area}で並べられます(偶然は0.50)。",
        "restless": "モデルの計算が収束しませんでした。点数は目安としてご覧ください。",
        "chance": "結果をでたらめに入れ替えて同じ程度の差が出るのは{chance}の場合です。",
        "threshold": "{threshold}点以上をICPとすると、全体の{share}、優良の{recall}が該当します。"
        "該当のうち優良は{precision}(全体では{base})、判定不能は{unknown}件です。",
        "threshold.why": "優良とそれ以外が最も大きく分かれる点数です。",
        "worth": "該当する行は金額の{share}を占めます。",
        "semicolon": "、",
        "guide": "目安:{lines}。",
        "guide.line": "{line}({met})",
        "guide.share": "該当が15〜35%",
        "guide.recall": "優良の60%以上が該当",
        "guide.times": "Aランクの優良率{best}がDランクの{worst}の10倍以上",
        "met": "満たす",
        "not_met": "満たさない",
        "cut": "{threshold}点以上:該当{share}、優良の{recall}、該当のうち優良{precision}、"
        "目安{met}",
        "curve.from": "点数",
        "curve.share": "該当",
        "curve.recall": "優良のうち",
        "curve.precision": "該当の優良率",
        "curve.lift": "倍率",
        "curve.unknown": "判定不能",
        "curve.times": "優良率A/D",
        "curve.met": "目安",
        "suspicious": "要確認:{names}は、1つの属性としては差が大きすぎます(AUC 0.90超または"
        "情報量0.5超)。結果より前に分かっていた値ですか。使う案と使わない案の両方を示します。",
        "suspicious.mark": "要確認",
        "without": "{names}を使わない案:",
        "with": "{names}を使う案:",
        "spent": "他の属性があれば不要:{names}。",
        "not_named": "採用しない属性:",
        "doubt.chance": "偶然でも同じ程度の差が出る({chance})",
        "doubt.useless": "差は確かだが役に立たない(情報量{information})",
        "doubt.surplus": "この件数で使える属性の数を超える",
        "doubt.unstable": "再抽出の{stability}でしか残らない(70%必要)",
        "doubt.few_rows": "件数不足({chance})",
        "unfit.empty": "値がない",
        "unfit.constant": "すべて同じ値",
        "unfit.names": "ほぼすべての行で値が異なる",
        "unfit.date": "日付は時期を表し、顧客の種類を表さない",
        "unfit.several": "1行に複数の値がある",
        "unfit.rare": "件数が足りる値が2つない",
        "unfit.alike": "値のある行の結果がすべて同じ",
        "denied": "結果が出る前には分からないため除いた属性(--keep 名前 で使えます):",
        "denied.outcome": "結果そのもの",
        "denied.money": "金額",
        "denied.after": "クローズ後に分かる",
        "denied.people": "担当者",
        "denied.score": "スコア",
        "denied.name": "相手を特定する値",
        "missed": "現在のICPに該当しないLTVの高い顧客が{n}件あります:",
        "missed.more": "ほか{n}件(--jsonで全件)",
        "not_applied": "何も適用していません。",
        "written": "{path}に書きました。内容を確かめて直し、適用した場合の変化を見てください:"
        "bbm icp simulate --draft {path}",
        "write": "案をファイルに書くには --out FILE.toml を付けてください。",
        "none": "値なし",
        "draft": "`bbm icp suggest`が学習したICPの案です。これだけでは何も適用されません。"
        "内容を確かめて直し、`bbm icp simulate`で変化を見てから公開してください。",
        "draft.rates": "優良率は学習に使った行のものです。新しい行では全体の率に近づきます。",
        "basis": "{rows}件中優良{good}件:{rate}(95%区間 {interval})、"
        "値の分かる{known}件全体では{base}、倍率{lift}",
        "or": "他の点数の場合:",
    },
}


def source(examples: Examples, lang: Lang) -> str:
    """What the rows are, and what makes them good."""
    words = WORDS[lang]
    if examples.objective is not None:
        return words[f"from.{examples.objective.value}"]
    goodness = examples.goodness
    column = goodness.column or goodness.worth if goodness else ""
    key = "label.column" if goodness and goodness.column else "label.worth"
    return words["from.file"].format(what=words[key].format(column=column))


def odds(chance: float) -> str:
    """How often chance does something, without claiming more than was tried."""
    if chance < _TRIED:
        return "<0.1%"
    return f"{100 * chance:.1f}%" if chance < _SMALL else f"{100 * chance:.0f}%"


_TRIED, _SMALL = 0.001, 0.1
