"""The words of `bbm simulate`, English and Japanese."""

from collections.abc import Mapping

from bbm_core.icp.profile import Lang

_WORDS: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "title": "What if (figures of a month; nothing is written)",
        "what": "",
        "now": "Now",
        "then": "Then",
        "capacity": "Sales hours",
        "budget": "Budget",
        "lead_rate": "ICP rate of the leads that came",
        "profit": "Best profit",
        "rate": "ICP rate of the best plan",
        "worked_icp": "ICP leads worked",
        "worked_other": "Other leads worked",
        "hour_value": "One more sales hour",
        "budget_value": "One more unit of budget",
        "band": "Band: {stage}",
        "load": "Hours for the target, of those there are",
        "hhi": "HHI of customers",
        "largest": "Largest customer's share",
        "loss": "The largest customer, {customer}, brought {revenue} in a year ({share}).",
        "make_up": "To make up for it takes {wins} wins and {hours} sales hours a month.",
        "moved": "Spends moved, the rest as it is: leads {leads}, ICP {icp}, ICP rate {rate}, "
        "hours {hours}, profit {profit}.",
        "move_impossible": "The move cannot be judged: sorting what comes takes more hours than "
        "there are.",
        "shortage_hours": "Then there is no plan: sorting the leads that come anyway takes "
        "{needed} "
        "hours of {available}.",
        "shortage_budget": "Then there is no plan: what the channels cost already is {needed}, the "
        "budget {available}.",
        "gaps": "Without {gaps} there is no best plan; see bbm recommend.",
    },
    "ja": {
        "title": "シミュレーション(1か月あたり。書き込みは行いません)",
        "what": "",
        "now": "現在",
        "then": "変更後",
        "capacity": "営業時間",
        "budget": "予算",
        "lead_rate": "流入リードのICP率",
        "profit": "最大の利益",
        "rate": "最適な計画のICP率",
        "worked_icp": "対応するICPリード",
        "worked_other": "対応するそれ以外のリード",
        "hour_value": "営業時間1時間の価値",
        "budget_value": "予算1単位の価値",
        "band": "適正範囲:{stage}",
        "load": "目標に必要な時間の割合",
        "hhi": "顧客のHHI",
        "largest": "最大顧客の割合",
        "loss": "最大の顧客{customer}の年間売上は{revenue}({share})です。",
        "make_up": "補うには月に受注{wins}件、営業{hours}時間が必要です。",
        "moved": "費用だけを移した場合:リード{leads}、ICP {icp}、ICP率{rate}、時間{hours}、"
        "利益{profit}。",
        "move_impossible": "流入するリードの仕分けだけで時間が足りず、移動の効果を判断できません。",
        "shortage_hours": "計画が立ちません。流入するリードの仕分けだけで{needed}時間かかり、"
        "使える時間は"
        "{available}時間です。",
        "shortage_budget": "計画が立ちません。既存チャネルの費用{needed}が予算{available}を超え"
        "ています。",
        "gaps": "{gaps}がないため最適な計画を算出できません。bbm recommend をご覧ください。",
    },
}


def say(lang: Lang, key: str, **values: object) -> str:
    return _WORDS[lang][key].format(**values)
