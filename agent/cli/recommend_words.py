"""The words of `bbm recommend` and `bbm simulate`, English and Japanese."""

from collections.abc import Mapping

from bbm_core.icp.profile import Lang

_EN: Mapping[str, str] = {
    "title": "Prescription from {first} – {last} ({weeks} weeks); figures are those of a "
    "month{currency}",
    "verdicts": "Where you stand",
    "stage": "Stage",
    "rate": "ICP rate",
    "band": "Band",
    "best": "Best",
    "origin": "Origin",
    "verdict": "Verdict",
    "origin_optimum": "optimum",
    "origin_configured": "set",
    "origin_baseline": "usual",
    "by_risk": "capped by the risk limit",
    "out_of_reach": "The target is out of reach at today's mix: it takes {more} more hours a "
    "month.",
    "way": "Coming in for it: {opportunities} opportunities and {leads} leads, {icp} of them ICP "
    "(P50; P10 to P90: {low} to {high} leads).",
    "no_target": "No revenue target: set [targets] revenue_month to see the wins and hours it "
    "takes.",
    "no_revenue": "Target {revenue}: what it takes cannot be told, because no win has an amount.",
    "plan": "The best plan for {hours} hours and a budget of {budget}",
    "channel": "Channel",
    "leads": "Leads",
    "now": "now",
    "spend": "Spend",
    "no_channel": "no channel",
    "comes_anyway": "comes anyway",
    "work": "Work {icp} of the ICP leads and {other} of the others. Profit {now} → {best}.",
    "hour_value": "One more sales hour is worth {value}.",
    "hour_free": "One more sales hour is worth nothing: there are more hours than worthwhile "
    "leads.",
    "budget_value": "One more unit of budget earns {value} on top of itself.",
    "budget_free": "One more unit of budget earns nothing: the channels are worth no more.",
    "budget_none": "There is no budget to move.",
    "do": "What to do",
    "measure": "Measure",
    "icp": "ICP",
    "points": "ICP rate",
    "hours": "Hours",
    "profit": "Profit",
    "basis": "Rests on",
    "for": "Each for {spend} a month, the largest step the rules allow. Profit is beyond what the "
    "hours and the money would earn elsewhere.",
    "catalogue": "assumption",
    "own": "own records, n={n}",
    "lag": "{weeks} weeks",
    "lag_label": "First leads",
    "none_pays": "No measure of the catalogue that fits here is worth its hours and its money.",
    "stay": "Every stage is inside its band or as usual: no change of direction. Below: what would "
    "earn most if you have money to spare.",
    "unclear": "Too few records to say which way to lean: change nothing for the sake of balance.",
    "missed_only": "The target is missed, but no stage is outside its band: a missed target "
    "alone is "
    "no reason to change direction. Add hours, budget or price, or lower the target.",
    "wait": "Recommended: more {direction}, because {stage} is {verdict} (see the table). Hold it "
    "back until {day}: the last change of direction is to have its {weeks} weeks.",
    "unsure": "Recommended: more {direction}, because {stage} is {verdict} (see the table). Hold "
    "back any shift of budget: that the rate lies outside its band is {sure} sure, and a change of "
    "direction needs {needs}. Prepare the steps below, and look again when the next week is "
    "closed.",
    "go_on": "Recommended: go on with more {direction}, because {stage} is {verdict}. Move at most "
    "{step} a month.",
    "turn": "Recommended: more {direction}, because {stage} is {verdict}. Move at most {step} a "
    "month, then leave it alone for {weeks} weeks.",
    "step_share": "{share} of the budget",
    "stance": "Declared stance: {stance} since {day} ({why}).",
    "to_quality": "quality",
    "to_volume": "volume",
    "floor": "Exploration: {share} of what sales worked came from markets without customers; the "
    "floor is {floor}.",
    "floor_lacking": "Exploration: {share} of what sales worked came from markets without "
    "customers; "
    "the floor is {floor}, so work {lacking} more such leads a month{markets}.",
    "try": ", first {markets}",
    "risk_ok": "Risk: the largest of {customers} customers is {share} of revenue, HHI {hhi}; both "
    "within the limits ({max_share}, {max_hhi}).",
    "risk_bad": "Risk: the largest of {customers} customers is {share} of revenue, HHI {hhi}; the "
    "limits are {max_share} and {max_hhi}. Win new markets and keep the largest customers close.",
    "risk_rate": "At {rate} ICP among customers the HHI limit binds.",
    "rests": "What it rests on",
    "estimate": "Estimate",
    "value": "Value",
    "interval": "95 %",
    "records": "n",
    "swing": "Profit at -20 % / +20 %",
    "missing": "Missing",
    "shortage_hours": "There is no plan: sorting the leads that come anyway takes {needed} "
    "hours of "
    "{available}.",
    "shortage_budget": "There is no plan: what the channels cost already is {needed}, the budget "
    "{available}.",
    "assumptions": "Hours are default proportions, sized so that today's work fills today's hours; "
    "costs are the budget spread over the leads. [effort] and [measures] sharpen them.",
    "overload": "By these hours, today's work takes {load} a month and there are {capacity}: "
    "look at "
    "[effort] hours, hours_per_lead or [targets].",
    "gap_people": "[targets] people: how many sell. Unlocks capacity, the value of an hour, bands.",
    "gap_hours_per_person_month": "[targets] hours_per_person_month: hours each has for leads and "
    "opportunities. Unlocks capacity, the value of an hour, bands.",
    "gap_gross_margin": "[targets] gross_margin: the share of revenue that stays. Unlocks "
    "profit, the "
    "best plan, bands.",
    "gap_budget_month": "[targets] budget_month: what measures may cost. Unlocks the best spend by "
    "channel and the value of one more unit.",
    "gap_leads": "Records: nothing that is decided came in during the last year. Run `bbm "
    "sync`, or "
    "look at the stages.",
    "gap_wins": 'Records: nothing was won, or no stage says so (when = "won").',
    "gap_amounts": "Records: what was won has no amounts; name the field under [kinds.opportunity] "
    "amount.",
    "default_hours": 'A band marked "default hours" rests on default hours. It alone raises no '
    "alert: the rate must also lie outside the stage's usual band. [effort] hours makes it firm.",
    "init": "bbm init --targets asks for the four numbers.",
}

