"""Every sentence of the alerts, in each language, in one place."""

from types import MappingProxyType
from typing import Final

from bbm_core.balance.band import Origin
from bbm_core.balance.watch import BandStatus, Skew
from bbm_core.icp.profile import Lang

EN: Final = MappingProxyType(
    {
        "volume": "Volume-heavy",
        "quality": "Quality-heavy",
        "early_volume": "Turning volume-heavy",
        "early_quality": "Turning quality-heavy",
        "balanced": "In balance",
        "usual": "As usual",
        "unclear": "Too few records",
        "back": "Back in balance",
        "back_usual": "As usual again",
        "turned_volume": "No longer quality-heavy",
        "turned_quality": "No longer volume-heavy",
        "stopped": "Stopped",
        "headline": "{verdict}: ICP rate of {stage} {rate} ({band})",
        "band_configured": "target {band}",
        "band_baseline": "usual {band}",
        "band_optimum": "optimum {band}",
        "band_label_configured": "Target band",
        "band_label_baseline": "Usual band",
        "band_label_optimum": "Optimal band",
        "rate_label": "ICP rate",
        "count_label": "ICP",
        "total_label": "Records",
        "unknown_label": "Not yet classifiable",
        "was": "{now} (was {before})",
        "count": "{icp} of {known} classified",
        "unknown": "{unknown} ({low} to {high} if all were decided)",
        "moved": "The ICP rate went from {before} to {after} ({change}).",
        "since": "It changed around the week of {week}.",
        "early": "That the rate has changed is beyond chance; that it has left its band is "
        "probable, not yet certain.",
        "nothing_before": "There are no classified records before this period to compare with.",
        "slice_mix": "{slice} accounts for {points}: its share went from {before} to {after}, "
        "with an ICP rate of {rate}.",
        "slice_rate": "{slice} accounts for {points}: its ICP rate went from {before} to {after}.",
        "slice_next": "Next is {slice} with {points}.",
        "no_channel": "No channel",
        "reverses": "Mind that inside the channels the rate moved the other way; "
        "only their mix turned the total.",
        "more": "{count} more",
        "fewer": "{count} fewer",
        "same": "as many",
        "cost_more": "A week now brings {others} records that do not fit and {icp} that do.",
        "cost_fewer": "A week now brings {icp} ICP records and {others} that do not fit.",
        "cost_hours": "That takes {hours} more sales hours a week.",
        "cost_narrow": "A week now brings {others} records outside the ICP and {icp} inside it: "
        "volume cannot grow from so narrow a base, and revenue leans on few customers.",
        "need": "Target {revenue}: at today's mix it takes {wins} wins and {hours} of {capacity} "
        "sales hours ({load}); now {now} wins.",
        "need_open": "Target {revenue}: at today's mix it takes {wins} wins and {hours} sales "
        "hours; now {now} wins. Without [targets] people and hours_per_person_month there is "
        "nothing to hold it against.",
        "actions_title": "What you can do",
        "inside": "The ICP rate is probably back inside {band}.",
        "other_side": "The ICP rate has crossed the whole of {band} and is now on its other side.",
        "lasted_one": "It was outside for a day.",
        "lasted": "It was outside for {days} days.",
        "stopped_headline": "Stopped: {what}",
        "stopped_since": "No new flags since {since}.",
        "stopped_waits": "Nothing was lost; the agent tries again by itself and resumes where it "
        "stopped.",
        "stopped_needs_you": "Nothing was lost; the agent resumes where it stopped once this is "
        "put right.",
        "count_icp_down": "Fewer ICP records",
        "count_icp_up": "More ICP records",
        "count_total_down": "Fewer records",
        "count_total_up": "More records",
        "count_headline": "{verdict}: {count} at {stage} (usual {usual})",
        "counted_icp": "ICP records",
        "counted_total": "records in all",
        "count_fewer": "In the last {weeks} weeks came {share} fewer {what} than the half year "
        "before lets expect.",
        "count_more": "In the last {weeks} weeks came {share} more {what} than the half year "
        "before lets expect.",
        "count_unseasoned": "The season is not known yet (that takes two years of records), so "
        "think of holidays first.",
        "count_usual": "usual {usual}",
        "count_beside": "{count} ({usual})",
        "count_check_down": "See which channel dried up: bbm balance --by channel --compare "
        "previous.",
        "count_check_up": "See which channel grew, and whether sales can follow: bbm balance "
        "--by channel --compare previous.",
        "count_over": "Counts as usual again",
        "over_headline": "{verdict}: {stage}",
        "count_over_why": "The counts lie within what the weeks before let expect.",
        "data": "Data problem",
        "data_headline": "{verdict}: {what} at {stage}",
        "data_stale": "old figures",
        "data_parked": "unreadable records",
        "data_fill": "a field is filled differently",
        "data_values": "unknown values",
        "data_renamed": "a renamed value",
        "data_definition": "the ICP was defined anew",
        "data_merges": "many merged records",
        "data_import": "a list that came in twice",
        "data_why_stale": "The CRM was last read {hours} hours ago.",
        "data_why_parked": "{after} of the records could not be read or kept.",
        "data_why_fill": "{name} was filled in {before} of the records and is now in {after}.",
        "data_why_values": "{after} of the records carry values of {name} never seen before: "
        "{values}.",
        "data_why_renamed": "In {name}, {gone} is gone, and {after} of the records carry {values} "
        "instead.",
        "data_why_definition": "The definition of the ICP changed on {day}, when the rate did.",
        "data_why_merges": "{after} of the records were merged into others (before: {before}).",
        "data_why_import": "On {day}, {after} of the records came in at once through {name}, "
        "nearly all of them for the second time.",
        "data_held": "The ICP rate looks changed, but that may come from this; no balance alert "
        "goes out until it is settled.",
        "data_fix_stale": "See what keeps the agent from reading: bbm doctor.",
        "data_fix_parked": "See which records cannot be read, and why: bbm doctor.",
        "data_fix_fill": "Ask who fills the field: a form, an import or an enrichment changed.",
        "data_fix_values": "Add the new values to the profile, or map them in the CRM.",
        "data_fix_renamed": "Rename the value in the profile as it was renamed in the CRM.",
        "data_fix_definition": "Nothing to do: the next weeks are judged by the new definition.",
        "data_fix_merges": "Wait for the clean-up to end; merged records leave the counts.",
        "data_fix_import": "Remove the doubles of the list in the CRM.",
        "data_over": "Data problem settled",
        "data_over_why": "Nothing speaks against the figures any more.",
        "run": "run {run}",
        "partial": "{source} (partial: some records are hidden from the agent)",
        "unpaying": "ICP no longer pays",
        "paying": "ICP pays again",
        "unpaying_headline": "{verdict}: {sure} sure that an hour on ICP companies brings more",
        "unpaying_why": "It is only {sure} sure that a sales hour on ICP companies brings more "
        "than one on the others, where {wanted} is wanted, and {worth_it} that it brings {more} "
        "more.",
        "unpaying_counted": "Counted are the companies that came in from {since} to {until}, each "
        "for {days} days: {value}, {hours}.",
        "by_worth": "won ones by their lifetime value",
        "by_amount": "won ones by the amount won",
        "by_hours": "against the hours of [effort]",
        "by_company": "every lead taken to cost the same, as no hours are configured",
        "icp_side": "ICP",
        "rest_side": "Others",
        "per_hour": "{value} per hour ({units} companies, {wins} won)",
        "per_company": "{value} per lead ({units} companies, {wins} won)",
        "unpaying_action_1": "See which attributes part good customers from bad: bbm icp suggest",
        "unpaying_action_2": "See whether the score still tells who buys: bbm icp backtest",
        "unpaying_action_3": "Try another definition beside this one: bbm icp publish --shadow",
        "definition": "ICP {version}",
        "why": "bbm why {ref}",
        "explain": "docs/errors.md",
    }
)

