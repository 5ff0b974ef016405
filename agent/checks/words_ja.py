"""What the checks say, in Japanese."""

from types import MappingProxyType
from typing import Final

JA: Final = MappingProxyType(
    {
        # standings
        "good": "問題なし",
        "watch": "要注意",
        "problem": "問題あり",
        "unclear": "判断できません",
        "missing": "不足している情報",
        "advice": "できること",
        # concentration of a file
        "concentration": "売上の集中",
        "spread_fine": "特定の顧客への偏りはありません。最大の{largest}が{top1}、"
        "上位10社で{top10}です。",
        "spread_single": "売上のすべてが1社({largest})によるものです。",
        "spread_top1": "最大の顧客{largest}が売上の{value}を占めています(目安 {line})。",
        "spread_top3": "上位3社で{value}を占めています(目安 {line})。",
        "spread_top10": "上位10社で{value}を占めています(目安 {line})。",
        "spread_hhi": "売上の集中度は、同じ規模の顧客{effective}社に相当します(HHI {value}、目安 "
        "{line})。",
        "spread_loss": "{largest}を失うと、売上の{share}がなくなります。",
        "spread_none": "集計できる売上(正の金額)がありません。",
        "spread_advice_high": "1社の離反で業績が左右されないよう、"
        "ICP以外や新しい区分の顧客を増やしてください。"
        "{largest}とは更新時期より前に条件を確認してください。",
        "spread_advice_watch": "{largest}と続く4社について、"
        "契約終了日・窓口・利用状況を四半期ごとに確認してください。",
        "rows_used": "{rows}行を使用",
        "rows_passed": "--whereにより{rows}行を除外",
        "rows_nameless": "顧客のない行 {rows}",
        "rows_bad": "使えなかった行 {rows}",
        "row_bad": "{line}行目: {why}",
        "rows_more": "ほか{rows}行",
        "unsold": "金額がゼロの{count}社とマイナスの{negative}社は構成比に含めていません。",
        "col_span": "期間",
        "col_customers": "顧客数",
        "col_total": "合計",
        "col_hhi": "HHI",
        "col_effective": "実効数",
        "col_gini": "ジニ係数",
        "col_top": "上位{count}",
        "col_top20": "上位20%",
        "col_largest": "最大",
        "whole": "全体",
        # titles
        "more-leads": "リード増加に伴う質の低下",
        "alignment": "マーケティングと営業の足並み",
        "flips": "方針のぶれ",
        "markets": "成長余地と新しい市場",
        "mode": "運用モード",
        # words for figures
        "from_to": "{before} → {after}",
        "of_count": "{total}件中{count}件",
        "figure_records": "件数",
        "figure_icp": "ICP該当数",
        "figure_records_weekly": "週あたり件数",
        "figure_icp_weekly": "週あたりICP該当数",
        "figure_rate": "ICP率",
        "figure_band": "適正範囲",
        "figure_odds": "ICPのオッズ比",
        # more leads, lower quality
        "dilution_diluted": "リードは増えましたが、質が下がっています。"
        "直近{weeks}週間は{after}件(その前の{weeks}週間は{before}件)、"
        "ICP率は{rate_before}から{rate_after}に低下しました。",
        "dilution_worse": "ICP率が{rate_before}から{rate_after}に低下しました({weeks}週間ごとの比"
        "較)。リード数は{before}件から{after}件で、増えたとは言えません。",
        "dilution_grown": "リードは質を保ったまま増えています。"
        "直近{weeks}週間は{after}件(以前{before}件)、"
        "ICP率は{rate_after}(以前{rate_before})です。",
        "dilution_steady": "量にも質にも明らかな変化はありません。"
        "直近{weeks}週間は{after}件(以前{before}件)、"
        "ICP率は{rate_after}(以前{rate_before})です。",
        "dilution_unclear": "{weeks}週間ごとの比較には判定済みのリードが足りません。"
        "少ない方の期間にあと{needed}件必要です。",
        "dilution_below_band_more": "リードは増えましたが、質が下がっています。"
        "直近{weeks}週間は週{after}件(その前の{past}週間は週{before}件)、"
        "ICP率は{rate_before}から{rate_after}に低下しました(適正範囲 {band})。",
        "dilution_below_band": "質が下がっています。直近{weeks}週間のICP率は{rate_after}です"
        "(適正範囲 {band})。リード数は週{after}件(その前の{past}週間は週{before}件)で、"
        "増えたとは言えません。",
        "dilution_above_band": "質の低下ではなく、逆の偏りがあります。"
        "直近{weeks}週間のICP率は{rate_after}です(適正範囲 {band})。"
        "リード数は週{after}件(その前の{past}週間は週{before}件)です。",
        "dilution_icp_weekly": "ICP該当リードは週{before}件から週{after}件になりました。",
        "dilution_icp": "ICP該当リードは{before}件から{after}件になりました。",
        "dilution_channel": "変化のうち{channel}の影響が{points}です。",
        # alignment
        "alignment_none": "記録されている情報からは、"
        "マーケティングと営業の足並みを判断できません。",
        "missing_acceptance": "営業による受け入れが記録されていません。"
        "該当するステータスを[checks]の`accepted`と`sent_back`に指定してください。"
        "リードのステータス: {seen}",
        "missing_acceptance_blank": "営業による受け入れが記録されていません。"
        "該当するステータスを[checks]の`accepted`と`sent_back`に指定してください。",
        "no_answers": "[checks]の`accepted`と`sent_back`のステータスになったレコードが、"
        "この期間にありません。",
        "kappa_none": "すべて受け入れ(または差し戻し)、あるいは判定がすべて同じため、"
        "一致度を計算できません。",
        "kappa_few": "営業の回答は{count}件です。一致度の判断には{least}件必要です。",
        "kappa_poor": "営業の受け入れとICP判定がほとんど一致していません(κ {kappa})。"
        "両者の基準が異なっています。",
        "kappa_fair": "営業の受け入れとICP判定の一致は部分的です(κ {kappa})。",
        "kappa_good": "営業の受け入れはICP判定とおおむね一致しています(κ {kappa})。",
        "kappa_advice": "差し戻されたICP該当リードと、"
        "受け入れられた非該当リードを10件ずつ両部門で確認し、"
        "プロファイルまたは受け入れ基準を見直してください。",
        "figure_back": "営業からの差し戻し",
        "figure_kappa": "一致度(コーエンのκ)",
        "missing_handover": "フォローの起点となるステージ`{stage}`がありません。"
        "[checks]の`handover`に{known}のいずれかを指定してください。",
        "missing_activities": "電話・メール・商談などの活動が記録されていないため、"
        "フォローの速さを測れません。[inputs]の`activities`に指定してください。",
        "no_handed": "活動の記録が始まってから引き渡されたレコードが、"
        "ICP該当・非該当の両方にはありません。",
        "figure_touched": "{hours}時間以内のフォロー",
        "icp_other": "ICP該当 {icp}、非該当 {other}",
        "figure_ratio": "フォロー比(ICP該当/非該当)",
        "follow_none": "{hours}時間以内のフォローはICP該当{icp}、非該当{other}で、"
        "比を計算できません。",
        "follow_less": "ICP該当のほうがフォローが遅れています。"
        "{hours}時間以内のフォローはICP該当{icp}、非該当{other}です。",
        "follow_alike": "ICP該当が優先されていません。{hours}時間以内のフォローはICP該当{icp}、"
        "非該当{other}です。",
        "follow_more": "ICP該当が優先してフォローされています。"
        "{hours}時間以内のフォローはICP該当{icp}、非該当{other}です。",
        "follow_advice": "ICP該当は{hours}時間以内にフォローすることを取り決め、"
        "例外を毎週確認してください。",
        "missing_people": "誰がどのチームに属するかが分からないため、"
        "担当者全体としてのみ表示します。[inputs]の`people`に指定してください。",
        "owners_differ": "担当者{count}名のICP率は、"
        "全体の{rate}を中心に偶然以上にばらついています。目指す方向がそろっていません。",
        "owners_far": "担当者{count}名のうち{far}名のICP率が、"
        "全体の{rate}から偶然の範囲を大きく超えて離れています。",
        "owners_alike": "担当者{count}名のICP率は、全体の{rate}の前後でそろっています。",
        "owners_advice": "商談に占めるICP該当の目標比率と、"
        "リードの配分方法をチームで取り決めてください。",
        "unit": "{rate}({counts})、縮小推定 {shrunk}、{place}",
        "place_inside": "他と同程度",
        "place_low": "低い",
        "place_high": "高い",
        "place_far_low": "大幅に低い",
        "place_far_high": "大幅に高い",
        # flips
        "flips_short": "方針を判断するには記録が短すぎます。{months}か月分が必要です。",
        "flips_none": "ICP非該当の比率に持続的な変化はなく、"
        "流入元の構成が振り戻された形跡もありません。",
        "flips_mix_only": "流入元の構成が振り戻された形跡はありません。"
        "月別の比率は記録が短く判断できません。",
        "turn_accepted": "{team}: {period}から、"
        "受け入れたリードのうちICP非該当は{after}です(以前は{before})。",
        "turn_worked": "{team}: {period}から、"
        "新規商談のうちICP非該当は{after}です(以前は{before})。",
        "turn_won": "{team}: {period}から、受注のうちICP非該当は{after}です(以前は{before})。",
        "turn_target": "当時の目標達成率は{attained}です。",
        "turn_manager": "{day}に管理者が交代しています。",
        "everybody": "全体",
        "mix_turned": "{period}に流入元の構成が振り戻されました(構成の{moved}が移動)。",
        "turned": "、振り戻し",
        "mix_moved": "{moved}が移動(偶然なら{noise})",
        "figure_mix": "流入元の構成 {period}",
        "missing_accepted": "営業がどのリードを受け入れたかが記録されていません。"
        "ステータスを[checks]の`accepted`に指定してください。",
        "missing_teams": "チームと管理者が分からないため、全体としてのみ表示します。"
        "[inputs]の`people`に指定してください。",
        "missing_targets": "売上目標が分からないため、達成率と並べて表示できません。"
        "[checks]の`targets`に指定してください。",
        "bad_targets": "目標の{count}行を使えませんでした。{line}行目: {why}",
        "flips_advice": "今後2四半期の方針を理由とともに明示し、"
        "目標未達ではなくバランスの状態を理由にのみ変更してください。",
        # markets
        "markets_none": "市場の区分が分かりません。",
        "missing_market": "業種など、市場を区分する属性を[checks]の`market`に指定してください。",
        "markets_number": "{by}で見ると、受注は同じ規模の{number}区分に相当する広がりです。",
        "markets_no_leads": "この期間に区分の分かるリードはありません。",
        "markets_narrow": "まだ顧客のいない区分からのリードは{share}です。{floor}を下回ると、"
        "新しい市場がほとんど試されていません。",
        "markets_open": "まだ顧客のいない区分からのリードは{share}です。",
        "market_candidate": "{name}(ICP非該当)は{deals}件中{wins}件を受注し、"
        "1時間あたりの価値はICP該当の{ratio}倍です(同程度以上の確率 {probability})。",
        "market_no_candidate": "{least}件以上の商談があるICP非該当の区分に、"
        "ICP並みの価値をもつものはありません。",
        "effective_of": "{number}(受注のある{markets}区分中)",
        "figure_markets": "実効的な区分数",
        "figure_new": "新しい区分からのリード",
        "figure_new_names": "新しい区分",
        "missing_effort": "工数が記録されていないため、どの商談も同じ工数とみなしています。"
        "活動を[inputs]に指定してください。",
        "missing_leads": "リードを読み込んでいないため、新しい流入元は分かりません。",
        "without_rate": "{names}の商談{count}件は含めていません。"
        "[currencies]に{base}への換算レートがありません。",
        "closed_ahead": "完了日が将来の商談{count}件は含めていません。",
        "candidates_advice": "{names}を少額の予算と見直し期日を決めて試し、"
        "ICPに加えるか判断してください。",
        "markets_advice": "流入の少なくとも{floor}を、まだ顧客のいない区分に充ててください。",
        # concentration
        "no_revenue": "直近{months}か月に受注金額がありません。",
        "no_revenue_counts": "直近{months}か月の受注金額に、集計できるものがありません。",
        "icp_revenue": "ICP該当は{total}社中{customers}社で、売上の{share}を占めています。",
        "figure_customers": "顧客数(売上)",
        "figure_tops": "上位1・3・5・10社",
        "figure_top20": "上位20%の顧客",
        "figure_hhi": "HHI(顧客)",
        "figure_hhi_icp": "HHI(ICP該当の顧客)",
        "figure_hhi_markets": "HHI(区分)",
        "figure_hhi_owners": "HHI(担当者)",
        "hhi_value": "{hhi}({points}ポイント)、{holders}のうち同規模{effective}に相当",
        "figure_gini": "ジニ係数",
        "figure_loss": "{name}を失った場合",
        "figure_risk": "1年間に失われうる売上",
        "risk_value": "見込み{expected}、95%の確率で最大{var}、それを超える場合の平均{shortfall}",
        "missing_leaving": "1年間の解約率が分からないため(決着した更新が{least}件未満)、"
        "失われうる売上を計算していません。[checks]の`leaving`に指定してください。",
        "missing_amounts": "金額のない受注{count}件は含めていません。",
        "missing_accounts": "取引先のない受注{count}件は、どの顧客にも含めていません。",
        # modes
        "mode_bbm": "{names}: 質と量のバランスを取る運用(BBM)です。",
        "mode_abm": "{names}: 対象企業を個別に開拓する運用(ABM)で、ICP率に上限はありません。",
        "mode_lbm": "{names}: 多数の顧客を獲得する運用(LBM)で、ICP率は下限のみを見ます。",
        "modes_mixed": "プロファイルの運用モードが異なります。"
        "ICP率はステージごとに全プロファイル共通のため、上限と下限の両方で判定します。",
        "two_sided": "ICP率は低すぎても高すぎても問題です。`bbm balance`で適正範囲と比べられます。",
        "missing_named": "対象企業の一覧がありません。[checks]の`named_accounts`にCSVファイル、"
        "または`named_attribute`に属性を指定してください。",
        "no_named": "対象企業の一覧が空です。",
        "coverage": "対象企業{named}社のうち、{share}で担当者を把握しています。",
        "figure_named_people": "担当者または商談あり",
        "figure_named_deals": "商談あり",
        "figure_named_won": "受注あり",
        "figure_named_ltv": "対象企業の想定LTV",
        "missing_ltv": "顧客の価値が分かりません。`bbm ltv`を実行してください。",
        "one_to_one": "{names}から、キーパーソンへの手紙や個社向けセミナーなど個別の働きかけを始め"
        "てください。",
        "won_count": "直近{months}か月の新規受注は{now}件です(その前の{months}か月は{before}件)。",
        "figure_fresh": "初受注の区分",
        # fit check
        "fit_abm": "個別開拓型(ABM)が適しています。対象企業を1社ずつ開拓してください",
        "fit_lbm": "件数獲得型(LBM)が適しています。数を増やしつつ、適合度の低下に注意してください",
        "fit_bbm": "バランス型(BBM)が適しています。質と量のバランスを保ってください",
        "provisional": "(暫定)",
        "fit_everything": "全商品",
        "fit_prices": "最大プランの価格は最小プランの{value}倍:",
        "fit_sizes": "最大の買い手の規模は最小の{value}倍:",
        "fit_deals": "受注金額の上位1割は下位1割の{value}倍:",
        "fit_buyers": "買い手の候補は約{value}社:",
        "leaning_wide": "大小の顧客が混在しています(BBM向き)。",
        "leaning_alike": "顧客はほぼ同じ種類です。",
        "leaning_middle": "どちらとも言えません。",
        "leaning_few": "1社ずつ指名できる数です(ABM向き)。",
        "leaning_many": "1社ずつ指名できない数です(LBM向き)。",
        "unanswered_prices": "未回答: 最小プランと最大プランの価格",
        "unanswered_sizes": "未回答: 最小と最大の買い手の規模",
        "unanswered_buyers": "未回答: 買い手の候補のおよその数",
        "fit_no_lines": "商品別の商談を区別できません。"
        "[checks]の`product_line`に属性を指定してください。",
        "fit_few_deals": "金額のある受注は{deals}件です。ばらつきを見るには{least}件必要です。",
        "fit_present_mixed": "現在のプロファイルは運用モードが異なります({modes})。"
        "共通のICP率はBBMと同じく上限と下限の両方で判定します。"
        "[[icp.profiles]]の`mode`で変更できます。",
        "fit_present": "現在のプロファイルは{mode}です。[[icp.profiles]]の`mode`で変更できます。",
        "fit_keep": "この回答を残すには、設定ファイルに次を追加してください。",
        "ask_lowest_price": "{line}: 最小プランの年額(Enterで省略)",
        "ask_highest_price": "{line}: 最大プランの年額(Enterで省略)",
        "ask_smallest_buyer": "{line}: 最小の買い手の規模(従業員数など、Enterで省略)",
        "ask_largest_buyer": "{line}: 最大の買い手の規模(Enterで省略)",
        "ask_buyers": "{line}: 買い手の候補のおよその数(Enterで省略)",
        # alerts about lost customers
        "loss_left": "顧客の喪失: {name}({share})",
        "loss_renewal": "更新の失注: {name}({share})",
        "loss_verdict_left": "顧客の喪失",
        "loss_verdict_renewal": "更新の失注",
        "loss_share": "直近{months}か月の売上の{share}",
        "loss_no_share": "直近{months}か月の売上なし",
        "loss_why_left": "{day}に既存顧客のステージから外れました。",
        "loss_why_renewal": "{day}に更新を失注しました。",
        "loss_top": "顧客{customers}社中{rank}番目の規模でした。",
        "loss_icp": "ICPに該当する顧客です。共通点のある他の顧客にも注意してください。",
        "loss_hhi": "この顧客を除くと、売上の集中度は同規模の顧客{effective}社に相当します。",
        "loss_fact_amount": "売上(直近{months}か月)",
        "loss_fact_rank": "順位",
        "loss_fact_fit": "ICP",
        "loss_fit_yes": "該当",
        "loss_fit_no": "非該当",
        "loss_fit_unknown": "判定不能",
        "loss_act_talk": "1週間以内に理由を聞き取り、CRMに記録してください。",
        "loss_act_next": "続く大口顧客の契約終了日・窓口・利用状況を確認してください。",
        "turn_against": "{day}に宣言した方針({stance})に反しています。",
        "stance_quality": "質を高める",
        "stance_volume": "量を増やす",
        "stance_balanced": "バランス",
        "missing_stance": "方針が宣言されていないため、行動との比較ができません。`bbm "
        "decide`で宣言してください。",
    }
)