_JA: Mapping[str, str] = {
    "title": "処方 {first}〜{last}({weeks}週)の実績に基づく。数値は1か月あたり{currency}",
    "verdicts": "現在の位置",
    "stage": "ステージ",
    "rate": "ICP率",
    "band": "適正範囲",
    "best": "最適",
    "origin": "根拠",
    "verdict": "判定",
    "origin_optimum": "最適化",
    "origin_configured": "設定",
    "origin_baseline": "通常",
    "by_risk": "上限はリスク基準による",
    "out_of_reach": "現在の構成比では目標に届きません。月{more}時間が不足します。",
    "way": "そのために必要な流入:商談{opportunities}件、リード{leads}件(うちICP {icp}件)。"
    "中央値。リードの80%区間は{low}〜{high}件です。",
    "no_target": "売上目標が未設定です。[targets] revenue_month を設定すると、"
    "必要な受注数と時間を示します。",
    "no_revenue": "目標{revenue}:受注に金額がないため、必要な件数を算出できません。",
    "plan": "{hours}時間・予算{budget}での最適な計画",
    "channel": "チャネル",
    "leads": "リード",
    "now": "現在",
    "spend": "費用",
    "no_channel": "チャネル未設定",
    "comes_anyway": "費用なし",
    "work": "ICP該当リードの{icp}、それ以外の{other}に営業が対応します。利益 {now} → {best}。",
    "hour_value": "営業時間を1時間増やすと、利益は{value}増えます。",
    "hour_free": "営業時間を増やしても利益は増えません。対応すべきリードより時間に余裕があります。",
    "budget_value": "予算を1単位増やすと、その額を差し引いて利益は{value}増えます。",
    "budget_free": "予算を増やしても利益は増えません。",
    "budget_none": "動かせる予算がありません。",
    "do": "取り組むこと",
    "measure": "施策",
    "icp": "ICP",
    "points": "ICP率",
    "hours": "時間",
    "profit": "利益",
    "basis": "根拠",
    "for": "いずれも月{spend}(一度に動かせる上限)を投じた場合。利益は、"
    "同じ時間と費用を他に使った場合との差です。",
    "catalogue": "仮定",
    "own": "自社実績 n={n}",
    "lag": "{weeks}週",
    "lag_label": "効果まで",
    "none_pays": "この状況に合う施策のうち、時間と費用に見合うものはありません。",
    "stay": "すべてのステージが範囲内または通常どおりです。方針は変えません。"
    "余裕がある場合に最も利益の"
    "大きい施策を以下に示します。",
    "unclear": "件数が少なく、どちらに寄せるべきか判断できません。"
    "バランスを理由とした変更は控えます。",
    "missed_only": "目標は未達ですが、範囲外のステージはありません。"
    "目標未達だけを理由に方針は変えません。"
    "時間・予算・単価を増やすか、目標を見直します。",
    "wait": "推奨:{direction}を重視します。理由は、{stage}の判定が「{verdict}」であること(上の表)。"
    "ただし{day}までは実行を待ちます。前回の方針変更から{weeks}週間経っていません。",
    "unsure": "推奨:{direction}を重視します。理由は、{stage}の判定が「{verdict}」であること"
    "(上の表)。"
    "ただし予算はまだ動かしません。ICP率が範囲外である確率は{sure}で、方針の変更には{needs}"
    "が必要です。以下の施策を準備し、次の週が締まった時点で再確認します。",
    "go_on": "推奨:引き続き{direction}を重視します。{stage}の判定は「{verdict}」です。"
    "動かすのは月{step}までです。",
    "turn": "推奨:{direction}を重視します。{stage}の判定は「{verdict}」です。"
    "動かすのは月{step}までとし、その後{weeks}週間は変えません。",
    "step_share": "予算の{share}",
    "stance": "表明済みの方針:{day}から{stance}({why})。",
    "to_quality": "質",
    "to_volume": "量",
    "floor": "新規開拓:営業が対応した先の{share}が、顧客のいない市場でした(下限{floor})。",
    "floor_lacking": "新規開拓:営業が対応した先の{share}が、顧客のいない市場でした。"
    "下限は{floor}の"
    "ため、月{lacking}件を追加で対応します{markets}。",
    "try": "(候補:{markets})",
    "risk_ok": "リスク:{customers}社のうち最大の顧客は売上の{share}、HHIは{hhi}。いずれも基準"
    "({max_share}、{max_hhi})以内です。",
    "risk_bad": "リスク:{customers}社のうち最大の顧客は売上の{share}、HHIは{hhi}。"
    "基準は{max_share}、"
    "{max_hhi}です。新しい市場を開拓し、上位顧客の維持に努めます。",
    "risk_rate": "顧客のICP率が{rate}になるとHHIの基準に達します。",
    "rests": "前提とした値",
    "estimate": "項目",
    "value": "値",
    "interval": "95%区間",
    "records": "n",
    "swing": "-20% / +20%のときの利益",
    "missing": "不足している情報",
    "shortage_hours": "計画が立ちません。流入するリードの仕分けだけで{needed}時間かかり、"
    "使える時間は"
    "{available}時間です。",
    "shortage_budget": "計画が立ちません。既存チャネルの費用{needed}が予算{available}を超えてい"
    "ます。",
    "assumptions": "時間は標準の比率を、現在の業務量が現在の時間に収まるように調整した値、"
    "費用は予算を"
    "リード数で按分した値です。[effort] と [measures] を設定すると精度が上がります。",
    "overload": "この時間では現在の業務に月{load}時間かかり、使える時間は{capacity}時間です。"
    "[effort] hours、hours_per_lead、[targets] を確認します。",
    "gap_people": "[targets] people:営業の人数。使える時間、1時間の価値、適正範囲が分かります。",
    "gap_hours_per_person_month": "[targets] hours_per_person_month:1人がリードと商談に使える時間。"
    "使える時間、1時間の価値、適正範囲が分かります。",
    "gap_gross_margin": "[targets] gross_margin:粗利率。利益、最適な計画、適正範囲が分かります。",
    "gap_budget_month": "[targets] budget_month:施策の月予算。チャネル別の最適な費用と、"
    "予算1単位の価値が"
    "分かります。",
    "gap_leads": "レコード:過去1年に判定済みの流入がありません。`bbm sync` を実行するか、"
    "ステージを確認します。",
    "gap_wins": 'レコード:受注がないか、受注を示すステージ(when = "won")がありません。',
    "gap_amounts": "レコード:受注に金額がありません。[kinds.opportunity] amount "
    "に項目名を設定します。",
    "default_hours": "「時間は既定値」と付いた範囲は、標準の作業時間に基づきます。この範囲だけでは"
    "アラートを出さず、通常の範囲からも外れた場合に限ります。"
    "[effort] hours を設定すると実態に合った範囲になります。",
    "init": "bbm init --targets で4つの数値を入力できます。",
}