JA: Final = MappingProxyType(
    {
        "volume": "量に偏り",
        "quality": "質に偏り",
        "early_volume": "量に傾き始め",
        "early_quality": "質に傾き始め",
        "balanced": "バランス内",
        "usual": "通常どおり",
        "unclear": "件数不足",
        "back": "バランス内に回復",
        "back_usual": "通常の水準に回復",
        "turned_volume": "質への偏りは解消",
        "turned_quality": "量への偏りは解消",
        "stopped": "停止",
        "headline": "{verdict}:{stage}のICP率 {rate}({band})",
        "band_configured": "目標 {band}",
        "band_baseline": "通常 {band}",
        "band_optimum": "最適 {band}",
        "band_label_configured": "目標範囲",
        "band_label_baseline": "通常の範囲",
        "band_label_optimum": "最適範囲",
        "rate_label": "ICP率",
        "count_label": "ICP該当数",
        "total_label": "件数",
        "unknown_label": "判定不能",
        "was": "{now}(以前 {before})",
        "count": "判定済み{known}件中{icp}件",
        "unknown": "{unknown}件(すべて判定できた場合 {low}〜{high})",
        "moved": "ICP率は{before}から{after}になりました({change})。",
        "since": "変化の始まりは{week}の週ごろです。",
        "early": "比率が変わったことは偶然とは言えません。範囲外に出た可能性は高いものの、"
        "まだ確実ではありません。",
        "nothing_before": "直前の期間に判定済みのレコードがなく、比較できません。",
        "slice_mix": "うち{slice}の影響が{points}です。構成比が{before}から{after}になり、"
        "そのICP率は{rate}です。",
        "slice_rate": "うち{slice}の影響が{points}です。ICP率が{before}から{after}になりました。",
        "slice_next": "次に大きいのは{slice}の{points}です。",
        "no_channel": "チャネル未設定",
        "reverses": "なお、各チャネル内の比率は逆方向に動いており、"
        "全体は構成比の変化だけで動いています。",
        "more": "{count}件増",
        "fewer": "{count}件減",
        "same": "増減なし",
        "cost_more": "1週間あたり、非該当は{others}、ICP該当は{icp}です。",
        "cost_fewer": "1週間あたり、ICP該当は{icp}、非該当は{others}です。",
        "cost_hours": "営業の対応時間は週{hours}時間増えます。",
        "cost_narrow": "1週間あたり、非該当は{others}、ICP該当は{icp}です。"
        "対象が狭いままでは件数を伸ばせず、売上が少数の顧客に偏ります。",
        "need": "目標{revenue}:現在の構成比では受注{wins}件、営業{hours}時間が必要です"
        "(使える時間{capacity}、{load})。現在の受注は{now}件です。",
        "need_open": "目標{revenue}:現在の構成比では受注{wins}件、営業{hours}時間が必要です。"
        "現在の受注は{now}件です。[targets] の people と hours_per_person_month がないため、"
        "余力とは比較できません。",
        "actions_title": "できること",
        "inside": "ICP率は{band}の範囲内に戻ったとみられます。",
        "other_side": "ICP率は{band}の範囲を通り越し、反対側に出ています。",
        "lasted_one": "範囲外だった期間は1日です。",
        "lasted": "範囲外だった期間は{days}日です。",
        "stopped_headline": "停止:{what}",
        "stopped_since": "{since}以降、判定は更新されていません。",
        "stopped_waits": "失われたものはありません。自動で再試行し、止まった所から再開します。",
        "stopped_needs_you": "失われたものはありません。解決すると、止まった所から再開します。",
        "count_icp_down": "ICP件数が減少",
        "count_icp_up": "ICP件数が増加",
        "count_total_down": "件数が減少",
        "count_total_up": "件数が増加",
        "count_headline": "{verdict}:{stage} {count}件(通常 {usual}件)",
        "counted_icp": "ICP該当数",
        "counted_total": "全体の件数",
        "count_fewer": "直近{weeks}週間の{what}は、それ以前の半年から見込まれる件数を{share}"
        "下回っています。",
        "count_more": "直近{weeks}週間の{what}は、それ以前の半年から見込まれる件数を{share}"
        "上回っています。",
        "count_unseasoned": "季節変動はまだ把握できていません(2年分の記録が必要です)。"
        "まず連休などの影響をご確認ください。",
        "count_usual": "通常 {usual}",
        "count_beside": "{count}({usual})",
        "count_check_down": "どのチャネルが減ったかを確認します:"
        "bbm balance --by channel --compare previous",
        "count_check_up": "どのチャネルが増えたか、営業が対応できるかを確認します:"
        "bbm balance --by channel --compare previous",
        "count_over": "件数は通常の水準に回復",
        "over_headline": "{verdict}:{stage}",
        "count_over_why": "件数は、直前の期間から見込まれる範囲に収まっています。",
        "data": "データの問題",
        "data_headline": "{verdict}:{stage}、{what}",
        "data_stale": "データが古い",
        "data_parked": "読み取れないレコードが多い",
        "data_fill": "項目の入力状況が変化",
        "data_values": "未知の値が増加",
        "data_renamed": "値の名称が変更",
        "data_definition": "ICP定義が変更",
        "data_merges": "レコードの統合が多発",
        "data_import": "リストが二重に取り込み",
        "data_why_stale": "CRMを最後に読み取ったのは{hours}時間前です。",
        "data_why_parked": "レコードの{after}を読み取れませんでした。",
        "data_why_fill": "{name}の入力率が{before}から{after}に変わりました。",
        "data_why_values": "レコードの{after}で、{name}にこれまでなかった値が入っています"
        "({values})。",
        "data_why_renamed": "{name}の値「{gone}」がなくなり、代わりにレコードの{after}が"
        "「{values}」になっています。",
        "data_why_definition": "ICP率が変わった時期に、ICPの定義も変更されています({day})。",
        "data_why_merges": "レコードの{after}が他のレコードに統合されました(以前は{before})。",
        "data_why_import": "{day}にレコードの{after}が{name}から一度に登録され、"
        "そのほとんどが2回目の登録です。",
        "data_held": "ICP率が変化したように見えますが、これが原因の可能性があります。"
        "解決するまでバランスの通知は保留します。",
        "data_fix_stale": "読み取れない原因を確認します:bbm doctor",
        "data_fix_parked": "読み取れないレコードと理由を確認します:bbm doctor",
        "data_fix_fill": "フォーム、取り込み、データ補完に変更がなかったかを、"
        "項目の担当者に確認します。",
        "data_fix_values": "新しい値をプロファイルに加えるか、CRM側で既存の値に対応づけます。",
        "data_fix_renamed": "CRMでの名称変更に合わせて、プロファイルの値を変更します。",
        "data_fix_definition": "対応は不要です。今後の週は新しい定義で判定されます。",
        "data_fix_merges": "整理が終わるまでお待ちください。統合されたレコードは集計から外れます。",
        "data_fix_import": "重複して取り込まれたリストをCRMから取り除きます。",
        "data_over": "データの問題は解消",
        "data_over_why": "数値に疑わしい点はなくなりました。",
        "run": "実行 {run}",
        "partial": "{source}(一部のみ:エージェントから見えないレコードあり)",
        "unpaying": "ICPの優位が見られない",
        "paying": "ICPの優位が回復",
        "unpaying_headline": "{verdict}:ICP企業への1時間のほうが成果が大きい確率は{sure}",
        "unpaying_why": "営業1時間あたりの成果がICP企業のほうが大きい確率は{sure}(基準{wanted})、"
        "{more}以上大きい確率は{worth_it}です。",
        "unpaying_counted": "{since}から{until}に入った企業を各{days}日間追跡:{value}、{hours}。",
        "by_worth": "受注企業は生涯価値で評価",
        "by_amount": "受注企業は受注額で評価",
        "by_hours": "時間は[effort]の設定による",
        "by_company": "時間の設定がないためリード1件の工数は同じとみなす",
        "icp_side": "ICP",
        "rest_side": "ICP以外",
        "per_hour": "1時間あたり{value}({units}社、受注{wins}社)",
        "per_company": "リード1件あたり{value}({units}社、受注{wins}社)",
        "unpaying_action_1": "優良顧客を分ける属性を確認:bbm icp suggest",
        "unpaying_action_2": "点数が今も受注を予測できるか確認:bbm icp backtest",
        "unpaying_action_3": "別の定義を並行して試す:bbm icp publish --shadow",
        "definition": "ICP {version}",
        "why": "bbm why {ref}",
        "explain": "docs/errors.md",
    }
)


def say(lang: Lang, key: str, **values: str | int) -> str:
    """The sentence in this language, with its blanks filled."""
    return (JA if lang == "ja" else EN)[key].format(**values)


def verdict_word(status: BandStatus, lang: Lang) -> str:
    """The status in words. A band from the past never says "balanced", only "as usual"."""
    if status.skew is Skew.BALANCED and status.band.origin is Origin.BASELINE:
        return say(lang, "usual")
    return say(lang, status.skew.value)