QUANTITIES: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "capacity": "Sales hours a month",
        "budget": "Budget a month",
        "margin": "Gross margin",
        "opportunity_icp": "ICP leads that become opportunities",
        "opportunity_other": "Other leads that become opportunities",
        "win_icp": "ICP opportunities that are won",
        "win_other": "Other opportunities that are won",
        "worth_icp": "Margin of an ICP customer",
        "worth_other": "Margin of another customer",
        "triage": "Hours to sort a lead",
        "lead": "Hours to work a lead",
        "opportunity": "Hours of an opportunity",
        "win": "Hours of a win",
        "cost": "Cost of a paid lead",
        "power": "Response of leads to spend (power)",
        "given": "given",
        "records": "records",
        "assumed": "default",
        "scaled": "default, sized to your hours",
        "spread": "budget spread over leads",
    },
    "ja": {
        "capacity": "営業時間(月)",
        "budget": "予算(月)",
        "margin": "粗利率",
        "opportunity_icp": "ICPリードの商談化率",
        "opportunity_other": "ICP以外のリードの商談化率",
        "win_icp": "ICP商談の受注率",
        "win_other": "ICP以外の商談の受注率",
        "worth_icp": "ICP顧客1社の粗利",
        "worth_other": "ICP以外の顧客1社の粗利",
        "triage": "リード1件の仕分け時間",
        "lead": "リード1件の対応時間",
        "opportunity": "商談1件の時間",
        "win": "受注1件の時間",
        "cost": "有料リード1件の費用",
        "power": "費用に対するリードの反応(べき)",
        "given": "入力値",
        "records": "実績",
        "assumed": "既定値",
        "scaled": "既定値(営業時間に合わせて調整)",
        "spread": "予算をリード数で按分",
    },
}


def say(lang: Lang, key: str, **values: object) -> str:
    """One sentence, its blanks filled."""
    return (_JA if lang == "ja" else _EN)[key].format(**values)


def quantity_name(lang: Lang, key: str) -> str:
    return QUANTITIES[lang][key]
